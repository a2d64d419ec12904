"""Owns the countries to choose from, in the reader's language."""

import unicodedata

from babel import Locale
from flask_babel import get_locale
from pycountry import countries

CODES = frozenset(country.alpha_2 for country in countries)


_LAST_LETTERS = {"et": "õäöü"}
"""Letters that a language puts behind all others instead of beside the plain one."""


def choices() -> list[tuple[str, str]]:
    """(ISO 3166-1 alpha-2, name), by name."""
    last = _LAST_LETTERS.get(str(get_locale()), "")
    return sorted(((code, name(code)) for code in CODES), key=lambda c: _place(c[1], last))


def name(code: str) -> str:
    locale = get_locale() or Locale("en")
    return str(locale.territories.get(code, code))


def _place(word: str, last: str) -> list[str]:
    """Where a name stands in the list: accents stand beside their plain letter."""
    return ["\uffff" + letter if letter in last else _plain(letter) for letter in word.casefold()]


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[0].replace("ł", "l")
