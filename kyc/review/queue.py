"""Owns the queue: which cases wait, in which order, under which tab."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from kyc.lifecycle import Status, UploadState
from kyc.models import Claim, Staff, Upload, VerificationSession

PAGE = 50


class Tab(StrEnum):
    WAITING = "waiting"
    MINE = "mine"
    CUSTOMER = "customer"
    DONE = "done"


@dataclass(frozen=True)
class Row:
    session: VerificationSession
    claimed_by: str | None
    to_confirm: bool


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    next_key: str | None


def counts(db: Session, staff_id: str, now: datetime) -> dict[Tab, int]:
    return {
        tab: db.scalar(_from(tab, staff_id, now, select(func.count(VerificationSession.id)))) or 0
        for tab in Tab
    }


def page(db: Session, tab: Tab, staff_id: str, now: datetime, after: str = "") -> Page:
    """Oldest due first (done: newest first); `after` is the `next_key` of the page before.

    Raises ValueError for a key that no page gave out.
    """
    moment = _moment(tab)
    descending = tab == Tab.DONE
    key: list[ColumnElement[Any]] = [moment, VerificationSession.id.expression]
    order = [column.desc() for column in key] if descending else key
    query = _from(tab, staff_id, now, select(VerificationSession, Staff.display_name))
    query = query.outerjoin(Staff, Staff.id == Claim.staff_id)
    if after:
        place = tuple_(*key)
        query = query.where(place < _parse(after) if descending else place > _parse(after))
    found = db.execute(query.order_by(*order).limit(PAGE + 1)).all()
    unsure = _with_doubts(db, [session.id for session, _ in found])
    rows = [Row(session, name, session.id in unsure) for session, name in found[:PAGE]]
    more = len(found) > PAGE
    return Page(rows, _key(tab, rows[-1].session) if more else None)


def _from(tab: Tab, staff_id: str, now: datetime, query: Select) -> Select:  # type: ignore[type-arg]  # rows of any shape
    live = and_(Claim.session_id == VerificationSession.id, Claim.expires_at > now)
    query = query.select_from(VerificationSession).outerjoin(Claim, live)
    return query.where(*_conditions(tab, staff_id))


def _conditions(tab: Tab, staff_id: str) -> list[ColumnElement[bool]]:
    status = VerificationSession.status
    if tab == Tab.WAITING:
        return [status == Status.PROCESSING, Claim.staff_id.is_(None)]
    if tab == Tab.MINE:
        return [status == Status.PROCESSING, Claim.staff_id == staff_id]
    if tab == Tab.CUSTOMER:
        return [status == Status.REQUIRES_INPUT]
    return [status.in_((Status.VERIFIED, Status.REJECTED)), _moment(tab).is_not(None)]


def _moment(tab: Tab) -> ColumnElement[datetime | None]:
    if tab == Tab.DONE:
        return VerificationSession.decided_at.expression
    if tab == Tab.CUSTOMER:
        return VerificationSession.created_at.expression  # type: ignore[return-value]  # not null
    return VerificationSession.waiting_since.expression


def _with_doubts(db: Session, session_ids: list[str]) -> set[str]:
    """Sessions with a picture that the program was not sure to have covered."""
    doubtful = select(Upload.session_id, Upload.reasons).where(
        Upload.session_id.in_(session_ids), Upload.state == UploadState.CONFIRMED
    )
    return {session_id for session_id, reasons in db.execute(doubtful) if reasons}


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
