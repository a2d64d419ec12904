"""Owns honey cases: invented people whom nobody is given; who opens one has searched for them."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.alarms import AlarmKind, raise_alarm
from kyc.audit import OPERATOR, Action, record
from kyc.models import VerificationSession
from kyc.origins import HONEY
from kyc.policy.seats import Lane


def set_out(db: Session, session: VerificationSession, now: datetime) -> None:
    """Puts a case that was begun as honey where no reviewer is led; it is purged like any other."""
    assert session.origin == HONEY
    session.review_lane = Lane.HONEY
    record(db, Action.OPERATOR_HONEY_MADE, actor=OPERATOR, now=now, case=session.id)


def alarm_if_honey(db: Session, session_id: str, staff_id: str, now: datetime) -> None:
    """For every way to a case; reviewers cannot tell, and see nothing of it on the page."""
    session = db.get(VerificationSession, session_id)
    if session is not None and session.origin == HONEY:
        raise_alarm(db, AlarmKind.HONEY, staff_id, now, case=session_id)
