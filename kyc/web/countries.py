"""Owns the countries to choose from, in the reader's language."""

from babel import Locale
from flask_babel import get_locale
from pycountry import countries

CODES = frozenset(country.alpha_2 for country in countries)


def choices() -> list[tuple[str, str]]:
    """(ISO 3166-1 alpha-2, name), by name."""
    return sorted(((code, name(code)) for code in CODES), key=lambda choice: choice[1])


def name(code: str) -> str:
    locale = get_locale() or Locale("en")
    return str(locale.territories.get(code, code))
