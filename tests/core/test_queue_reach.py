"""Owns the promise that a narrowed page of the queue costs no more in a longer queue."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from kyc.lifecycle import Status, UploadState
from kyc.models import Upload, VerificationSession, new_id
from kyc.policy.document_types import DOCUMENT_TYPES
from kyc.review.filters import FAR, NEAR, Age, Filters, Flag
from kyc.review.queue import Page, Tab, counts, page
from tests.core.databases import ON_SQLITE

if TYPE_CHECKING:
    from tests.core.kit import Kit

STATUS = {
    Tab.WAITING: Status.PROCESSING,
    Tab.CUSTOMER: Status.REQUIRES_INPUT,
    Tab.DONE: Status.VERIFIED,
}
EVERY = [
    Filters(country=country, document=document, attempt=attempt, flag=flag, age=age)
    for country, document, attempt, flag, age in itertools.product(
        ("", "LV"), ("", "passport"), (None, 2, 3), (None, *Flag), (None, *Age)
    )
]
NEXT_TO_NONE = 5
"""Hundreds of steps, as for a level of an index more where the queue is twice as long."""


def fill(kit: "Kit", number: int, *tabs: Tab) -> list[str]:
    """So many cases that no filter wants, under each tab; their ids, the oldest first."""
    before = kit.now
    rows = []
    for tab, place in itertools.product(tabs, range(number)):
        kit.later(seconds=1)
        rows.append(
            {
                "id": new_id("vs"),
                "status": STATUS[tab],
                "origin": "link",
                "created_at": kit.now,
                "expires_at": kit.now,
                "field_key_epoch": "2026-03",
                "document_country": "EE",
                "document_type": DOCUMENT_TYPES[1],
                "email_hash": f"{tab} {place} {before}".encode(),
                "waiting_since": kit.now if tab == Tab.WAITING else None,
                "decided_at": kit.now if tab == Tab.DONE else None,
            }
        )
    with kit.transaction() as db:
        db.execute(insert(VerificationSession), rows)
    kit.later(days=2)
    return [str(row["id"]) for row in rows]


def change(kit: "Kit", session_id: str, **values: Any) -> None:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        for name, value in values.items():
            setattr(session, name, value)


def make_doubtful(kit: "Kit", session_id: str) -> None:
    with kit.transaction() as db:
        db.add(
            Upload(session_id=session_id, kind="document_front", attempt=1, size=1,
                   state=UploadState.CONFIRMED, reasons=["blurred"], created_at=kit.now,
                   updated_at=kit.now)
        )  # fmt: skip


def walk(kit: "Kit", tab: Tab, filters: Filters) -> list[Page]:
    pages: list[Page] = []
    while not pages or pages[-1].next_key:
        with kit.reading() as db:
            after = (pages[-1].next_key or "") if pages else ""
            pages.append(page(db, tab, "usr_me", kit.now, after, filters))
    return pages


def test_it_stops_looking_and_goes_on_where_it_stopped(kit: "Kit") -> None:
    ids = fill(kit, 2 * NEAR + 20, Tab.WAITING)
    make_doubtful(kit, ids[-1])
    pages = walk(kit, Tab.WAITING, Filters(flag=Flag.TO_CONFIRM))
    assert [len(one.rows) for one in pages] == [0, 0, 1]
    assert [one.looked_through for one in pages] == [NEAR, NEAR, None]
    assert pages[-1].rows[0].session.id == ids[-1]


@pytest.mark.parametrize("tab", STATUS)
def test_the_last_case_within_reach_and_the_first_beyond_are_both_found(
    kit: "Kit", tab: Tab
) -> None:
    ids = fill(kit, NEAR + 1, tab)
    for wanted in (ids[0], ids[NEAR - 1], ids[NEAR]):
        make_doubtful(kit, wanted)
    pages = walk(kit, tab, Filters(flag=Flag.TO_CONFIRM))
    assert sum(len(one.rows) for one in pages) == 3
    assert len(pages) == 2


def test_what_ends_within_reach_is_told_to_be_all(kit: "Kit") -> None:
    fill(kit, NEAR, Tab.WAITING)
    (only,) = walk(kit, Tab.WAITING, Filters(flag=Flag.TO_CONFIRM))
    assert (only.rows, only.next_key, only.looked_through) == ([], None, None)


def test_a_country_is_looked_for_further(kit: "Kit") -> None:
    ids = fill(kit, FAR + 1, Tab.WAITING)
    for wanted in (ids[NEAR], ids[-1]):
        change(kit, wanted, document_country="LV")
    first, second = walk(kit, Tab.WAITING, Filters(country="LV"))
    assert [row.session.id for row in first.rows] == [ids[NEAR]]
    assert (first.looked_through, second.looked_through) == (FAR, None)
    assert [row.session.id for row in second.rows] == [ids[-1]]


def steps(kit: "Kit", act: Callable[[Session], object]) -> int:
    """How many hundreds of steps the virtual machine of SQLite takes."""
    taken: list[None] = []
    with kit.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        with Session(connection) as db:
            raw.set_progress_handler(lambda: taken.append(None), 100)
            try:
                act(db)
            finally:
                raw.set_progress_handler(None, 0)
    return len(taken)


def steps_of_all(kit: "Kit") -> dict[tuple[Tab, Filters], int]:
    def of(tab: Tab, filters: Filters) -> int:
        return steps(kit, lambda db: page(db, tab, "usr_me", kit.now, "", filters))

    return {(tab, filters): of(tab, filters) for tab in STATUS for filters in set_in(tab)}


def set_in(tab: Tab) -> list[Filters]:
    """Country and document are looked up alike: the shorter tests of two tabs go without one."""
    return [one for one in EVERY if tab == Tab.WAITING or not (one.document or one.attempt == 2)]


@ON_SQLITE
def test_every_page_takes_as_many_steps_in_a_queue_twice_as_long(kit: "Kit") -> None:
    """Whatever the form is set to; no case has what is looked for."""
    fill(kit, FAR + 200, *STATUS)
    short = steps_of_all(kit)
    fill(kit, FAR + 200, *STATUS)
    long = steps_of_all(kit)
    assert len(short) == 144 + 2 * 48
    assert {what: (short[what], long[what]) for what in short
            if long[what] > short[what] + NEXT_TO_NONE} == {}  # fmt: skip
    assert max(short.values()) > 100


@ON_SQLITE
def test_counting_takes_as_many_steps_in_a_queue_twice_as_long(kit: "Kit") -> None:
    fill(kit, 1200, *STATUS)
    short = steps(kit, lambda db: counts(db, "usr_me", kit.now))
    fill(kit, 1200, *STATUS)
    assert steps(kit, lambda db: counts(db, "usr_me", kit.now)) <= short + NEXT_TO_NONE
