"""Owns the figures of the queue: waiting, decisions, reasons, time, agreement, by role alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kyc.lifecycle import Status
from kyc.models import Decision, GivenVerdict, Staff, VerificationSession
from kyc.origins import HONEY
from kyc.policy.agreement import Agreement, agreement_of
from kyc.policy.seats import Seat
from kyc.review.deciding import Outcome

AGES: tuple[tuple[timedelta, timedelta | None], ...] = (
    (timedelta(0), timedelta(hours=1)),
    (timedelta(hours=1), timedelta(hours=4)),
    (timedelta(hours=4), timedelta(hours=24)),
    (timedelta(hours=24), timedelta(days=3)),
    (timedelta(days=3), None),
)
"""From this age on, and younger than that; the last has no end."""


@dataclass(frozen=True)
class Hour:
    """Cases sent in this hour of the day; `median` is how long they waited to be taken up."""

    hour: int
    cases: int
    median: timedelta | None


@dataclass(frozen=True)
class OfRole:
    """Verdicts of all people of one role together; `median` is from taking a case to judging it."""

    role: str
    verdicts: int
    escalated: int
    median: timedelta


@dataclass(frozen=True)
class Figures:
    waiting: Sequence[Hour]
    outcomes: dict[str, int]
    reasons: dict[str, int]
    roles: Sequence[OfRole]
    agreement: Agreement
    ageing: Sequence[int]


def figures(db: Session, since: datetime, now: datetime, zone: tzinfo) -> Figures:
    """Of what took effect since then, hours in `zone`; ageing is of what waits now."""
    return Figures(
        waiting=_waiting(db, since, zone),
        outcomes=_outcomes(db, since),
        reasons=_reasons(db, since),
        roles=_roles(db, since),
        agreement=agreement_of(_pairs(db, since)),
        ageing=[_aged(db, *span, now) for span in AGES],
    )


def _waiting(db: Session, since: datetime, zone: tzinfo) -> list[Hour]:
    query = select(GivenVerdict.waiting_since, GivenVerdict.claimed_at).where(
        GivenVerdict.at >= since,
        GivenVerdict.state == "given",
        GivenVerdict.seat == Seat.FIRST,
        GivenVerdict.lane == "first",
    )
    spans: dict[int, list[timedelta]] = defaultdict(list)
    for began, claimed in db.execute(query):
        if began is not None:
            spans[began.astimezone(zone).hour].append(claimed - began)
    return [Hour(hour, len(spans[hour]), _median(spans[hour])) for hour in range(24)]


def _outcomes(db: Session, since: datetime) -> dict[str, int]:
    query = (
        select(Decision.outcome, func.count().label("number"))
        .where(Decision.at >= since)
        .group_by(Decision.outcome)
    )
    found: dict[str, int] = {row.outcome: row.number for row in db.execute(query)}
    return {str(outcome): found.get(outcome, 0) for outcome in Outcome if outcome != "escalate"}


def _reasons(db: Session, since: datetime) -> dict[str, int]:
    """The most frequent first."""
    given = db.scalars(select(Decision.reasons).where(Decision.at >= since))
    return dict(Counter(code for codes in given for code in codes).most_common())


def _roles(db: Session, since: datetime) -> list[OfRole]:
    query = (
        select(Staff.role, GivenVerdict.outcome, GivenVerdict.claimed_at, GivenVerdict.at)
        .join(Staff, Staff.id == GivenVerdict.staff_id)
        .where(GivenVerdict.at >= since, GivenVerdict.state == "given")
    )
    spans: dict[str, list[timedelta]] = defaultdict(list)
    escalated: Counter[str] = Counter()
    for role, outcome, claimed, at in db.execute(query):
        spans[role].append(at - claimed)
        escalated[role] += outcome == Outcome.ESCALATE
    return [
        OfRole(role, len(spans[role]), escalated[role], _median(spans[role]) or timedelta(0))
        for role in sorted(spans)
    ]


def _pairs(db: Session, since: datetime) -> list[tuple[str, str]]:
    """Of each attempt that was judged twice, both outcomes."""
    first, second = aliased(GivenVerdict), aliased(GivenVerdict)
    query = (
        select(first.outcome, second.outcome)
        .join(
            second,
            (second.session_id == first.session_id)
            & (second.attempt == first.attempt)
            & (second.seat == Seat.SECOND)
            & (second.state == "given")
            & (second.outcome != Outcome.ESCALATE),
        )
        .where(
            first.seat == Seat.FIRST,
            first.state == "given",
            first.outcome != Outcome.ESCALATE,
            second.at >= since,
        )
    )
    return [(one, other) for one, other in db.execute(query)]


def _aged(db: Session, young: timedelta, old: timedelta | None, now: datetime) -> int:
    waiting = VerificationSession.waiting_since
    query = select(func.count()).where(
        VerificationSession.status == Status.PROCESSING,
        VerificationSession.origin != HONEY,
        waiting <= now - young,
    )
    if old is not None:
        query = query.where(waiting > now - old)
    return db.scalar(query) or 0


def _median(spans: Iterable[timedelta]) -> timedelta | None:
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=median(seconds)) if seconds else None
