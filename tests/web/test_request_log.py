"""Owns the promise that logs carry identifiers and never people (H4)."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from structlog.typing import EventDict

from kyc.access import Role
from kyc.policy.checklist import KEYS
from tests.web.people import DETAILS, PASSWORD
from tests.web.test_disclosures_page import enter as enter_disclosure
from tests.web.test_incidents_page import enter as enter_breach
from tests.web.test_links import new_link
from tests.web.world import World

FIELDS = {"event", "log_level", "reference", "method", "route", "status", "ms", "address"}


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as entries:
        yield entries


def test_it_logs_each_request_with_what_an_operator_needs(
    world: World, logged: list[EventDict]
) -> None:
    answer = world.browser().get("/v/unknown", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    (entry,) = logged
    assert entry.keys() == FIELDS
    assert (entry["method"], entry["route"], entry["status"]) == ("GET", "/v/<token>", 404)
    assert entry["address"] == "192.0.2.7"
    assert entry["reference"] == answer.headers["Request-Id"]
    assert isinstance(entry["ms"], int)


def test_it_gives_every_request_a_reference_of_its_own(
    world: World, logged: list[EventDict]
) -> None:
    browser = world.browser()
    for _ in range(5):
        browser.get("/")
    assert len({entry["reference"] for entry in logged}) == 5


def test_it_logs_nothing_of_a_person(
    world: World, logged: list[EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    secrets = [*visit(world), *DETAILS.values(), PASSWORD, "5123", "+37251234567", "IMG_2041"]
    told = json.dumps(logged, default=str) + caplog.text
    # "self", "EE" and "y" are words of the form that other words contain.
    assert not [word for word in secrets if len(word) > 4 and word in told]
    assert "Mari" not in told
    assert len(logged) > 30


def visit(world: World) -> list[str]:
    """A whole verification with mistakes on the way; the secrets that it went by."""
    customer = world.customer()
    customer.start()
    link = new_link(world, customer.session_id)
    customer.browser.post(link)
    customer.browser.get(link)
    customer.give_details(phone="12")
    customer.give_details()
    customer.choose()
    customer.send("document_front", b"no picture")
    world.objects.go_down()
    customer.send("document_front")
    world.objects.come_back()
    for kind in ("document_front", "selfie_statement"):
        customer.confirm(customer.redacted(kind))
    customer.browser.post("/verify/submit")
    world.browser().post("/resume", {"email": DETAILS["email"]})
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.give_password("a wrong password")
    reviewer.claim(customer.session_id)
    reviewer.decide(customer.session_id, check=sorted(KEYS), note="Looks like Liisi.")
    words = ["inspector Kask", "26-1-77", "A stolen laptop of Liisi"]
    officer = world.colleague(Role.PRIVACY)
    told = enter_disclosure(officer, customer.session_id, note=words[0], reference=words[1])
    assert (told.status_code, enter_breach(officer, words=words[2]).status_code) == (302, 302)
    cookies = [one.client.get_cookie(name) for one, name in (
        (customer.browser, "kyc"), (reviewer.browser, "kyc-staff"))]  # fmt: skip
    code = world.session(customer.session_id).statement_code or ""
    values = [cookie.value for cookie in cookies if cookie is not None]
    return [link.rsplit("/", 1)[1], code, *values, reviewer.secret, "a wrong password", *words]
