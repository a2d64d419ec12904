"""Owns the brake on destruction: too much at once, or clocks that disagree, needs a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from kyc.audit import OPERATOR, Action, record
from kyc.clock import Clock
from kyc.db import database_now
from kyc.errors import ConflictError
from kyc.holds import not_held
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.lifecycle import LIVE, OPEN, Status
from kyc.models import Artifact, VerificationSession, new_id
from kyc.retention.clock_watch import SKEW, believe, doubted
from kyc.retention.due import not_kept
from kyc.retention.expiring import is_late
from kyc.retention.narrowing import is_being_narrowed

MOST_AT_ONCE = 500
ONE_IN = 50
"""More than one in so many, which is 2 %, is too many of a stock of at least `STOCK`."""
STOCK = 1000


Reason = Literal["too_many", "clock", "moved"]


class _Stock(NamedTuple):
    """How many are due, and which are live."""

    due: int
    live: ColumnElement[bool]


@dataclass(frozen=True)
class Halt:
    """Why nothing is destroyed now; `due` of `live` images and records have come due at once."""

    reason: Reason
    due: int
    live: int

    @property
    def words(self) -> str:
        if self.reason == "clock":
            return (
                "the clocks of this machine and of the database or the object store differ by more"
                " than 5 minutes"
            )
        if self.reason == "moved":
            return (
                "the clock of this machine has gone on further than the service was away, so it"
                f" may be wrong; {self.due} of {self.live} things are due by it"
            )
        return f"{self.due} of {self.live} things are due at once, which may be a wrong clock"


def halted(db: Session, now: datetime, real_now: Clock) -> Halt | None:
    """Whether a purge at `now` must wait for a person; None when it may run.

    The clocks are compared by their real times, also where a demonstration moves `now`.
    """
    return _halt(db, real_now, (_artifacts(db, now), _records(db, now)))


def expiry_halted(db: Session, now: datetime, real_now: Clock) -> Halt | None:
    """As `halted`, for verifications that expire: their details are forgotten soon after."""
    live = VerificationSession.status.in_((*OPEN, Status.PROCESSING))
    return _halt(db, real_now, [_Stock(_count(db, is_late(db, now)), live)])


def any_halted(db: Session, now: datetime, real_now: Clock) -> Halt | None:
    """What a person is told of and lets through: destruction first, then expiry."""
    return halted(db, now, real_now) or expiry_halted(db, now, real_now)


def is_too_many(due: int, live: int) -> bool:
    return due > MOST_AT_ONCE or (live >= STOCK and due * ONE_IN > live)


def clocks_differ(db: Session, real_now: Clock) -> bool:
    """Or this machine's own clock is not believed: nothing is destroyed by it meanwhile."""
    return _differ(db, real_now) or doubted(db) != ""


def _differ(db: Session, real_now: Clock) -> bool:
    theirs = database_now(db)
    return theirs is not None and abs(theirs - real_now()) > SKEW


def _halt(db: Session, real_now: Clock, stocks: Sequence[_Stock]) -> Halt | None:
    """What is live is counted whole only where a person is to be told: that reads all of it."""
    reason = _doubt(db, real_now) or _excess(db, stocks)
    if reason is None:
        return None
    return Halt(reason, sum(one.due for one in stocks), sum(_count(db, one.live) for one in stocks))


def _doubt(db: Session, real_now: Clock) -> Reason | None:
    doubt = doubted(db)
    if doubt == "witness" or _differ(db, real_now):
        return "clock"
    return "moved" if doubt else None


def _excess(db: Session, stocks: Sequence[_Stock]) -> Reason | None:
    return "too_many" if any(_is_excess(db, one) for one in stocks) else None


def _is_excess(db: Session, stock: _Stock) -> bool:
    """No further than so many need be counted: with more, the share is small enough."""
    enough = max(STOCK, min(stock.due, MOST_AT_ONCE) * ONE_IN)
    return stock.due > 0 and is_too_many(stock.due, _count(db, stock.live, enough))


def let_through(db: Session, now: datetime, real_now: Clock) -> Halt:
    """One run may destroy what is due now, however much it is; what stopped it is returned.

    Raises ConflictError when nothing is stopped, so that no leave lies ready for a later day, and
    when the clocks differ, which nobody can overrule.
    """
    halt = any_halted(db, now, real_now)
    if halt is None:
        raise ConflictError("nothing is stopped: the purge runs by itself")
    if halt.reason == "clock":
        raise ConflictError(f"{halt.words}: set them right first")
    record(
        db,
        Action.OPERATOR_PURGE_RESUMED,
        actor=OPERATOR,
        now=now,
        detail={"due": halt.due, "live": halt.live, "reason": halt.reason},
    )
    if halt.reason == "moved":
        believe(db)
    owe(db, OwedJobName.RESUME_PURGE, new_id("resume"), now)
    return halt


def _artifacts(db: Session, now: datetime) -> _Stock:
    """Without those whose narrowing is owed: the brake has let them through already."""
    live = Artifact.state.in_(LIVE)
    joined = VerificationSession.id == Artifact.session_id
    due = (Artifact.destroy_at <= now) & not_kept(now) & ~is_being_narrowed(now)
    return _Stock(_count(db, live & joined & due), live)


def _records(db: Session, now: datetime) -> _Stock:
    row = VerificationSession
    live = row.record_destroyed_at.is_(None)
    due = (row.record_destroy_at <= now) & not_held(row.id, now)
    return _Stock(_count(db, live & due), live)


def _count(db: Session, which: ColumnElement[bool], at_most: int | None = None) -> int:
    if at_most is None:
        return db.scalar(select(func.count()).where(which)) or 0
    first = select(literal(1)).where(which).limit(at_most).subquery()
    return db.scalar(select(func.count()).select_from(first)) or 0
