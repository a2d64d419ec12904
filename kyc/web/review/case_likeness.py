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
from kyc.web.context import StaffActor
from kyc.web.texts import _, _l

_LABELS = {
    SeenKind.FILE: _l("Other accounts with the same file"),
    SeenKind.DOCUMENT_NUMBER: _l("Other accounts with this document number"),
    SeenKind.PERSON: _l("Other accounts with this name and date of birth"),
}


def likeness_shown(
    db: Session, session: VerificationSession, me: StaffActor
) -> list[dict[str, Any]]:
    """For each kind how many cases, and which: led to only where this person may review them."""
    found = {kind: cases_showing(db, session, kind) for kind in _LABELS}
    ids = {case.id for cases in found.values() for case in cases}
    open_to_me = ids - related_among(db, ids, me.id) if me.may(Permission.REVIEW) else set()
    return [
        {
            "label": str(label),
            "count": _count(found[kind]),
            "cases": [_case(case, open_to_me) for case in found[kind][:MOST_NAMED]],
        }
        for kind, label in _LABELS.items()
    ]


def _count(cases: Sequence[VerificationSession]) -> str:
    if not cases:
        return _("none")
    return f"{MOST_NAMED}+" if len(cases) > MOST_NAMED else str(len(cases))


def _case(case: VerificationSession, open_to_me: Collection[str]) -> dict[str, str | None]:
    url = url_for("review.case", session_id=case.id) if case.id in open_to_me else None
    return {"reference": case.reference, "url": url}
