"""Owns how the purge runs went: noted at the end of each, the idle ones together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kyc.models import PurgeRun

KEPT = 500


def note_run(
    db: Session, now: datetime, *, images: int, records: int, removed: int, halt: str
) -> None:
    """A run that changes nothing lengthens the row of those before it that changed nothing."""
    last = db.scalar(select(PurgeRun).order_by(PurgeRun.id.desc()).limit(1))
    is_idle = not (images or records or removed)
    if last is not None and is_idle and _is_idle(last) and last.halt == halt:
        last.last_at, last.runs = now, last.runs + 1
        return
    run = PurgeRun(at=now, last_at=now, images=images, records=records, removed=removed, halt=halt)
    db.add(run)
    db.flush()
    db.execute(delete(PurgeRun).where(PurgeRun.id <= run.id - KEPT))


def last_runs(db: Session, limit: int) -> Sequence[PurgeRun]:
    """The latest first."""
    return db.scalars(select(PurgeRun).order_by(PurgeRun.id.desc()).limit(limit)).all()


def _is_idle(run: PurgeRun) -> bool:
    return not (run.images or run.records or run.removed)
