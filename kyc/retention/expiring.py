"""Owns deadlines: a verification that is not finished, or not decided, expires."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.flows import flow_of, flows_approved
from kyc.holds import held_among, not_held
from kyc.lifecycle import OPEN, Move, Status, advance
from kyc.mails import owe_mail
from kyc.models import VerificationSession
from kyc.policy.retention import due_at

SLICE = 200


def expire_overdue(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Moves sessions past their deadline to `expired`; their details follow by their own rule.

    A case that nobody decided while its images were kept goes the same way. A held one stays.
    """
    late = db.scalars(
        select(VerificationSession)
        .where(is_late(db, now))
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
        session.waiting_since = None
        session.record_rule = "record_abandoned"
        session.record_destroy_at = due_at(flow_of(db, session).retention, "record_abandoned", now)
        if session.details is not None:
            owe_mail(db, session, "expired", now)
        record(db, Action.SYSTEM_SESSION_EXPIRED, actor=SYSTEM, now=now, case=session.id)
    return len(late)


def is_late(db: Session, now: datetime) -> ColumnElement[bool]:
    """For a WHERE: its deadline is over and nobody holds it."""
    return and_(
        or_(
            and_(VerificationSession.status.in_(OPEN), VerificationSession.expires_at <= now),
            and_(VerificationSession.status == Status.PROCESSING, _undecided(db, now)),
        ),
        not_held(VerificationSession.id, now),
    )


def _undecided(db: Session, now: datetime) -> ColumnElement[bool]:
    """Waits for longer than the flow that it began under keeps what nobody decided."""
    return or_(
        *(
            and_(
                VerificationSession.flow_name == flow.name,
                VerificationSession.flow_version == flow.version,
                VerificationSession.waiting_since <= now - flow.retention["undecided"].period,
            )
            for flow in flows_approved(db)
        )
    )
