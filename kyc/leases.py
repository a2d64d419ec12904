"""Owns the leases on owed jobs: who may commit the result of a job, fenced by a rising number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from kyc.db import changed_one
from kyc.errors import ConflictError
from kyc.jobs import OwedJobName
from kyc.models import OwedJob

SPAN = timedelta(seconds=120)
"""A job without progress for so long is taken up by somebody else."""

MAX_TRIES = 8
_BACKOFF_SECONDS = (5, 15, 60, 300, 900, 3600, 3600, 3600)

WAKE = "kyc_wake"


@dataclass(frozen=True)
class Lease:
    job_id: str
    name: OwedJobName
    subject_id: str
    fence: int
    tries: int


class LostLeaseError(ConflictError):
    """Somebody else has taken the job up; what was done under this lease must not be kept."""

    code = "lost_lease"


def owe(
    db: Session,
    name: OwedJobName,
    subject_id: str,
    now: datetime,
    *,
    after: timedelta = timedelta(0),
) -> None:
    """Notes the job in the caller's transaction; a worker is woken after its commit.

    A job that is due only `after` a while is woken by the sweeper.
    """
    job = OwedJob(name=name, subject_id=subject_id, due_at=now + after, created_at=now)
    db.add(job)
    db.flush()
    if after:
        return
    db.info.setdefault(WAKE, []).append(job.id)


def owe_again(db: Session, name: OwedJobName, subject_id: str, now: datetime) -> None:
    """As `owe`, for work on one subject that may come up anew.

    Whoever is at it now saw an older state: the fence moves on, so that their result is dropped.
    """
    again = (
        update(OwedJob)
        .where(OwedJob.name == name, OwedJob.subject_id == subject_id)
        .values(
            state="owed",
            due_at=now,
            lease_until=None,
            fence=OwedJob.fence + 1,
            tries=0,
            done_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    if not changed_one(db, again):
        owe(db, name, subject_id, now)
        return
    mine = (OwedJob.name == name, OwedJob.subject_id == subject_id)
    job_id = db.scalars(select(OwedJob.id).where(*mine)).one()
    db.info.setdefault(WAKE, []).append(job_id)


def take(db: Session, job_id: str, now: datetime) -> Lease | None:
    """Takes the lease by one conditional statement; None when there is nothing to do."""
    free = or_(OwedJob.lease_until.is_(None), OwedJob.lease_until <= now)
    change = (
        update(OwedJob)
        .where(OwedJob.id == job_id, OwedJob.state == "owed", OwedJob.due_at <= now, free)
        .values(lease_until=now + SPAN, fence=OwedJob.fence + 1, tries=OwedJob.tries + 1)
        .execution_options(synchronize_session=False)
    )
    if not changed_one(db, change):
        return None
    job = db.get_one(OwedJob, job_id, populate_existing=True)
    return Lease(job.id, OwedJobName(job.name), job.subject_id, job.fence, job.tries)


def settle(db: Session, lease: Lease, now: datetime) -> None:
    """Marks the job done. Raises LostLeaseError when the fence has moved on."""
    _write(db, lease, state="done", done_at=now, lease_until=None)


def hold(db: Session, lease: Lease) -> None:
    """Raises LostLeaseError unless this lease may still commit; locks the row until it does."""
    _write(db, lease, last_error=None)


def put_off(db: Session, lease: Lease, error: str, now: datetime) -> bool:
    """Gives the job back to be tried later; False when it has had all its tries."""
    last = lease.tries >= MAX_TRIES
    wait = _BACKOFF_SECONDS[min(lease.tries, len(_BACKOFF_SECONDS)) - 1]
    _write(
        db,
        lease,
        state="failed" if last else "owed",
        due_at=now + timedelta(seconds=wait),
        lease_until=None,
        last_error=error[:60],
    )
    return not last


def postpone(db: Session, lease: Lease, until: datetime) -> None:
    """Gives the job back because its time has not come; that is no failure."""
    _write(db, lease, due_at=until, lease_until=None, tries=0)


def owing(db: Session, now: datetime, limit: int = 500) -> Sequence[str]:
    """The jobs that are due and that nobody holds, oldest first."""
    idle = and_(
        OwedJob.state == "owed",
        OwedJob.due_at <= now,
        or_(OwedJob.lease_until.is_(None), OwedJob.lease_until <= now),
    )
    return db.scalars(select(OwedJob.id).where(idle).order_by(OwedJob.due_at).limit(limit)).all()


def _write(db: Session, lease: Lease, **values: object) -> None:
    change = (
        update(OwedJob)
        .where(OwedJob.id == lease.job_id, OwedJob.fence == lease.fence, OwedJob.state == "owed")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not changed_one(db, change):
        raise LostLeaseError(f"{lease.job_id} is no longer ours")
