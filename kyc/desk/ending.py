"""Owns the end of a request's record: its words go, and with them the way to the person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action
from kyc.desk.requests import note
from kyc.holds import held_among, not_held
from kyc.models import CorrectionItem, PrivacyRequest
from kyc.retention.asked import VALUES, clear

SLICE = 200
WORDS = (
    "field_key",
    "words",
    "shown_words",
    "identified",
    "extension",
    "shown_extension",
    "answer",
    "shown_answer",
)


def end_due_requests(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Destroys the keys and words of what was answered so long ago; returns how many.

    What is left names nobody: what kind of request came, when, and how it was answered. A hold on
    the case keeps its requests whole, too.
    """
    row = PrivacyRequest
    due = db.scalars(
        select(row)
        .where(row.destroy_at <= now, row.destroyed_at.is_(None), not_held(row.session_id, now))
        .order_by(row.destroy_at, row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    held = held_among(db, (one.session_id for one in due if one.session_id), now)
    gone = [one for one in due if one.session_id not in held]
    for request in gone:
        _end(db, request, now)
    return len(gone)


def _end(db: Session, request: PrivacyRequest, now: datetime) -> None:
    note(db, Action.SYSTEM_REQUEST_DESTROYED, request, SYSTEM, now, {})
    clear(request, WORDS)
    request.session_id = request.assigned_to = None
    request.destroyed_at = now
    for item in db.scalars(select(CorrectionItem).where(CorrectionItem.request_id == request.id)):
        clear(item, VALUES)
