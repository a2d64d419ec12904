"""Owns the queue: which cases wait, in which order, under which tab."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from kyc.lifecycle import Status
from kyc.models import Claim, Staff, Upload, VerificationSession
from kyc.policy.seats import Lane
from kyc.restrictions import restricted_among
from kyc.review.duplicates import possible_duplicates
from kyc.review.filters import Filters, doubtful

PAGE = 50
MOST_COUNTED = 1000
"""A tab with more cases says so many and a plus: counting on would cost more with every case."""


class Tab(StrEnum):
    WAITING = "waiting"
    MINE = "mine"
    SECOND = "second"
    SENIOR = "senior"
    CUSTOMER = "customer"
    DONE = "done"


_LANES = {Tab.WAITING: Lane.FIRST, Tab.SECOND: Lane.SECOND, Tab.SENIOR: Lane.SENIOR}


@dataclass(frozen=True)
class Row:
    session: VerificationSession
    claimed_by: str | None
    to_confirm: bool
    may_be_duplicate: bool
    is_restricted: bool = False


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    next_key: str | None


def counts(db: Session, staff_id: str, now: datetime) -> dict[Tab, int]:
    """How many cases stand under each tab; `MOST_COUNTED` + 1 stands for more than that."""
    return {tab: _count(db, tab, staff_id, now) for tab in Tab}


def _count(db: Session, tab: Tab, staff_id: str, now: datetime) -> int:
    some = _under(tab, staff_id, now, select(literal(1))).limit(MOST_COUNTED + 1).subquery()
    return db.scalar(select(func.count()).select_from(some)) or 0


def page(
    db: Session,
    tab: Tab,
    staff_id: str,
    now: datetime,
    after: str = "",
    filters: Filters = Filters(),  # noqa: B008 - frozen
) -> Page:
    """Oldest due first (done: newest first); `after` is the `next_key` of the page before.

    Raises ValueError for a key that no page gave out.
    """
    moment = _moment(tab)
    descending = tab == Tab.DONE
    key: list[ColumnElement[Any]] = [moment, VerificationSession.id.expression]
    order = [column.desc() for column in key] if descending else key
    query = _under(tab, staff_id, now, select(VerificationSession, Staff.display_name))
    query = query.outerjoin(Staff, Staff.id == Claim.staff_id)
    query = query.where(*filters.conditions(moment, now))
    if after:
        place = tuple_(*key)
        query = query.where(place < _parse(after) if descending else place > _parse(after))
    found = db.execute(query.order_by(*order).limit(PAGE + 1)).all()
    unsure = _with_doubts(db, [session.id for session, _ in found])
    restricted = restricted_among(db, (session.id for session, _ in found))
    twins = possible_duplicates(db, [session for session, _ in found])
    rows = [
        Row(session, name, *(session.id in some for some in (unsure, twins, restricted)))
        for session, name in found[:PAGE]
    ]
    more = len(found) > PAGE
    return Page(rows, _key(tab, rows[-1].session) if more else None)


def _under(tab: Tab, staff_id: str, now: datetime, query: Select) -> Select:  # type: ignore[type-arg]  # rows of any shape
    live = and_(Claim.session_id == VerificationSession.id, Claim.expires_at > now)
    query = query.select_from(VerificationSession).outerjoin(Claim, live)
    return query.where(*_conditions(tab, staff_id))


def _conditions(tab: Tab, staff_id: str) -> list[ColumnElement[bool]]:
    """What others hold stays in its tab, with their name; what I hold moves to mine."""
    status = VerificationSession.status
    if tab in _LANES:
        lane = VerificationSession.review_lane == _LANES[tab]
        not_mine = or_(Claim.staff_id.is_(None), Claim.staff_id != staff_id)
        return [status == Status.PROCESSING, lane, not_mine]
    if tab == Tab.MINE:
        return [status == Status.PROCESSING, Claim.staff_id == staff_id]
    if tab == Tab.CUSTOMER:
        return [status == Status.REQUIRES_INPUT]
    return [_moment(tab).is_not(None)]


def _moment(tab: Tab) -> ColumnElement[datetime | None]:
    if tab == Tab.DONE:
        return VerificationSession.decided_at.expression
    if tab == Tab.CUSTOMER:
        return VerificationSession.created_at.expression  # type: ignore[return-value]  # not null
    return VerificationSession.waiting_since.expression


def _with_doubts(db: Session, session_ids: list[str]) -> set[str]:
    """Sessions with a picture that the program was not sure to have covered."""
    query = select(Upload.session_id).where(Upload.session_id.in_(session_ids), doubtful())
    return set(db.scalars(query))


def _key(tab: Tab, session: VerificationSession) -> str:
    moment = {
        Tab.DONE: session.decided_at,
        Tab.CUSTOMER: session.created_at,
    }.get(tab, session.waiting_since)
    assert moment is not None
    return f"{moment.isoformat()}~{session.id}"


def _parse(after: str) -> tuple[datetime, str]:
    moment, _, session_id = after.partition("~")
    parsed = datetime.fromisoformat(moment)
    if parsed.tzinfo is None:
        raise ValueError("a queue key carries its zone")
    try:
        return parsed.astimezone(UTC), session_id
    except OverflowError as error:
        raise ValueError("a queue key lies within the calendar") from error
