"""Owns the promise that a chosen language goes along: to later pages, devices and mails."""

import re
from datetime import timedelta

import pytest

from kyc.access import Role
from kyc.web import countries
from kyc.web.languages import LANGUAGES
from tests.web.people import Browser, Customer
from tests.web.world import World

LANG = re.compile(r'<html lang="(\w+)">')


def language(browser: Browser, path: str = "/", prefers: str = "en") -> str:
    found = LANG.search(browser.get(path, headers={"Accept-Language": prefers}).text)
    assert found is not None
    return found.group(1)


def link_of(customer: Customer) -> str:
    return customer.world.link_token(customer.session_id, timedelta(hours=1))


@pytest.mark.parametrize(
    ("prefers", "spoken"),
    [
        ("pt, fr-CH;q=0.9, de;q=0.8", "fr"),
        ("de;q=0.1, es;q=0.7", "es"),
        ("fr;q=0, de;q=0.5", "de"),
        ("*", "en"),
    ],
)
def test_it_weighs_what_the_browser_prefers(prefers: str, spoken: str, browser: Browser) -> None:
    assert language(browser, prefers=prefers) == spoken


def test_what_was_chosen_outweighs_the_browser(browser: Browser) -> None:
    assert language(browser, "/?lang=et", prefers="fr") == "et"
    assert language(browser, prefers="fr") == "et"


def test_a_choice_on_a_page_that_only_sends_on_is_remembered(customer: Customer) -> None:
    assert customer.browser.get("/verify?lang=pl").status_code == 302
    assert language(customer.browser, "/verify/document") == "pl"


def test_every_language_is_offered_under_its_own_name(browser: Browser) -> None:
    page = browser.get("/").text
    for code, name in LANGUAGES.items():
        marked = f'<span lang="{code}" aria-current="true">{name}</span>'
        linked = f'<a href="?lang={code}" hreflang="{code}" lang="{code}">{name}</a>'
        assert marked in page or linked in page


def test_the_console_stays_english_behind_the_door(case: str, world: World) -> None:
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.claim(case)
    path = f"/staff/cases/{case}?lang=de"
    page = reviewer.browser.get(path, headers={"Accept-Language": "de"}).text
    assert '<html lang="en">' in page
    assert "Document unreadable" in page
    assert "Front of the document" in page


def test_a_verification_follows_the_customer_to_another_language(customer: Customer) -> None:
    customer.browser.get("/verify/document?lang=ru")
    assert customer.world.session(customer.session_id).locale == "ru"


def test_a_language_that_does_not_exist_is_not_kept(customer: Customer) -> None:
    customer.browser.get("/verify/document?lang=xx")
    assert customer.world.session(customer.session_id).locale == "en"


def test_the_language_goes_along_to_the_next_device(customer: Customer) -> None:
    customer.browser.get("/verify?lang=et")
    phone = customer.world.browser()
    phone.post(f"/v/{link_of(customer)}")
    assert language(phone, "/verify/document", prefers="fr") == "et"


def test_what_was_chosen_on_the_next_device_wins(customer: Customer) -> None:
    customer.browser.get("/verify?lang=et")
    phone = customer.world.browser()
    phone.get("/?lang=fr")
    phone.post(f"/v/{link_of(customer)}")
    assert customer.world.session(customer.session_id).locale == "fr"


def test_a_link_made_without_a_choice_takes_the_browsers_language(customer: Customer) -> None:
    phone = customer.world.browser()
    phone.post(f"/v/{link_of(customer)}", headers={"Accept-Language": "de"})
    assert customer.world.session(customer.session_id).locale == "de"


def test_the_page_of_a_device_link_can_be_left_for_another_language(customer: Customer) -> None:
    assert customer.browser.get("/verify/device?lang=de").location == "/verify/status"


def test_countries_stand_where_the_language_has_them(world: World) -> None:
    def names(code: str) -> list[str]:
        with world.app.test_request_context(f"/?lang={code}"):
            return [name for _, name in countries.choices()]

    german, polish, estonian = names("de"), names("pl"), names("et")
    assert german.index("Nordmazedonien") < german.index("Österreich") < german.index("Pakistan")
    assert polish.index("Luksemburg") < polish.index("Łotwa") < polish.index("Madagaskar")
    assert estonian.index("Sudaan") < estonian.index("Šveits") < estonian.index("Zimbabwe")
    assert estonian.index("Zimbabwe") < estonian.index("Taani")


def test_a_refusal_is_told_in_the_customers_language(customer: Customer) -> None:
    customer.browser.get("/verify?lang=de")
    asked = {"Accept": "application/json"}
    answer = customer.send("document_front", b"no picture at all", headers=asked)
    assert "Senden Sie ein Foto" in answer.get_json()["error"]["message"]


def test_a_conflict_is_told_in_the_customers_language(customer: Customer) -> None:
    upload = customer.sent("document_front")
    customer.browser.get("/verify?lang=fr")
    answer = customer.confirm(upload)
    assert answer.status_code == 409
    assert "L’image n’est pas encore prête." in answer.text


def test_a_failure_without_words_for_customers_is_answered_by_fixed_words(
    customer: Customer,
) -> None:
    upload = customer.redacted("document_front")
    box = {"x": 0, "y": 0, "width": 5, "height": 5}
    customer.browser.get("/verify?lang=es")
    asked = {"Accept": "application/json"}
    path = f"/verify/uploads/{upload}/cover"
    answer = customer.browser.post(path, json={"boxes": [box] * 2000}, headers=asked)
    assert answer.status_code == 422
    assert answer.get_json()["error"]["message"] == (
        "Revise esto, por favor. Vuelva atrás e inténtelo de nuevo."
    )
