"""Owns that customers see their own again on each device they come with, and nobody else's."""

from typing import TYPE_CHECKING

import pytest

from tests.web.people import Browser, Colleague, Customer

if TYPE_CHECKING:
    from tests.web.world import World

MESSAGE = "Please lay the passport flat."


@pytest.fixture
def copied(world: "World") -> tuple[Customer, str]:
    """A customer with a covered picture to check, and its page."""
    customer = world.customer().ready_to_upload()
    return customer, f"/verify/uploads/{customer.redacted('document_front')}"


def _enter(browser: Browser, path: str) -> None:
    assert browser.post(path).status_code == 302


def _sees(browser: Browser, page: str) -> tuple[bool, bool]:
    """Whether the details and the picture are shown."""
    details = "Tamm" in browser.get("/verify/details").text
    return details, browser.get(f"{page}/image").status_code == 200


def test_the_browser_that_began_sees_both(copied: tuple[Customer, str]) -> None:
    assert _sees(copied[0].browser, copied[1]) == (True, True)


def test_another_device_sees_both_by_a_link_of_a_worker(
    world: "World", copied: tuple[Customer, str]
) -> None:
    customer, page = copied
    phone = world.browser()
    _enter(phone, f"/v/{world.link_token(customer.session_id)}")
    assert _sees(phone, page) == (True, True)
    assert _sees(customer.browser, page) == (True, True)


def test_another_device_sees_both_by_a_link_that_the_first_one_made(
    world: "World", copied: tuple[Customer, str]
) -> None:
    customer, page = copied
    shown = customer.browser.post("/verify/device").text
    path = shown.split(world.runtime.settings.base_url, 1)[1].split('"')[0].split("<")[0].strip()
    phone = world.browser()
    _enter(phone, path)
    assert _sees(phone, page) == (True, True)


def test_what_one_device_covers_the_other_sees(
    world: "World", copied: tuple[Customer, str]
) -> None:
    customer, page = copied
    phone = world.browser()
    _enter(phone, f"/v/{world.link_token(customer.session_id)}")
    before = phone.get(f"{page}/image").data
    box = {"boxes": [{"x": 20, "y": 20, "width": 200, "height": 90}]}
    assert customer.browser.post(f"{page}/cover", json=box).status_code in {200, 302}
    after = phone.get(f"{page}/image").data
    assert after != before
    assert after == customer.browser.get(f"{page}/image").data


def test_a_reviewers_message_is_read_on_both_devices(world: "World", reviewer: Colleague) -> None:
    customer = world.customer()
    case = customer.submitted()
    reviewer.claim(case)
    asked = {"outcome": "request_input", "items": ["document_front"]}
    reviewer.settled(case, **asked, reason=["document_glare"], message=MESSAGE)
    phone = world.browser()
    _enter(phone, f"/v/{world.link_token(case)}")
    for browser in (phone, customer.browser):
        assert MESSAGE in browser.get("/verify/status").text


def test_a_stranger_sees_neither(world: "World", copied: tuple[Customer, str]) -> None:
    stranger = world.customer().ready_to_upload()
    assert stranger.browser.get(f"{copied[1]}/image").status_code == 404
