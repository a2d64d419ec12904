"""Owns telling reviewers what of a case was corrected, or is asked to be, since it was sent."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.desk.corrections import ACCEPTED, ASKED, corrections_of
from kyc.models import CorrectionItem, PrivacyRequest, VerificationSession
from kyc.policy.rights import UNANSWERED
from kyc.web.desk.names import FIELD_NAMES
from kyc.web.desk.shown import value_shown
from storage.vault import Vault


def corrections_told(
    db: Session, vault: Vault, session: VerificationSession, *, with_values: bool
) -> list[dict[str, Any]]:
    """Values only for who works the case; that something changed is for everybody who opens it."""
    if not _any(db, session.id):
        return []
    return [
        {
            "field": FIELD_NAMES[one.item.field],
            "is_done": one.item.state == ACCEPTED,
            "at": one.item.decided_at,
            "former": value_shown(one.item.field, one.former) if with_values else "",
            "asked": value_shown(one.item.field, one.asked) if with_values else "",
        }
        for one in corrections_of(db, vault, session)
        if one.item.state == ACCEPTED or _waits(db, one.item)
    ]


def _any(db: Session, session_id: str) -> bool:
    """Most cases have none, and their page asks no more."""
    mine = CorrectionItem.session_id == session_id
    return db.scalar(select(CorrectionItem.id).where(mine).limit(1)) is not None


def _waits(db: Session, item: CorrectionItem) -> bool:
    request = db.get_one(PrivacyRequest, item.request_id)
    return item.state == ASKED and request.state in UNANSWERED
