"""Owns the promise that a decision is made once, whole, on what was seen."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.audit import Action
from kyc.models import FlowVersion, Upload
from kyc.policy.checklist import KEYS
from kyc.policy.flow import make_flow, shipped_flow
from tests.web.people import Colleague, Customer
from tests.web.world import World

ALL = sorted(KEYS)


@pytest.fixture
def held(reviewer: Colleague, case: str) -> str:
    reviewer.claim(case)
    return case


def test_it_approves_with_the_whole_checklist(world: World, reviewer: Colleague, held: str) -> None:
    assert reviewer.decide(held, check=ALL).location == "/staff/queue"
    assert world.session(held).status == "processing"
    world.settle()
    assert world.session(held).status == "verified"


def test_it_approves_nothing_with_an_open_checklist(
    world: World, reviewer: Colleague, held: str
) -> None:
    answer = reviewer.decide(held, check=ALL[1:])
    assert answer.status_code == 422
    assert "Tick the whole checklist before you approve." in answer.text
    assert world.session(held).status == "processing"


def test_a_covering_in_doubt_is_on_the_page_though_the_flow_does_not_list_it(
    world: World, reviewer: Colleague, held: str
) -> None:
    raw = json.loads(shipped_flow().body) | {"checklist": [{"key": "seen", "text": "I looked"}]}
    with world.runtime.transaction() as db:
        db.execute(update(FlowVersion).values(body=make_flow(raw, 1).body))
    page = f"/staff/cases/{held}"
    lines = re.compile(r'name="check"[^>]*value="(\w+)"')
    assert lines.findall(reviewer.browser.get(page).text) == ["seen"]
    with world.runtime.transaction() as db:
        db.execute(update(Upload).where(Upload.session_id == held).values(reasons=["blurred"]))
    assert lines.findall(reviewer.browser.get(page).text) == ["seen", "numbers_covered"]
    assert reviewer.decide(held, check=["seen"]).status_code == 422
    assert reviewer.decide(held, check=["seen", "numbers_covered"]).status_code == 302


def test_it_keeps_what_was_filled_in(reviewer: Colleague, held: str) -> None:
    page = reviewer.decide(held, check=ALL[1:], note="The corner is bent.").text
    ticked = re.findall(r'name="check"[^>]*value="(\w+)"[^>]*\schecked', page)
    assert sorted(ticked) == ALL[1:]
    assert "The corner is bent." in page
    assert re.search(r'value="approve"[^>]*\schecked', page)


@pytest.mark.parametrize("outcome", ["reject", "request_input"])
def test_it_refuses_nobody_without_a_reason(
    world: World, reviewer: Colleague, held: str, outcome: str
) -> None:
    answer = reviewer.decide(held, outcome=outcome, items=["document_front"])
    assert answer.status_code == 422
    assert "Choose at least one reason." in answer.text


def test_it_asks_for_nothing_in_particular_never(reviewer: Colleague, held: str) -> None:
    answer = reviewer.decide(held, outcome="request_input", reason=["document_glare"])
    assert answer.status_code == 422


def test_it_wants_words_for_a_reason_of_ones_own(reviewer: Colleague, held: str) -> None:
    assert reviewer.decide(held, outcome="reject", reason=["other"]).status_code == 422


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "escalate"}, {"outcome": "cancel"}, {"outcome": ""}, {"check": ["invented"]},
        {"outcome": "reject", "reason": ["invented"]}, {"version": "one"}, {"note": "x" * 2001},
    ],
)  # fmt: skip
def test_it_takes_nothing_that_the_form_does_not_offer(
    world: World, reviewer: Colleague, held: str, fields: dict[str, Any]
) -> None:
    assert reviewer.decide(held, **fields).status_code == 422
    assert world.session(held).status == "processing"


def test_it_takes_no_decision_on_what_has_changed_since(
    world: World, reviewer: Colleague, held: str
) -> None:
    version = world.session(held).version - 1
    assert reviewer.decide(held, check=ALL, version=version).status_code == 409
    assert world.session(held).status == "processing"


def test_it_takes_no_decision_from_who_does_not_hold_the_case(world: World, held: str) -> None:
    second = world.colleague(Role.SENIOR)
    assert second.decide(held, check=ALL).status_code == 409


def test_it_decides_once_however_often_it_is_clicked(
    world: World, reviewer: Colleague, held: str
) -> None:
    version = world.session(held).version
    answers = [reviewer.decide(held, check=ALL, version=version).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert len(world.events(Action.STAFF_VERDICT_GIVEN)) == 1


@pytest.fixture
def asked(world: World, reviewer: Colleague) -> Customer:
    """Somebody whose photo is asked for again."""
    customer = world.customer()
    case = customer.submitted()
    reviewer.claim(case)
    reviewer.settled(
        case,
        outcome="request_input",
        items=["selfie_statement"],
        reason=["statement_illegible"],
        message="Please use a thicker pen.",
    )
    return customer


def test_it_tells_the_customer_what_is_asked_for_again_and_why(asked: Customer) -> None:
    page = asked.browser.get("/verify/status").text
    assert "The handwritten statement could not be read." in page
    assert "Please use a thicker pen." in page
    assert "/verify/item/selfie_statement" in page


def test_it_asks_for_nothing_else_again(asked: Customer) -> None:
    answer = asked.browser.get("/verify/item/document_front")
    assert answer.location == "/verify/item/selfie_statement"
    assert asked.browser.get("/verify/details").location == "/verify/item/selfie_statement"
    assert asked.browser.get("/verify/document").location == "/verify/item/selfie_statement"


def test_it_takes_nothing_else_again(asked: Customer) -> None:
    assert asked.send("document_front").status_code == 409


def test_it_reviews_a_second_attempt(world: World, asked: Customer, reviewer: Colleague) -> None:
    asked.confirm(asked.redacted("selfie_statement"))
    assert asked.browser.post("/verify/submit").location == "/verify/status"
    reviewer.claim(asked.session_id)
    page = reviewer.browser.get(f"/staff/cases/{asked.session_id}").text
    assert "Attempt 1: Mari Maasikas asked again." in page
    assert reviewer.settled(asked.session_id, check=ALL).location == "/staff/queue"
    assert world.session(asked.session_id).status == "verified"


def test_it_tells_the_customer_why_it_is_rejected(world: World, reviewer: Colleague) -> None:
    customer = world.customer()
    case = customer.submitted()
    reviewer.claim(case)
    reviewer.settled(case, outcome="reject", reason=["document_expired"])
    page = customer.browser.get("/verify/status").text
    assert "The document has expired." in page


def test_it_tells_nobody_that_they_are_suspected(world: World, reviewer: Colleague) -> None:
    customer = world.customer()
    case = customer.submitted()
    reviewer.claim(case)
    reviewer.settled(case, outcome="reject", reason=["document_suspected_altered"], note="Pasted.")
    page = customer.browser.get("/verify/status").text
    assert "The document could not be verified." in page
    assert "alter" not in page
    assert "Pasted." not in page
