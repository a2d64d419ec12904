"""Owns the promise that the privacy notice says how long things are really kept."""

import json
from typing import Any

import pytest

from kyc.audit import OPERATOR
from kyc.flows import came_into_force
from kyc.flows.changing import propose
from kyc.policy.flow import shipped_flow
from kyc.policy.rights import KEPT_YEARS
from kyc.settings import load_settings
from tests.web.world import World


def begin_under(world: World, **changes: Any) -> None:
    raw = json.loads(shipped_flow().body) | changes
    with world.runtime.transaction() as db:
        row = propose(db, raw, by=OPERATOR, now=world.clock())
        came_into_force(row, "console", world.clock())


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


def test_it_says_where_requests_are_made_and_how_long_they_are_kept(world: World) -> None:
    text = notice(world, "en")
    assert "/verify/rights, with a code that we mail you" in text
    assert f"what we answered, is kept for {KEPT_YEARS} years." in text


def test_it_says_that_a_hold_may_keep_things_longer(world: World) -> None:
    assert "is kept until that has ended, even beyond these times" in notice(world, "en")


def test_it_says_which_law_asks_for_more_where_one_does(world: World) -> None:
    begin_under(world, redaction_profile="aml", statute="Act 9")
    text = notice(world, "en")
    assert "a law that obliges Example Hosting to verify its customers (Act 9;" in text
    assert "what it needs stays readable" in text
    assert "Numbers that need not be seen" not in text
    assert "that law asks to keep the copies that staff compared" in text
    assert "without portrait" not in text


def test_it_gives_the_periods_of_the_flow(world: World) -> None:
    retention = json.loads(shipped_flow().body)["retention"]
    retention["rejected"]["days"], retention["approved"]["days"] = 33, 44
    retention["retained"]["years"] = 3
    begin_under(world, retention=retention)
    text = notice(world, "en")
    assert "33 days after a rejection, and 44 days after an approval" in text
    assert "for as long as you are a customer, and 3 years more. Of documents" in text


def test_it_says_that_a_copy_that_shows_less_is_kept_after_an_approval(world: World) -> None:
    text = notice(world, "en")
    assert "180 days after an approval. Those of an approved customer are then replaced" in text
    assert "by copies without portrait, signature and address" in text


def test_it_promises_no_copy_where_the_profile_keeps_none(world: World) -> None:
    begin_under(world, redaction_profile="dsar")
    text = notice(world, "en")
    assert "as soon as the final decision is made. No copy is kept." in text
    assert "without portrait" not in text


def test_it_says_what_is_compared_with_other_accounts_and_what_a_match_is(world: World) -> None:
    text = notice(world, "en")
    assert "are compared with those of other accounts of Example Hosting" in text
    assert "deleted together with your verification" in text
    assert "shown to staff; it never decides anything" in text


def test_it_names_the_page_on_which_receipts_are_checked(world: World) -> None:
    place = f"{world.runtime.settings.base_url}/receipts"
    assert f"At {place} anybody can check a receipt." in notice(world, "en")


def test_it_names_what_the_controller_has_said_and_leaves_the_rest_out(world: World) -> None:
    said = 'contact = "100 % <privacy>@example.org"\nauthority = "Inspektsioon"'
    world.runtime.settings.controller_file.write_text(said, encoding="utf-8")
    text = notice(world, "en")
    assert "of Example Hosting: 100 % &lt;privacy&gt;@example.org</p>" in text
    assert "Authority that you may complain to: Inspektsioon</p>" in text
    assert ("Postal address" in text, "Data protection officer" in text) == (False, False)


def test_a_slip_in_the_controllers_file_keeps_no_customer_out(world: World) -> None:
    world.runtime.settings.controller_file.write_text("contact =", encoding="utf-8")
    assert "telephone number of Example Hosting" not in notice(world, "en")
