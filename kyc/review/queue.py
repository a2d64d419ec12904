"""Owns the queue: which cases wait, in which order, under which tab."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session, load_only

from kyc.lifecycle import Status
from kyc.models import Claim, Staff, Upload, VerificationSession
from kyc.policy.seats import Lane
from kyc.restrictions import restricted_among
from kyc.review.claims import my_claim
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


_SHOWN = (
    VerificationSession.client_reference_id, VerificationSession.status,
    VerificationSession.document_country, VerificationSession.document_type,
    VerificationSession.attempt, VerificationSession.review_lane,
    VerificationSession.waiting_since, VerificationSession.decided_at,
    VerificationSession.created_at, VerificationSession.email_hash,
)  # fmt: skip
"""A list is made of these; what the customer gave stays sealed in the database."""


@dataclass(frozen=True)
class Row:
    session: VerificationSession
    claimed_by: str | None
    to_confirm: bool
    may_be_duplicate: bool
    is_restricted: bool = False


@dataclass(frozen=True)
class Page:
    """`looked_through` is how many cases were looked at when that, and no full page, ended it."""

    rows: Sequence[Row]
    next_key: str | None
    looked_through: int | None = None


def counts(db: Session, staff_id: str, now: datetime) -> dict[Tab, int]:
    """How many cases stand under each tab; `MOST_COUNTED` + 1 stands for more than that."""
    mine = _held(db, staff_id, now)
    return {tab: _count(db, tab, mine) for tab in Tab}


def _count(db: Session, tab: Tab, mine: str | None) -> int:
    some = select(literal(1)).where(*_conditions(tab, mine)).limit(MOST_COUNTED + 1).subquery()
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

    A filter looks no further than `filters.reach` cases at a time, however many there are: then
    the page may have less than its fill, and the next one goes on from there. Raises ValueError
    for a key that no page gave out.
    """
    start, latest = _parse(after) if after else None, filters.latest(now)
    under = _conditions(tab, _held(db, staff_id, now))
    span = _between(tab, start, None, latest)
    end = _end_of_reach(db, tab, [*under, *span], filters.reach) if filters else None
    span = _between(tab, start, end, latest)
    found = _found(db, tab, [*under, *span, *filters.conditions()], now)
    rows = _rows(db, found[:PAGE])
    if len(found) > PAGE:
        return Page(rows, _key(_place(tab, rows[-1].session)))
    return Page(rows, _key(end), filters.reach) if end else Page(rows, None)


Place = tuple[datetime, str]


def _held(db: Session, staff_id: str, now: datetime) -> str | None:
    claim = my_claim(db, staff_id, now)
    return claim.session_id if claim else None


def _found(
    db: Session, tab: Tab, conditions: list[ColumnElement[bool]], now: datetime
) -> Sequence[tuple[VerificationSession, str | None]]:
    """One more than a page, each with the name of who holds it."""
    live = and_(Claim.session_id == VerificationSession.id, Claim.expires_at > now)
    query = (
        select(VerificationSession, Staff.display_name)
        .options(load_only(*_SHOWN))
        .outerjoin(Claim, live)
        .outerjoin(Staff, Staff.id == Claim.staff_id)
        .where(*conditions)
        .order_by(*_order(tab))
        .limit(PAGE + 1)
    )
    return [(session, name) for session, name in db.execute(query)]


def _rows(db: Session, found: Sequence[tuple[VerificationSession, str | None]]) -> list[Row]:
    unsure = _with_doubts(db, [session.id for session, _ in found])
    twins = possible_duplicates(db, [session for session, _ in found])
    apart = restricted_among(db, [session.id for session, _ in found])
    return [
        Row(session, name, session.id in unsure, session.id in twins, session.id in apart)
        for session, name in found
    ]


def _end_of_reach(
    db: Session, tab: Tab, under: list[ColumnElement[bool]], reach: int
) -> Place | None:
    """Where the last case stands that is looked at; None when there are no more than that."""
    places = select(_moment(tab), VerificationSession.id).where(*under).order_by(*_order(tab))
    beyond = db.execute(places.offset(reach - 1).limit(2)).all()
    if len(beyond) < 2:
        return None
    moment, session_id = beyond[0]
    assert moment is not None
    return moment, session_id


def _conditions(tab: Tab, mine: str | None) -> list[ColumnElement[bool]]:
    """What others hold stays in its tab, with their name; what I hold moves to mine."""
    status, its_id = VerificationSession.status, VerificationSession.id
    if tab in _LANES:
        lane = VerificationSession.review_lane == _LANES[tab]
        return [status == Status.PROCESSING, lane, *([its_id != mine] if mine else [])]
    if tab == Tab.MINE:
        return [status == Status.PROCESSING, its_id == (mine or "")]
    if tab == Tab.CUSTOMER:
        return [status == Status.REQUIRES_INPUT]
    return [_moment(tab).is_not(None)]


def _order(tab: Tab) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [_moment(tab), VerificationSession.id.expression]
    return [column.desc() for column in columns] if tab == Tab.DONE else columns


def _between(
    tab: Tab, start: Place | None, end: Place | None, latest: datetime | None
) -> list[ColumnElement[bool]]:
    """After `start`, up to `end`, and counted since `latest` at the latest.

    Each side has one condition, the tightest: of two, SQLite may go by the wider one.
    """
    here, newest_first = tuple_(_moment(tab), VerificationSession.id), tab == Tab.DONE
    found = []
    if start is not None:
        found.append(here < start if newest_first else here > start)
    if end is not None:
        found.append(here >= end if newest_first else here <= end)
    newest = start if newest_first else end
    if latest is not None and (newest is None or newest[0] > latest):
        found.append(_moment(tab) <= latest)
    return found


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


def _place(tab: Tab, session: VerificationSession) -> Place:
    moment = {
        Tab.DONE: session.decided_at,
        Tab.CUSTOMER: session.created_at,
    }.get(tab, session.waiting_since)
    assert moment is not None
    return moment, session.id


def _key(place: Place) -> str:
    return f"{place[0].isoformat()}~{place[1]}"


def _parse(after: str) -> Place:
    moment, _, session_id = after.partition("~")
    parsed = datetime.fromisoformat(moment)
    if parsed.tzinfo is None:
        raise ValueError("a queue key carries its zone")
    try:
        return parsed.astimezone(UTC), session_id
    except OverflowError as error:
        raise ValueError("a queue key lies within the calendar") from error
