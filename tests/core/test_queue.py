"""Owns the queue: order, tabs, and pages from which no row is lost."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.lifecycle import Status, UploadState
from kyc.models import VerificationSession
from kyc.review.queue import PAGE, Tab, counts, page
from tests.core.databases import ON_SQLITE

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

MINUTE = timedelta(minutes=1)


def _ids(kit: "Kit", tab: Tab, staff_id: str = "usr_me") -> list[str]:
    with kit.reading() as db:
        return [row.session.id for row in page(db, tab, staff_id, kit.now).rows]


def _walk(kit: "Kit", tab: Tab) -> list[str]:
    """All pages, one after the other."""
    seen, after = [], ""
    while True:
        with kit.reading() as db:
            found = page(db, tab, "usr_me", kit.now, after)
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
    wanted = {
        Tab.WAITING: {waiting.id, lapsed.id},
        Tab.MINE: {mine.id},
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
