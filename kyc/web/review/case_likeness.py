"""Owns what a case page says of other accounts' cases that show the same: facts, no verdict."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from kyc.access import Permission
from kyc.models import VerificationSession
from kyc.review.conflicts import related_among
from kyc.review.duplicates import MOST_NAMED, cases_showing
from kyc.seen import SeenKind
from kyc.tombstones import ADDRESS, returning
from kyc.web.context import StaffActor, now, runtime
from kyc.web.texts import _, _l

_LABELS = {
    SeenKind.FILE: _l("Other accounts with the same file"),
    SeenKind.DOCUMENT_NUMBER: _l("Other accounts with this document number"),
    SeenKind.PERSON: _l("Other accounts with this name and date of birth"),
}

_RETURNED = {
    ADDRESS: _l("Somebody with this e-mail address had a case erased on request"),
    SeenKind.DOCUMENT_NUMBER: _l("Somebody with this document number had a case erased on request"),
    SeenKind.PERSON: _l("Somebody with this name and date of birth had a case erased on request"),
}


def likeness_shown(
    db: Session, session: VerificationSession, me: StaffActor
) -> list[dict[str, Any]]:
    """For each kind how many cases, and which: led to only where this person may review them."""
    found = {kind: cases_showing(db, session, kind) for kind in _LABELS}
    ids = {case.id for cases in found.values() for case in cases}
    open_to_me = ids - related_among(db, ids, me.id) if me.may(Permission.REVIEW) else set()
    alike = [
        {
            "label": str(label),
            "count": _count(found[kind]),
            "cases": [_case(case, open_to_me) for case in found[kind][:MOST_NAMED]],
            "is_hit": bool(found[kind]),
        }
        for kind, label in _LABELS.items()
    ]
    return [*alike, *_returned(db, session)]


def _returned(db: Session, session: VerificationSession) -> list[dict[str, Any]]:
    """Only where there is something to say: a tombstone names no case that one could be led to."""
    found = returning(db, runtime().lookup, session, now())
    return [
        {"label": str(_RETURNED[kind]), "count": _("erased"), "cases": [], "is_hit": True}
        for kind in found
    ]


def _count(cases: Sequence[VerificationSession]) -> str:
    if not cases:
        return _("none")
    return f"{MOST_NAMED}+" if len(cases) > MOST_NAMED else str(len(cases))


def _case(case: VerificationSession, open_to_me: Collection[str]) -> dict[str, str | None]:
    url = url_for("review.case", session_id=case.id) if case.id in open_to_me else None
    return {"reference": case.reference, "url": url}
