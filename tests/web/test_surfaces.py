"""Owns which pages there are where a process serves one kind of people."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kyc.web.customer
from storage.errors import SealOnlyError

if TYPE_CHECKING:
    from tests.web.world import World

Make = Callable[..., "World"]
CUSTOMERS = ["/", "/resume", "/verify", "/verify/details", "/v/token"]
STAFF = ["/staff/", "/staff/sign-in", "/staff/queue", "/staff/audit", "/staff/retention"]


def test_a_process_for_customers_has_no_staff_pages(a_world: Make) -> None:
    browser = a_world(surface="customer").browser()
    assert {browser.get(path).status_code for path in STAFF} == {404}
    home = browser.get("/")
    assert (home.status_code, "/staff" in home.text) == (200, False)
    assert 'href="/"' in browser.get("/staff/").text


def test_a_process_for_staff_has_no_customers_pages(a_world: Make) -> None:
    browser = a_world(surface="staff").browser()
    assert {browser.get(path).status_code for path in CUSTOMERS} == {404}
    assert browser.get("/staff/sign-in").status_code == 200
    assert 'href="/staff/"' in browser.get("/verify/details").text


@pytest.mark.parametrize("surface", ["customer", "staff", "all"])
def test_each_says_whether_it_is_alive(a_world: Make, surface: str) -> None:
    assert a_world(surface=surface).browser().get("/healthz").status_code == 200


def test_the_customers_pages_are_given_the_ring_that_opens_nothing(world: "World") -> None:
    """Also where one process serves both."""
    with pytest.raises(SealOnlyError):
        world.runtime.intake.keys.open(b"", "2026-07", b"")
    sources = list(Path(kyc.web.customer.__file__).parent.glob("*.py"))
    assert len(sources) > 8
    assert [file.name for file in sources if "runtime().vault" in file.read_text()] == []
