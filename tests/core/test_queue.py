"""Owns the queue: order, tabs, and pages from which no row is lost."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from kyc.lifecycle import Status, UploadState
from kyc.models import VerificationSession
from kyc.policy.seats import Lane
from kyc.review.filters import Age, Filters, Flag
from kyc.review.queue import MOST_COUNTED, PAGE, Tab, counts, page
from tests.core.databases import ON_SQLITE

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

MINUTE = timedelta(minutes=1)


def _ids(kit: "Kit", tab: Tab, staff_id: str = "usr_me") -> list[str]:
    with kit.reading() as db:
        return [row.session.id for row in page(db, tab, staff_id, kit.now).rows]


def _walk(kit: "Kit", tab: Tab, filters: Filters = Filters()) -> list[str]:  # noqa: B008 - frozen
    """All pages, one after the other."""
    seen, after = [], ""
    while True:
        with kit.reading() as db:
            found = page(db, tab, "usr_me", kit.now, after, filters)
        seen += [row.session.id for row in found.rows]
        assert len(found.rows) <= PAGE
        if found.next_key is None:
            return seen
        after = found.next_key


def test_the_oldest_waits_first(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        ages = (3, 9, 1)
        ids = {a: make.queued(db, waiting_since=kit.now - a * MINUTE).id for a in ages}
    assert _ids(kit, Tab.WAITING) == [ids[9], ids[3], ids[1]]


def test_what_was_decided_last_is_done_first(kit: "Kit", make: "Make") -> None:
    done: dict[str, Any] = {"status": Status.VERIFIED, "waiting_since": None}
    with kit.transaction() as db:
        older = make.queued(db, decided_at=kit.now - MINUTE, **done).id
        newer = make.queued(db, decided_at=kit.now, **done).id
    assert _ids(kit, Tab.DONE) == [newer, older]


def test_each_case_stands_under_its_tab(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        me, other = make.staff(db), make.staff(db)
        waiting, mine, lapsed = (make.queued(db) for _ in range(3))
        theirs = make.queued(db)
        make.claim(db, mine, me)
        make.claim(db, theirs, other)
        make.claim(db, lapsed, make.staff(db), expires_at=kit.now)
        customer = make.queued(db, status=Status.REQUIRES_INPUT)
        done = [
            make.queued(db, status=status, decided_at=kit.now)
            for status in (Status.VERIFIED, Status.REJECTED)
        ]
        for status in (Status.CREATED, Status.CANCELED, Status.EXPIRED):
            make.queued(db, status=status)
        second = make.queued(db, review_lane=Lane.SECOND)
        senior = make.queued(db, review_lane=Lane.SENIOR)
        make.queued(db, review_lane=Lane.SETTLING)
    wanted = {
        Tab.WAITING: {waiting.id, lapsed.id, theirs.id},
        Tab.MINE: {mine.id},
        Tab.SECOND: {second.id},
        Tab.SENIOR: {senior.id},
        Tab.CUSTOMER: {customer.id},
        Tab.DONE: {session.id for session in done},
    }
    assert {tab: set(_ids(kit, tab, me.id)) for tab in Tab} == wanted
    with kit.reading() as db:
        assert counts(db, me.id, kit.now) == {tab: len(ids) for tab, ids in wanted.items()}


def test_somebody_refused_before_a_review_is_done(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.queued(db, status=Status.REJECTED, decided_at=None, waiting_since=None)
    assert _ids(kit, Tab.DONE) == []


@pytest.mark.parametrize("tab", [Tab.WAITING, Tab.CUSTOMER, Tab.DONE])
def test_no_row_is_lost_or_doubled_across_pages(kit: "Kit", make: "Make", tab: Tab) -> None:
    status = {Tab.WAITING: "processing", Tab.CUSTOMER: "requires_input", Tab.DONE: "verified"}
    with kit.transaction() as db:
        made = set()
        for number in range(2 * PAGE + 7):
            at = kit.now + timedelta(microseconds=number // 40)  # equal times cross the pages
            times = {"waiting_since": at, "created_at": at, "decided_at": at}
            made.add(make.queued(db, status=status[tab], **times).id)
    seen = _walk(kit, tab)
    assert len(seen) == len(made)
    assert set(seen) == made


def test_a_page_that_is_just_full_is_the_last(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for _ in range(PAGE):
            make.queued(db)
    with kit.reading() as db:
        assert page(db, Tab.WAITING, "usr_me", kit.now).next_key is None


def test_a_row_that_leaves_does_not_move_the_next_page(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        made = [make.queued(db, waiting_since=kit.now + n * MINUTE).id for n in range(PAGE + 2)]
    with kit.reading() as db:
        first = page(db, Tab.WAITING, "usr_me", kit.now)
    with kit.transaction() as db:
        db.get_one(VerificationSession, made[0]).status = Status.VERIFIED
    with kit.reading() as db:
        second = page(db, Tab.WAITING, "usr_me", kit.now, first.next_key or "")
    assert [row.session.id for row in second.rows] == made[PAGE:]


@ON_SQLITE
@pytest.mark.parametrize("untrusted", ["x", "~", "2026-03-02T12:00:00~vs_1", "1~2~3"])
def test_a_key_that_no_page_gave_out_is_refused(kit: "Kit", untrusted: str) -> None:
    with kit.reading() as db, pytest.raises(ValueError, match=r".+"):
        page(db, Tab.WAITING, "usr_me", kit.now, untrusted)


def test_a_row_says_who_has_it_and_whether_a_picture_was_in_doubt(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        me = make.staff(db, display_name="Mari Mets")
        session = make.queued(db)
        make.claim(db, session, me)
        make.upload(db, session, state=UploadState.CONFIRMED, reasons=["nothing_found"])
    with kit.reading() as db:
        (row,) = page(db, Tab.MINE, me.id, kit.now).rows
    assert (row.claimed_by, row.to_confirm) == ("Mari Mets", True)


def test_what_somebody_else_holds_stays_in_its_place_with_their_name(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        other = make.staff(db, display_name="Mari Mets")
        make.claim(db, make.queued(db), other)
    with kit.reading() as db:
        (row,) = page(db, Tab.WAITING, "usr_me", kit.now).rows
    assert row.claimed_by == "Mari Mets"


def test_a_long_tab_is_not_counted_to_its_end(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        db.execute(
            insert(VerificationSession),
            [
                {
                    "id": f"vs_{number}",
                    "status": Status.PROCESSING,
                    "origin": "link",
                    "created_at": kit.now,
                    "expires_at": kit.now,
                    "field_key_epoch": "2026-03",
                    "waiting_since": kit.now,
                }
                for number in range(MOST_COUNTED + 50)
            ],
        )
    with kit.reading() as db:
        assert counts(db, "usr_me", kit.now)[Tab.WAITING] == MOST_COUNTED + 1


FILTERED: dict[str, tuple[Filters, dict[str, Any], dict[str, Any]]] = {
    "country": (Filters(country="LV"), {"document_country": "LV"}, {"document_country": "EE"}),
    "document": (
        Filters(document="passport"),
        {"document_type": "passport"},
        {"document_type": "identity_card"},
    ),
    "attempt": (Filters(attempt=2), {"attempt": 2}, {"attempt": 3}),
    "a late attempt": (Filters(attempt=3), {"attempt": 5}, {"attempt": 2}),
    "asked again": (Filters(flag=Flag.ASKED_AGAIN), {"attempt": 2}, {"attempt": 1}),
    "four hours": (Filters(age=Age.OLD), {"hours": 4}, {"hours": 3.99}),
    "a day": (Filters(age=Age.LATE), {"hours": 24}, {"hours": 23.99}),
}


@pytest.mark.parametrize("what", FILTERED)
def test_a_filter_shows_what_it_names_and_nothing_else(kit: "Kit", make: "Make", what: str) -> None:
    filters, wanted, unwanted = FILTERED[what]
    ids = []
    with kit.transaction() as db:
        for values in (wanted, unwanted):
            columns = {name: value for name, value in values.items() if name != "hours"}
            since = kit.now - timedelta(hours=values.get("hours", 1))
            ids.append(make.queued(db, waiting_since=since, **columns).id)
    with kit.reading() as db:
        rows = page(db, Tab.WAITING, "usr_me", kit.now, filters=filters).rows
    assert [row.session.id for row in rows] == ids[:1]


def test_the_filter_for_doubtful_pictures_asks_the_pictures(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        doubtful, sure, open_ = (make.queued(db) for _ in range(3))
        make.upload(db, doubtful, state=UploadState.CONFIRMED, reasons=["nothing_found"])
        make.upload(db, sure, state=UploadState.CONFIRMED, reasons=[])
        make.upload(db, open_, state=UploadState.DISCARDED, reasons=["nothing_found"])
    with kit.reading() as db:
        filters = Filters(flag=Flag.TO_CONFIRM)
        rows = page(db, Tab.WAITING, "usr_me", kit.now, filters=filters).rows
    assert [row.session.id for row in rows] == [doubtful.id]


@pytest.mark.parametrize("tab", [Tab.WAITING, Tab.CUSTOMER, Tab.DONE])
def test_no_row_is_lost_across_the_pages_of_a_filter(kit: "Kit", make: "Make", tab: Tab) -> None:
    status = {Tab.WAITING: "processing", Tab.CUSTOMER: "requires_input", Tab.DONE: "verified"}
    with kit.transaction() as db:
        wanted = set()
        for number in range(2 * PAGE + 30):
            at = kit.now + timedelta(microseconds=number // 40)
            times = {"waiting_since": at, "created_at": at, "decided_at": at}
            country = "LV" if number % 2 else "EE"
            made = make.queued(db, status=status[tab], document_country=country, **times)
            wanted |= {made.id} if country == "LV" else set()
    seen = _walk(kit, tab, Filters(country="LV"))
    assert len(seen) == len(wanted)
    assert set(seen) == wanted


def test_a_row_says_that_another_case_has_the_same_address(kit: "Kit", make: "Make") -> None:
    """Not so for one that was never sent, or that has lapsed."""
    with kit.transaction() as db:
        twins = [make.queued(db, email_hash=b"one") for _ in range(2)]
        make.queued(db, email_hash=b"two")
        make.queued(db, email_hash=b"two", status=Status.EXPIRED)
        make.queued(db)
    with kit.reading() as db:
        rows = page(db, Tab.WAITING, "usr_me", kit.now).rows
    assert {row.session.id for row in rows if row.may_be_duplicate} == {one.id for one in twins}
