"""Owns the promise that letters are written in the customer's language."""

from datetime import UTC, datetime

import pytest

from kyc.delivery.catalogues import known_locale
from kyc.delivery.composing import NEEDS_LINK, Letter, compose
from kyc.web.languages import LANGUAGES

KINDS = ("link", "received", "verified", "asked", "rejected", "expired")
UNTIL = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)
URL = "https://kyc.example/v/token"
HOME = "https://kyc.example/"
GREETINGS = {
    "en": "Good day,",
    "et": "Tere!",
    "de": "Guten Tag,",
    "fr": "Bonjour,",
    "es": "Buenos días:",
    "pl": "Dzień dobry,",
    "ru": "Здравствуйте!",
}
MOMENTS = {
    "en": "March 5, 2026, 12:30\u202fPM UTC",
    "et": "5. märts 2026, 12:30 UTC",
    "de": "5. März 2026, 12:30 UTC",
    "fr": "5 mars 2026, 12:30 UTC",
    "es": "5 de marzo de 2026, 12:30 UTC",
    "pl": "5 marca 2026, 12:30 UTC",
    "ru": "5 марта 2026\u202fг., 12:30 UTC",
}


def letter(kind: str, locale: str) -> Letter:
    return compose(
        kind,
        "leelo.tammsaar@example.org",
        locale,
        business="Näidis OÜ",
        reference="vs_1234",
        url=URL,
        home=HOME,
        until=UNTIL,
    )


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_letter_greets_in_the_language_of_its_reader(locale: str) -> None:
    assert letter("received", locale).body.splitlines()[0] == GREETINGS[locale]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_letter_names_the_end_of_its_link_as_its_reader_writes_dates(locale: str) -> None:
    assert MOMENTS[locale] in letter("link", locale).body


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_in_every_language_what_it_must(kind: str, locale: str) -> None:
    written = letter(kind, locale)
    assert "Näidis OÜ" in written.subject
    assert "Näidis OÜ" in written.body
    assert "vs_1234" in written.body
    assert (URL in written.body) == (kind in NEEDS_LINK)
    assert (HOME + "\n" in written.body) == (kind == "expired")
    assert "%(" not in written.body


@pytest.mark.parametrize("locale", sorted(set(LANGUAGES) - {"en"}))
@pytest.mark.parametrize("kind", KINDS)
def test_no_part_of_a_letter_stays_english(kind: str, locale: str) -> None:
    english, written = letter(kind, "en"), letter(kind, locale)
    assert written.subject != english.subject
    shared = set(english.body.splitlines()) & set(written.body.splitlines())
    assert shared <= {"", "Näidis OÜ", URL, HOME}


def test_a_subject_is_one_line() -> None:
    subjects = [letter(kind, locale).subject for kind in KINDS for locale in LANGUAGES]
    assert [subject for subject in subjects if "\n" in subject] == []


@pytest.mark.parametrize("locale", ["", "xx", "../de", "pt_BR"])
def test_an_unknown_language_is_answered_in_english(locale: str) -> None:
    assert known_locale(locale) == "en"
    assert letter("link", locale) == letter("link", "en")


def test_a_letter_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        letter("invoice", "de")
