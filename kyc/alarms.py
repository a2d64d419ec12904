"""Owns alarms about one person's use of the console: noted, mailed, listed, acknowledged."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.audit import Action, Actor, record
from kyc.errors import NotFoundError
from kyc.mails import owe_staff_mail
from kyc.models import Staff, StaffAlarm

QUIET = timedelta(hours=1)
"""One alarm of a kind about a person, and case, in so long: the next one says nothing new."""


class AlarmKind(StrEnum):
    VIEWS_HOUR = "views_hour"
    VIEWS_DAY = "views_day"
    HONEY = "honey"


def raise_alarm(
    db: Session, kind: AlarmKind, staff_id: str, now: datetime, case: str | None = None
) -> bool:
    """False when the same was said a while ago."""
    same = select(StaffAlarm.id).where(
        StaffAlarm.staff_id == staff_id, StaffAlarm.kind == kind, StaffAlarm.at > now - QUIET
    )
    if case is not None:
        same = same.where(StaffAlarm.session_id == case)
    if db.scalar(same.limit(1)) is not None:
        return False
    alarm = StaffAlarm(kind=kind, staff_id=staff_id, session_id=case, at=now)
    db.add(alarm)
    db.flush()
    record(
        db,
        Action.STAFF_ACCOUNT_ALARMED,
        actor=Actor("staff", staff_id),
        now=now,
        case=case,
        object_id=alarm.id,
        detail={"kind": str(kind)},
    )
    tell_privacy_officers(db, "alarm", now)
    return True


def tell_privacy_officers(db: Session, mail: str, now: datetime) -> None:
    active = select(Staff).where(Staff.role == Role.PRIVACY, Staff.disabled_at.is_(None))
    for officer in db.scalars(active.order_by(Staff.id)):
        owe_staff_mail(db, officer, mail, now)


def alarms(db: Session, limit: int) -> Sequence[StaffAlarm]:
    """Those that nobody has looked into first, then the newest."""
    unseen = StaffAlarm.acknowledged_at.is_(None)
    query = select(StaffAlarm).order_by(unseen.desc(), StaffAlarm.at.desc(), StaffAlarm.id)
    return db.scalars(query.limit(limit)).all()


def acknowledge(db: Session, alarm_id: str, *, by: Actor, now: datetime) -> None:
    """Raises NotFoundError; acknowledging twice changes nothing."""
    alarm = db.get(StaffAlarm, alarm_id, with_for_update=True)
    if alarm is None:
        raise NotFoundError("there is no such alarm")
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = now, by.id
        action = Action.STAFF_ALARM_ACKNOWLEDGED
        record(db, action, actor=by, now=now, case=alarm.session_id, object_id=alarm.id)
