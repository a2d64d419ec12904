"""Owns the promises between a click and its effect: preview, ten seconds, taking back."""

import re
from typing import Any

import pytest

from kyc.access import Role
from kyc.audit import Action
from kyc.delivery.composing import compose
from kyc.models import Claim, VerificationSession
from kyc.policy.checklist import KEYS
from tests.web.people import Colleague, Customer
from tests.web.world import BUSINESS, World

ALL = sorted(KEYS)
ASKED: dict[str, Any] = {
    "outcome": "request_input",
    "items": ["selfie_statement"],
    "reason": ["statement_illegible"],
    "message": "Please use a thicker pen.",
}
JSON = {"Accept": "application/json"}


@pytest.fixture
def customer(world: World) -> Customer:
    customer = world.customer()
    customer.submitted()
    return customer


@pytest.fixture
def held(reviewer: Colleague, customer: Customer) -> str:
    reviewer.claim(customer.session_id)
    return customer.session_id


def take_back_url(page: str) -> str:
    found = re.search(r'action="(/staff/verdicts/\w+/take-back)"', page)
    assert found is not None
    return found.group(1)


def test_the_customers_page_stays_as_it_was_for_ten_seconds(
    world: World, reviewer: Colleague, held: str, customer: Customer
) -> None:
    before = customer.browser.get("/verify/status").text
    reviewer.decide(held, **ASKED)
    world.clock.passes(seconds=9)
    assert "thicker pen" not in customer.browser.get("/verify/status").text
    assert "What we need again" not in before
    world.settle()
    assert "thicker pen" in customer.browser.get("/verify/status").text


def test_the_next_page_offers_to_take_it_back_and_gives_the_case_back_filled_in(
    world: World, reviewer: Colleague, held: str
) -> None:
    reviewer.decide(held, **ASKED, note="Looks like Liisi.")
    page = reviewer.browser.get("/staff/queue").text
    assert "is sent back to the customer." in page
    answer = reviewer.browser.post(take_back_url(page))
    assert answer.location == f"/staff/cases/{held}"
    again = reviewer.browser.get(answer.location).text
    assert re.search(r'value="request_input"[^>]*\schecked', again)
    assert "Please use a thicker pen." in again
    assert "Looks like Liisi." in again
    world.settle()
    assert world.session(held).status == "processing"
    assert len(world.events(Action.STAFF_VERDICT_TAKEN_BACK)) == 1


def test_the_offer_ends_after_ten_seconds(world: World, reviewer: Colleague, held: str) -> None:
    reviewer.decide(held, check=ALL)
    url = take_back_url(reviewer.browser.get("/staff/queue").text)
    world.settle()
    assert "take-back" not in re.sub(r"static/\S+", "", reviewer.browser.get("/staff/queue").text)
    answer = reviewer.browser.post(url)
    assert answer.status_code == 409
    assert "It is too late to take this back" in answer.text


def test_nobody_takes_back_what_somebody_else_judged(
    world: World, reviewer: Colleague, held: str
) -> None:
    reviewer.decide(held, check=ALL)
    url = take_back_url(reviewer.browser.get("/staff/queue").text)
    assert world.colleague(Role.SENIOR).browser.post(url).status_code == 404


def test_deciding_may_open_the_next_case(world: World, reviewer: Colleague, held: str) -> None:
    following = world.customer().submitted()
    answer = reviewer.decide(held, check=ALL, then="next")
    assert answer.location == f"/staff/cases/{following}"
    page = reviewer.browser.get(answer.location).text
    assert reviewer.browser.post(take_back_url(page)).location == f"/staff/cases/{held}"


@pytest.mark.parametrize("language", ["en", "et"])
def test_the_preview_is_the_mail_and_the_page_in_the_customers_language(
    world: World, reviewer: Colleague, held: str, customer: Customer, language: str
) -> None:
    with world.runtime.transaction() as db:
        db.get_one(VerificationSession, held).locale = language
    told = reviewer.decide(held, **ASKED, url="preview", headers=JSON).json
    assert told is not None
    reference = world.session(held).reference
    values = {"business": BUSINESS, "reference": reference, "home": "", "url": ""}
    letter = compose("asked", "", language, until=world.clock(), **values)
    assert (told["language"], told["subject"]) == (language, letter.subject)
    assert told["body"].split("\n")[0] == letter.body.split("\n")[0]
    assert reference in told["body"]
    reviewer.settled(held, **ASKED)
    page = customer.browser.get(f"/verify/status?lang={language}").text
    for paragraph in told["page"]:
        for part in paragraph.split(": "):
            assert part in page.replace("&#39;", "'")


def test_the_preview_needs_no_script_and_changes_nothing(
    world: World, reviewer: Colleague, held: str
) -> None:
    rows = world.rows()
    answer = reviewer.decide(held, **ASKED, url="preview")
    assert answer.status_code == 200
    assert f"{BUSINESS} needs something from you again" in answer.text
    assert "The handwritten statement could not be read." in answer.text
    assert world.rows() == rows


def test_the_preview_is_for_who_holds_the_case(world: World, held: str) -> None:
    assert world.colleague(Role.SENIOR).decide(held, **ASKED, url="preview").status_code == 409


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        ("released", "You do not hold this case any more; it is back in the queue."),
        ("taken", "You do not hold this case any more; Siiri Sepp has it now."),
        ("judged", "A verdict on this case has been given already."),
        ("approved", "The case has been approved meanwhile."),
        ("stale", "It was judged, taken back or sent again meanwhile. Open it anew."),
        ("lapsed", "Your claim on this case ended at"),
    ],
)
def test_a_stale_decision_is_refused_and_says_what_changed(
    world: World, reviewer: Colleague, held: str, happens: str, told: str
) -> None:
    version = world.session(held).version
    if happens in {"released", "taken"}:
        reviewer.browser.post(f"/staff/cases/{held}/release")
    if happens == "taken":
        world.colleague(Role.SENIOR).claim(held)
    if happens in {"judged", "approved"}:
        reviewer.decide(held, check=ALL)
    if happens == "approved":
        world.settle()
    if happens == "lapsed":
        with world.runtime.transaction() as db:
            db.get_one(Claim, held).expires_at = world.clock()
    stale = version - 1 if happens == "stale" else version
    answer = reviewer.decide(held, check=ALL, version=stale)
    assert answer.status_code == 409
    assert told.lower() in answer.text.lower()
