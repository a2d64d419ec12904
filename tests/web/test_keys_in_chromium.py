"""Owns the promise that a real browser makes and uses security keys on our pages."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from kyc.access import Role
from tests.ports import free_port
from tests.web.chromium import served
from tests.web.people import PASSWORD
from tests.web.world import World

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def world_here(a_world: Callable[..., World], port: int) -> World:
    return a_world(base_url=f"http://localhost:{port}", security_keys="required")


@pytest.fixture
def address(world_here: World, port: int) -> Iterator[str]:
    with served(world_here, port) as found:
        yield found


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context()
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    made = context.new_page()
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on(
        "console",
        lambda line: complaints.append(line.text) if "Security Policy" in line.text else None,
    )
    yield made
    assert complaints == []


@pytest.fixture
def device(context: BrowserContext, page: Page) -> CDPSession:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session


def plug_in(device: CDPSession, **changes: Any) -> str:
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **changes}})
    return str(made["authenticatorId"])


def fill_in(page: Page, name: str) -> None:
    page.fill("#display_name", name)
    page.fill("#login", "ene.eesmaa")
    page.fill("#email", "ene@example.org")
    page.fill("#password", PASSWORD)
    page.fill("#password_again", PASSWORD)
    page.fill("#key_name", "Blue key")


def enrol(page: Page, address: str, invitation: str) -> None:
    page.goto(f"{address}/staff/invite/{invitation}")
    fill_in(page, "Ene Eesmaa")
    page.get_by_role("button", name="Create my account with a security key").click()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/sign-in")
    page.fill("#login", "ene.eesmaa")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Use your security key").click()


def test_a_key_makes_the_account_signs_in_and_is_joined_by_another(
    world_here: World, address: str, page: Page, device: CDPSession
) -> None:
    first = plug_in(device)
    enrol(page, address, world_here.invitation(Role.ADMINISTRATOR))
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_in(page, address)
    expect(page.get_by_role("heading", name="Good to see you, Ene Eesmaa")).to_be_visible()
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    plug_in(device)
    world_here.clock.passes(seconds=1)
    page.goto(f"{address}/staff/account")
    page.fill("#key_name", "Office laptop")
    page.get_by_role("button", name="Add a security key").click()
    expect(page.get_by_text("Added. You can sign in with it from now on.")).to_be_visible()
    assert page.locator(".place-list li").all_inner_texts()[0].startswith("Blue key")
    assert page.locator(".place-list li").count() == 2


def test_a_key_that_does_not_verify_its_person_makes_nothing(
    world_here: World, address: str, page: Page, device: CDPSession
) -> None:
    plug_in(device, isUserVerified=False)
    enrol(page, address, world_here.invitation(Role.ADMINISTRATOR))
    expect(page.get_by_text("The key did not answer in time")).to_be_visible()
    assert world_here.rows()["security_key"] == 0


def test_a_copy_of_a_key_is_found_out(
    world_here: World, address: str, page: Page, device: CDPSession
) -> None:
    plugged = plug_in(device)
    enrol(page, address, world_here.invitation(Role.ADMINISTRATOR))
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    found = device.send("WebAuthn.getCredentials", {"authenticatorId": plugged})
    (credential,) = found["credentials"]
    sign_in(page, address)
    expect(page.get_by_role("heading", name="Good to see you, Ene Eesmaa")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": plugged})
    copied = plug_in(device)
    old = {**credential, "signCount": 0, "rpId": "localhost"}
    device.send("WebAuthn.addCredential", {"authenticatorId": copied, "credential": old})
    sign_in(page, address)
    expect(page.get_by_text("This security key was not accepted").first).to_be_visible()


def test_what_was_being_done_goes_on_after_a_fresh_factor(
    world_here: World, address: str, page: Page, device: CDPSession
) -> None:
    plug_in(device)
    enrol(page, address, world_here.invitation(Role.ADMINISTRATOR))
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_in(page, address)
    expect(page.get_by_role("heading", name="Good to see you, Ene Eesmaa")).to_be_visible()
    page.goto(f"{address}/staff/people")
    world_here.clock.passes(minutes=6)
    page.select_option("#role", "auditor")
    page.get_by_role("button", name="Make an invitation").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Use your security key").click()
    expect(page.get_by_text("Invitation for: Auditor")).to_be_visible()
