"""Owns the desk's list: requests by what they are and how they stand, a page at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from kyc.models import PrivacyRequest, VerificationSession
from kyc.policy.rights import UNANSWERED, RequestState, Right

PAGE = 50
SOON = timedelta(days=7)
"""So long before its end by law a request counts as due."""


class Tab(StrEnum):
    OPEN = "open"
    MINE = "mine"
    DUE = "due"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True)
class Wanted:
    """What a request must be; None asks for nothing. `me` is whom the tab Mine is about."""

    tab: Tab
    me: str
    right: Right | None = None
    state: RequestState | None = None
    case: str | None = None


@dataclass(frozen=True)
class Row:
    request: PrivacyRequest
    reference: str | None


@dataclass(frozen=True)
class Page:
    """`after` asks for the next one, None at the end: the moment and id of the last row."""

    rows: tuple[Row, ...]
    after: tuple[datetime, str] | None


@dataclass(frozen=True)
class Counts:
    """Requests that are not answered: all, those past the target, near the end by law, past it."""

    unanswered: int
    past_target: int
    due: int
    late: int


def listed(
    db: Session, wanted: Wanted, now: datetime, after: tuple[datetime, str] | None = None
) -> Page:
    """What is not answered by when it is due, what is done by when it came, newest first."""
    row = PrivacyRequest
    is_done = wanted.tab == Tab.DONE
    key = row.received_at if is_done else row.due_at
    query = (
        select(row, VerificationSession.id, VerificationSession.client_reference_id)
        .outerjoin(VerificationSession, VerificationSession.id == row.session_id)
        .where(*_conditions(wanted, now))
    )
    if after is not None:
        behind = tuple_(key, row.id)
        query = query.where(behind < after if is_done else behind > after)
    order = (key.desc(), row.id.desc()) if is_done else (key, row.id)
    found = db.execute(query.order_by(*order).limit(PAGE + 1)).all()
    rows = tuple(Row(one, name or (case and case[:11])) for one, case, name in found[:PAGE])
    return Page(rows, _behind(rows, is_done=is_done) if len(found) > PAGE else None)


def counted(db: Session, now: datetime) -> Counts:
    row = PrivacyRequest

    def number(*which: ColumnElement[bool]) -> int:
        open_ones = row.state.in_(UNANSWERED)
        return db.scalar(select(func.count()).select_from(row).where(open_ones, *which)) or 0

    return Counts(
        unanswered=number(),
        past_target=number(row.target_at <= now),
        due=number(_due(now)),
        late=number(row.due_at < now),
    )


def by_right(db: Session) -> dict[Right, int]:
    """How many of each are not answered."""
    row = PrivacyRequest
    query = select(row.kind, func.count()).where(row.state.in_(UNANSWERED)).group_by(row.kind)
    found = dict(db.execute(query).all())
    return {right: found.get(right, 0) for right in Right}


def _behind(rows: tuple[Row, ...], *, is_done: bool) -> tuple[datetime, str]:
    last = rows[-1].request
    return (last.received_at if is_done else last.due_at), last.id


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(PrivacyRequest.due_at >= now, PrivacyRequest.due_at <= now + SOON)


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    row, session = PrivacyRequest, VerificationSession
    is_open = row.state.in_(UNANSWERED)
    found: list[ColumnElement[bool]] = [~is_open if wanted.tab == Tab.DONE else is_open]
    if wanted.tab == Tab.MINE:
        found.append(row.assigned_to == wanted.me)
    if wanted.tab == Tab.DUE:
        found.append(_due(now))
    if wanted.tab == Tab.LATE:
        found.append(row.due_at < now)
    if wanted.right is not None:
        found.append(row.kind == wanted.right)
    if wanted.state is not None:
        found.append(row.state == wanted.state)
    if wanted.case is not None:
        found.append(or_(session.id == wanted.case, session.client_reference_id == wanted.case))
    return found
