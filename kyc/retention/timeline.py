"""Owns the days to come: how much falls due in each week or month, and all dates of one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyc.holds import held_until, not_held
from kyc.lifecycle import LIVE
from kyc.models import Artifact, Receipt, VerificationSession
from kyc.policy.epochs import span_of
from kyc.retention.receipts import receipts_of_case

WEEKS, MONTHS = 27, 24
"""As far as the plots look: the dispute window of the pictures, and two years for the details."""


@dataclass(frozen=True)
class Span:
    """What falls due from `start` on until the next span begins, by kind."""

    start: datetime
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Dated:
    """One thing of a case that is still there; `at` is None while its clock has not started."""

    id: str
    kind: str
    stage: str
    rule: str
    at: datetime | None


@dataclass(frozen=True)
class CaseDates:
    """Everything that will happen to a case, and the receipts of what has happened to it."""

    session: VerificationSession
    images: Sequence[Dated]
    record: Dated | None
    held_until: datetime | None
    gone: Sequence[Receipt]


def images_by_week(db: Session, now: datetime) -> list[Span]:
    """Of images that nobody holds; what is due already counts in the first week."""
    monday = _midnight(now) - timedelta(days=now.astimezone(UTC).weekday())
    starts = [monday + timedelta(weeks=number) for number in range(WEEKS + 1)]
    what = select(Artifact.kind).where(Artifact.state.in_(LIVE), not_held(Artifact.session_id, now))
    kinds = db.execute(
        what.add_columns(*_sums(Artifact.destroy_at, starts)).group_by(Artifact.kind)
    )
    by_kind = {row[0]: [int(count or 0) for count in row[1:]] for row in kinds}
    return _spans(starts, by_kind)


def records_by_month(db: Session, now: datetime) -> list[Span]:
    """As `images_by_week`, of the details, by calendar month."""
    row = VerificationSession
    starts = [_midnight(now).replace(day=1)]
    while len(starts) <= MONTHS:
        starts.append(_month_after(starts[-1]))
    mine = row.record_destroyed_at.is_(None) & not_held(row.id, now)
    counts = db.execute(select(*_sums(row.record_destroy_at, starts)).where(mine)).one()
    return _spans(starts, {"record": [int(count or 0) for count in counts]})


def case_dates(db: Session, session: VerificationSession, now: datetime) -> CaseDates:
    live = (
        select(Artifact)
        .where(Artifact.session_id == session.id, Artifact.state.in_(LIVE))
        .order_by(Artifact.destroy_at, Artifact.id)
    )
    images = [
        Dated(one.id, one.kind, one.stage, one.destroy_rule or "", one.destroy_at)
        for one in db.scalars(live)
    ]
    rule, at = session.record_rule or "", session.record_destroy_at
    is_gone = session.record_destroyed_at is not None
    record = None if is_gone else Dated(session.id, "record", "record", rule, at)
    ends = held_until(db, session.id, now)
    return CaseDates(session, images, record, ends, receipts_of_case(db, session.id))


def _sums(
    due: InstrumentedAttribute[datetime | None], starts: Sequence[datetime]
) -> list[ColumnElement[int]]:
    """One sum a span; the first has no beginning, so that it counts what is due already."""
    return [
        func.sum(case(((due < end) if number == 0 else (due >= start) & (due < end), 1), else_=0))
        for number, (start, end) in enumerate(pairwise(starts))
    ]


def _spans(starts: Sequence[datetime], by_kind: dict[str, list[int]]) -> list[Span]:
    return [
        Span(start, {kind: counts[number] for kind, counts in by_kind.items() if counts[number]})
        for number, start in enumerate(starts[:-1])
    ]


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _month_after(start: datetime) -> datetime:
    span = span_of(f"{start:%Y-%m}")
    assert span is not None
    return span[1]
