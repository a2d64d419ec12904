"""Owns deadlines: a verification that the customer does not finish expires."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.holds import held_among, not_held
from kyc.lifecycle import OPEN, Move, advance
from kyc.mails import owe_mail
from kyc.models import VerificationSession
from kyc.policy.retention import due_at

SLICE = 200


def expire_overdue(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Moves sessions past their deadline to `expired`; their details follow by their own rule.

    A held one stays as it is.
    """
    late = db.scalars(
        select(VerificationSession)
        .where(
            VerificationSession.status.in_(OPEN),
            VerificationSession.expires_at <= now,
            not_held(VerificationSession.id, now),
        )
        .order_by(VerificationSession.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    held = held_among(db, (session.id for session in late), now)
    for session in late:
        if session.id in held:
            continue
        session.status = advance(session.status, Move.EXPIRE)
        session.version += 1
        session.record_rule = "record_abandoned"
        session.record_destroy_at = due_at("record_abandoned", now)
        if session.details is not None:
            owe_mail(db, session, "expired", now)
        record(db, Action.SYSTEM_SESSION_EXPIRED, actor=SYSTEM, now=now, case=session.id)
    return len(late)
