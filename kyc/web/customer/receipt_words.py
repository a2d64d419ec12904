"""Owns the words for receipts of deletion: what was destroyed, why, and what is wrong with one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kyc.web.texts import _
from kyc.web.words import kind_name


def told(kind: str, stage: str, rule: str, destroyed: datetime) -> dict[str, Any]:
    """What a receipt says, in the reader's language."""
    return {"kind": kind_name(kind), "stage": copy_name(stage), "why": why(rule), "at": destroyed}


def copy_name(stage: str) -> str:
    names = {
        "raw": _("as it was sent"),
        "review": _("the covered copy"),
        "retained": _("the copy that shows less"),
        "bundle": _("the copy made for you"),
    }
    return names.get(stage, "")


def why(rule: str) -> str:
    """The rule in words; one that this release does not know is told by its code."""
    reasons: Mapping[str, str] = {
        "raw": _("The covered copy had been stored"),
        "unfinished": _("It was never stored completely"),
        "superseded": _("A later picture took its place"),
        "abandoned": _("The verification was not finished"),
        "undecided": _("Nobody decided in time"),
        "asked_again": _("The picture was asked for again"),
        "rejected": _("The time after the rejection was over"),
        "approved": _("The time after the approval was over"),
        "retained": _("The time after the end of the relationship was over"),
        "erasure": _("You asked for the deletion"),
        "bundle": _("You have fetched it, or its time was over"),
        "record_abandoned": _("The verification was not finished"),
        "record_rejected": _("The time after the rejection was over"),
        "record_approved": _("The time after the end of the relationship was over"),
    }
    return reasons.get(rule, rule)


def fault(finding: str) -> str:
    faults = {
        "unknown_key": _("It is not signed with one of our keys: it is not from us."),
        "wrong_signature": _("The signature does not fit: something in it was changed."),
    }
    return faults.get(finding, _("This line is not a receipt, or it was cut or changed."))


def unreadable(code: str) -> str:
    texts = {
        "empty": _("There is nothing to check. Choose a file, or paste what is in it."),
        "too_many": _("These are more than 100 receipts. Check them in parts."),
        "too_large": _("The file is too large for receipts. Check it in parts."),
    }
    return texts.get(code, _("This is not a text file. Choose the file of receipts."))
