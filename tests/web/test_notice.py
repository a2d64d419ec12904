"""Owns the promise that the privacy notice says how long things are really kept."""

import json

import pytest

from kyc.audit import OPERATOR
from kyc.flows import came_into_force
from kyc.flows.changing import propose
from kyc.policy.flow import shipped_flow
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


def test_it_says_which_law_asks_for_more_where_one_does(world: World) -> None:
    raw = json.loads(shipped_flow().body) | {"redaction_profile": "aml", "statute": "Act 9"}
    with world.runtime.transaction() as db:
        row = propose(db, raw, by=OPERATOR, now=world.clock())
        came_into_force(row, "console", world.clock())
    text = notice(world, "en")
    assert "a law that obliges Example Hosting to verify its customers (Act 9;" in text
    assert "what it needs stays readable" in text
    assert "Numbers that need not be seen" not in text


def test_it_gives_the_periods_of_the_flow(world: World) -> None:
    raw = json.loads(shipped_flow().body)
    raw["retention"]["rejected"]["days"] = 33
    with world.runtime.transaction() as db:
        row = propose(db, raw, by=OPERATOR, now=world.clock())
        came_into_force(row, "console", world.clock())
    assert "33 days after a rejection" in notice(world, "en")
