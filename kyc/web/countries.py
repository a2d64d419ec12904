"""Owns the countries to choose from, in the reader's language."""

import unicodedata

from babel import Locale
from flask_babel import get_locale
from pycountry import countries

CODES = frozenset(country.alpha_2 for country in countries)

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS = {
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy",
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
}
"""The order of letters where an accent makes another letter, or the script is another."""


def choices() -> list[tuple[str, str]]:
    """(ISO 3166-1 alpha-2, name), by name as the reader's language orders letters."""
    alphabet = _ALPHABETS.get(str(get_locale()), _LATIN)
    return sorted(((code, name(code)) for code in CODES), key=lambda c: _place(c[1], alphabet))


def name(code: str) -> str:
    locale = get_locale() or Locale("en")
    return str(locale.territories.get(code, code))


def _place(word: str, alphabet: str) -> list[int]:
    """Where a name stands in the list; what is no letter of the alphabet stands by its plain one,
    or before all letters."""
    letters = word.casefold()
    return [
        alphabet.find(x if x in alphabet else unicodedata.normalize("NFKD", x)[0]) for x in letters
    ]
