"""Owns telling the privacy officers that forgetting has stopped, is late, or is not let."""

import json
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.alarms import tell_privacy_officers
from kyc.audit import SYSTEM, Action, record
from kyc.clock import Clock
from kyc.models import AuditEvent, Receipt, Staff
from kyc.retention.clock_watch import SKEW
from kyc.retention.due import GRACE, overdue
from kyc.retention.guard import any_halted

AGAIN = timedelta(days=1)
"""What lasts is told again after so long: nobody has looked, or it is not mended yet."""
KEPT = timedelta(days=1)
"""A store that was away for an hour gives up by itself what it kept."""


class Trouble(StrEnum):
    """What keeps personal data from being forgotten on its day."""

    HALTED = "halted"
    OVERDUE = "overdue"
    KEPT = "kept"

    @property
    def mail(self) -> str:
        return f"purge_{self}"


def alarm(db: Session, now: datetime, real_now: Clock) -> list[Trouble]:
    """Mails what there is and was not mailed within a day, in the caller's transaction.

    Two workers at once mail it once: the second waits here, and sees what the first has told.
    """
    found = troubles(db, now, real_now)
    if not found:
        return []
    _lock_officers(db)
    told = _told(db, now)
    news = [trouble for trouble in found if trouble not in told]
    for trouble in news:
        detail = {"reason": str(trouble)}
        record(db, Action.SYSTEM_PURGE_ALARMED, actor=SYSTEM, now=now, detail=detail)
        tell_privacy_officers(db, trouble.mail, now)
    return news


def troubles(db: Session, now: datetime, real_now: Clock) -> list[Trouble]:
    """While the brake holds, what comes due is late because of it, and that is no further news."""
    found = []
    if any_halted(db, now, real_now) is not None:
        found.append(Trouble.HALTED)
    elif overdue(db, now - GRACE):
        found.append(Trouble.OVERDUE)
    if _is_kept(db, now - KEPT):
        found.append(Trouble.KEPT)
    return found


def _is_kept(db: Session, before: datetime) -> bool:
    kept = Receipt.left.is_not(None), Receipt.key_destroyed_at < before
    return db.scalar(select(Receipt.id).where(*kept).limit(1)) is not None


def _lock_officers(db: Session) -> None:
    mine = select(Staff.id).where(Staff.role == Role.PRIVACY).order_by(Staff.id)
    db.scalars(mine.with_for_update(key_share=True)).all()


def _told(db: Session, now: datetime) -> set[str]:
    """An alarm by a clock that was wrong must not silence the next one when it is right."""
    lately = (AuditEvent.at > now - AGAIN) & (AuditEvent.at <= now + SKEW)
    query = select(AuditEvent.body).where(AuditEvent.action == Action.SYSTEM_PURGE_ALARMED, lately)
    return {json.loads(body)["detail"]["reason"] for body in db.scalars(query)}
