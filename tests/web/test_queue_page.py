"""Owns the promises of the queue's page: tabs, filters that live in the address, clear refusals."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from kyc.models import Upload, VerificationSession, new_id
from kyc.review.filters import NEAR
from kyc.review.queue import PAGE
from tests.web.people import Colleague
from tests.web.world import World


@pytest.fixture
def many(world: World) -> list[str]:
    """The ids of cases that wait, the oldest first: of Estonia and Latvia in turn."""
    now = world.clock()
    rows = [
        {
            "id": new_id("vs"),
            "status": "processing",
            "origin": "link",
            "created_at": now,
            "expires_at": now + timedelta(days=7),
            "field_key_epoch": "2026-07",
            "document_type": "passport",
            "document_country": "LV" if number % 2 else "EE",
            "waiting_since": now - timedelta(minutes=300 - number),
        }
        for number in range(2 * PAGE + 20)
    ]
    with world.runtime.transaction() as db:
        db.execute(insert(VerificationSession), rows)
    return [str(row["id"]) for row in rows]


def shown(page: str) -> list[str]:
    return re.findall(r'href="/staff/cases/(vs_\w+)"', page)


def test_a_filter_goes_on_across_pages_and_tabs(reviewer: Colleague, many: list[str]) -> None:
    first = reviewer.browser.get("/staff/queue?tab=waiting&country=LV").text
    assert shown(first) == many[1::2][:PAGE]
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    address = following.group(1).replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query)["country"] == ["LV"]
    assert shown(reviewer.browser.get(address).text) == many[1::2][PAGE:]
    assert "/staff/queue?tab=done&amp;country=LV" in first


def test_a_page_that_stopped_looking_says_so_and_goes_on(
    world: World, reviewer: Colleague, many: list[str]
) -> None:
    """Doubtful pictures are asked of 250 cases at a time."""
    with world.runtime.transaction() as db:
        older = [session_like(db, many[0], minutes=1000 + number) for number in range(NEAR)]
        db.add(Upload(session_id=many[-1], kind="document_front", attempt=1, state="confirmed",
                      size=1, reasons=["blurred"], created_at=world.clock(),
                      updated_at=world.clock()))  # fmt: skip
    first = reviewer.browser.get("/staff/queue?flag=to_confirm").text
    assert len(older) == NEAR
    assert shown(first) == []
    assert "The next 250 cases under this tab were looked through." in first
    assert "Nothing matches" not in first
    following = re.search(r'href="([^"]+)" rel="next">Look further', first)
    assert following is not None
    second = reviewer.browser.get(following.group(1).replace("&amp;", "&")).text
    assert shown(second) == [many[-1]]
    assert 'rel="next"' not in second
    alone = reviewer.browser.get(following.group(1).replace("&amp;", "&") + "&country=EE").text
    assert "No other case under this tab has all that you chose." in alone


def session_like(db: Session, session_id: str, **waits: float) -> str:
    """A copy of a case that has waited for so long."""
    known = db.get_one(VerificationSession, session_id)
    columns = {c.name: getattr(known, c.name) for c in VerificationSession.__table__.columns}
    copy = columns | {"id": new_id("vs"), "waiting_since": known.created_at - timedelta(**waits)}
    db.add(VerificationSession(**copy))
    return str(copy["id"])


def test_what_was_chosen_stays_chosen(reviewer: Colleague, many: list[str]) -> None:
    page = reviewer.browser.get("/staff/queue?country=LV&document=passport").text
    assert re.search(r'<option selected value="LV">Latvia', page)
    assert re.search(r'<option selected value="passport">', page)
    assert "Show all" in page


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("country=XX", "Country"),
        ("document=library_card", "Document"),
        ("attempt=0", "Attempt"),
        ("flag=%00", "Flag"),
        ("age=99", "Waiting for"),
    ],
)
def test_a_bad_value_is_named_and_shows_no_case(
    reviewer: Colleague, many: list[str], query: str, field: str
) -> None:
    answer = reviewer.browser.get(f"/staff/queue?{query}")
    assert answer.status_code == 422
    assert f"{field}: this is none of the choices. Choose again." in answer.text
    assert shown(answer.text) == []


def test_nothing_that_matches_is_told_apart_from_nobody_waiting(
    reviewer: Colleague, many: list[str]
) -> None:
    assert "Nothing matches" in reviewer.browser.get("/staff/queue?country=MT").text
    assert "You hold no case" in reviewer.browser.get("/staff/queue?tab=mine").text


def test_no_list_shows_a_picture(world: World, reviewer: Colleague) -> None:
    reviewer.claim(world.customer().submitted())
    for tab in ("waiting", "mine", "second", "senior", "customer", "done"):
        page = reviewer.browser.get(f"/staff/queue?tab={tab}").text
        assert "/staff/images/" not in page
        assert "<img" not in page


@pytest.mark.parametrize(("hours", "age"), [(3.9, "fresh"), (4, "old"), (24, "late")])
def test_waiting_is_coloured_at_four_hours_and_at_a_day(
    world: World, reviewer: Colleague, case: str, hours: float, age: str
) -> None:
    with world.runtime.transaction() as db:
        session = db.get_one(VerificationSession, case)
        session.waiting_since = world.clock() - timedelta(hours=hours)
    assert f"waiting-{age}" in reviewer.browser.get("/staff/queue").text


@pytest.mark.parametrize(
    ("lane", "flag"), [("second", "Second review"), ("senior", "For a senior")]
)
def test_a_case_that_waits_for_another_says_so(
    world: World, reviewer: Colleague, case: str, lane: str, flag: str
) -> None:
    with world.runtime.transaction() as db:
        db.get_one(VerificationSession, case).review_lane = lane
    page = reviewer.browser.get(f"/staff/queue?tab={lane}").text
    assert shown(page) == [case]
    assert f'<span class="badge-soft badge-warn">{flag}</span>' in page
