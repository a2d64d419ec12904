"""Owns the promise of two cookies: hidden from scripts, and never taken for one another."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from kyc.access import Role
from tests.web.world import World


def cookie(answer: TestResponse) -> tuple[str, set[str]]:
    """The name and the attributes of the one cookie that the answer sets."""
    (line,) = answer.headers.getlist("Set-Cookie")
    pair, *attributes = line.split("; ")
    return pair.split("=")[0], set(attributes)


def test_it_hides_the_customers_cookie_from_scripts_and_foreign_forms(world: World) -> None:
    name, attributes = cookie(world.browser().post("/start"))
    assert name == "kyc"
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes


def test_it_sends_the_staff_cookie_to_nobody_who_comes_from_elsewhere(world: World) -> None:
    name, attributes = cookie(world.signed_out(Role.REVIEWER).give_password())
    assert name == "kyc-staff"
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= attributes


def test_it_forgets_staff_with_the_browser(world: World) -> None:
    _, attributes = cookie(world.signed_out(Role.REVIEWER).give_password())
    assert not [one for one in attributes if one.startswith(("Expires", "Max-Age"))]


@pytest.mark.parametrize(
    ("path", "name"), [("/", "__Host-kyc"), ("/staff/sign-in", "__Host-kyc-staff")]
)
def test_it_binds_cookies_to_this_host_where_there_is_tls(
    a_world: Callable[..., World], path: str, name: str
) -> None:
    browser = a_world(base_url="https://kyc.example.com").browser()
    found, attributes = cookie(browser.get(path, base_url="https://kyc.example.com"))
    assert found == name
    assert {"Secure", "HttpOnly", "Path=/"} <= attributes
    assert not [one for one in attributes if one.startswith("Domain")]


def test_it_does_not_take_a_staff_cookie_for_a_customers(world: World) -> None:
    client = world.colleague(Role.REVIEWER).browser.client
    staff = client.get_cookie("kyc-staff")
    assert staff is not None
    client.set_cookie("kyc", staff.value)
    assert client.get("/verify").location == "/resume"


def test_it_does_not_take_a_customers_cookie_for_that_of_staff(world: World) -> None:
    customer = world.customer()
    customer.start()
    mine = customer.browser.client.get_cookie("kyc")
    assert mine is not None
    customer.browser.client.set_cookie("kyc-staff", mine.value)
    assert customer.browser.get("/staff/queue").location == "/staff/sign-in"


def test_it_refuses_a_cookie_that_was_altered(world: World) -> None:
    customer = world.customer()
    customer.start()
    mine = customer.browser.client.get_cookie("kyc")
    assert mine is not None
    payload, rest = mine.value.split(".", 1)
    customer.browser.client.set_cookie("kyc", f"{payload[:-1]}{'AB'[payload[-1] == 'A']}.{rest}")
    assert customer.browser.get("/verify").location == "/resume"
