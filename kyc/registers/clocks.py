"""Owns the clocks of breaches: which run, which are over, the alarms before and at the end."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.alarms import tell_privacy_officers
from kyc.audit import SYSTEM, Action, record
from kyc.db import lock
from kyc.models import Incident
from kyc.policy.incidents import AUTHORITY_HOURS, SOON, ClockOf

STATES = ("running", "soon", "over")


def clock_of(incident: Incident, controller_hours: int) -> ClockOf | None:
    """The one that the law sets; None where no risk is likely (Art. 33(1)).

    `controller_hours` is the setting KYC_INCIDENT_CONTROLLER_HOURS: Art. 33(2) says "without undue
    delay", so that the contract of the processor says how long that is.
    """
    if incident.role == "processor":
        ends = incident.aware_at + timedelta(hours=controller_hours)
        return ClockOf("controller", ends, incident.controller_told_at)
    if incident.risk == "none":
        return None
    ends = incident.aware_at + timedelta(hours=AUTHORITY_HOURS)
    return ClockOf("authority", ends, incident.authority_told_at)


def unfinished(db: Session) -> Sequence[Incident]:
    """Those that nobody has closed, the one that came first."""
    still = select(Incident).where(Incident.closed_at.is_(None))
    return db.scalars(still.order_by(Incident.aware_at, Incident.id)).all()


def alarm_due(db: Session, controller_hours: int, now: datetime) -> int:
    """Mails each alarm that has come due, once, in the caller's transaction; how many."""
    count = 0
    for incident in unfinished(db):
        lock(db, incident)
        clock = clock_of(incident, controller_hours)
        code = clock.alarm(now) if clock else None
        if code is None or code in incident.alarmed:
            continue
        incident.alarmed = [*incident.alarmed, code]
        detail = {"kind": code}
        act = Action.SYSTEM_INCIDENT_ALARMED
        record(db, act, actor=SYSTEM, now=now, object_id=incident.id, detail=detail)
        over = code.endswith("_over")
        tell_privacy_officers(db, "incident_over" if over else "incident_soon", now)
        count += 1
    return count


def clock_counts(db: Session, controller_hours: int, now: datetime) -> dict[str, int]:
    """How many clocks of breaches run, end within a day, or are over: for the metrics."""
    found: Counter[str] = Counter()
    for incident in unfinished(db):
        clock = clock_of(incident, controller_hours)
        if clock is None or clock.done_at is not None:
            continue
        if now >= clock.ends_at:
            found["over"] += 1
        else:
            found["soon" if clock.ends_at - now <= max(SOON) else "running"] += 1
    return {state: found[state] for state in STATES}
