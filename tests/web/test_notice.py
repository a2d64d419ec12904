"""Owns the promise that the privacy notice says how long things are really kept."""

import pytest

from kyc.settings import load_settings
from tests.web.world import World


def notice(world: World, language: str) -> str:
    customer = world.customer()
    customer.start()
    return customer.browser.get(f"/verify/details?lang={language}").text


def test_it_says_how_long_an_approved_customers_details_stay(world: World) -> None:
    years = load_settings({}).record_years
    assert f"as long as you are a customer, and {years} years more." in notice(world, "en")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("et", "veel 7 aastat"),
        ("de", "noch 7 Jahre"),
        ("fr", "puis 7 ans"),
        ("es", "y 7 años más"),
        ("pl", "jeszcze przez 7 lat"),
        ("ru", "ещё 7 лет"),
    ],
)
def test_it_says_so_in_every_language(world: World, language: str, words: str) -> None:
    assert words in notice(world, language)


def test_it_says_that_a_hold_may_keep_things_longer(world: World) -> None:
    assert "is kept until that has ended, even beyond these times" in notice(world, "en")
