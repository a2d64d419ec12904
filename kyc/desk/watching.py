"""Owns reminding the privacy officers of requests that are not answered."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.alarms import tell_privacy_officers
from kyc.audit import SYSTEM, Action
from kyc.db import lock
from kyc.desk.clocks import alarms_of
from kyc.desk.requests import note
from kyc.models import PrivacyRequest
from kyc.policy.rights import ALARM_DAYS, UNANSWERED

MAIL = "request_due"


def remind(db: Session, now: datetime) -> int:
    """One mail to each officer, however many are due for an alarm; returns how many those are.

    Each alarm is raised once, also by two workers at once; of several that passed unseen, as while
    everything stood still, one event tells the latest.
    """
    row = PrivacyRequest
    waiting = select(row).where(
        row.state.in_(UNANSWERED),
        row.reminded < len(ALARM_DAYS),
        row.received_at <= now - timedelta(days=ALARM_DAYS[0]),
    )
    found = db.scalars(waiting.order_by(row.due_at, row.id)).all()
    raised = sum(_remind_of(db, request, now) for request in found)
    if raised:
        tell_privacy_officers(db, MAIL, now)
    return raised


def _remind_of(db: Session, request: PrivacyRequest, now: datetime) -> bool:
    if request.reminded >= _passed(request, now):
        return False
    lock(db, request)
    passed = _passed(request, now)
    if request.state not in UNANSWERED or request.reminded >= passed:
        return False
    request.reminded = passed
    days = (now - request.received_at).days
    note(db, Action.SYSTEM_REQUEST_ALARMED, request, SYSTEM, now, {"alarm": passed, "days": days})
    return True


def _passed(request: PrivacyRequest, now: datetime) -> int:
    return sum(moment <= now for moment in alarms_of(request))
