"""Owns the end of a breach's texts: years after it was closed, its key and its words go."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.models import Incident, IncidentEntry
from kyc.policy.incidents import KEPT_YEARS
from kyc.policy.retention import years_after

SLICE = 200
_SHORTEST = timedelta(days=365) * KEPT_YEARS


def ends_at(closed_at: datetime) -> datetime:
    """When the texts of a breach that was closed then are destroyed."""
    return years_after(closed_at, KEPT_YEARS)


def end_due_incidents(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Destroys keys and texts of breaches that were closed so long ago; returns how many.

    What is left names nobody: what kind of breach there was, when, of how many, how grave, who was
    told when. One that is open is never ended.
    """
    row = Incident
    likely = db.scalars(
        select(row)
        .where(row.closed_at <= now - _SHORTEST, row.destroyed_at.is_(None))
        .order_by(row.closed_at, row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    due = [one for one in likely if one.closed_at and ends_at(one.closed_at) <= now]
    for incident in due:
        _end(db, incident, now)
    return len(due)


def _end(db: Session, incident: Incident, now: datetime) -> None:
    db.execute(delete(IncidentEntry).where(IncidentEntry.incident_id == incident.id))
    incident.field_key = b""
    incident.entered_by, incident.closed_by = "", None
    incident.destroyed_at = now
    act = Action.SYSTEM_INCIDENT_DESTROYED
    record(db, act, actor=SYSTEM, now=now, object_id=incident.id)
