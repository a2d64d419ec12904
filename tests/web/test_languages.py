"""Owns the promise that customers are spoken to in their language, and staff in one."""

import pytest

from kyc.web.languages import LANGUAGES
from tests.web.world import World


def spoken(page: str) -> str:
    return page.split('<html lang="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_speaks_the_language_that_the_browser_prefers(shared_world: World, code: str) -> None:
    preferred = {"Accept-Language": f"xx, {code};q=0.8, en;q=0.1"}
    answer = shared_world.browser().get("/", headers=preferred)
    assert (answer.status_code, spoken(answer.text)) == (200, code)


def test_it_keeps_to_the_language_that_was_chosen(world: World) -> None:
    customer = world.customer()
    customer.browser.get("/?lang=et")
    customer.start()
    assert spoken(customer.browser.get("/verify/details").text) == "et"
    assert world.session(customer.session_id).locale == "et"


def test_it_takes_no_language_that_it_does_not_know(shared_world: World) -> None:
    answer = shared_world.browser().get("/?lang=xx", headers={"Accept-Language": "yy"})
    assert spoken(answer.text) == "en"


def test_it_says_what_went_wrong_in_that_language_too(shared_world: World) -> None:
    browser = shared_world.browser()
    english = browser.get("/nothing").text
    answer = browser.get("/nothing?lang=de")
    assert (answer.status_code, spoken(answer.text)) == (404, "de")
    assert "There is nothing at this address" in english
    assert "There is nothing at this address" not in answer.text


def test_it_speaks_english_to_staff(shared_world: World) -> None:
    german = {"Accept-Language": "de"}
    assert spoken(shared_world.browser().get("/staff/sign-in", headers=german).text) == "en"
