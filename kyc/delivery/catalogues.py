"""Owns the catalogues that letters are written from; the pages read the same files."""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

import kyc

_DIRECTORY = Path(kyc.__file__).parent / "translations"
_SOURCE = "en"
"""The language that the sentences in the code are in; it has no catalogue."""


@cache
def catalogue(locale: str) -> NullTranslations:
    """The sentences in the language of `locale`; in English when there is no catalogue for it."""
    if known_locale(locale) == _SOURCE:
        return NullTranslations()
    return Translations.load(_DIRECTORY, [locale])


def known_locale(locale: str) -> str:
    """`locale` when there is a catalogue for it, else the source language."""
    return locale if locale in _languages() else _SOURCE


@cache
def _languages() -> frozenset[str]:
    return frozenset(path.parent.parent.name for path in _DIRECTORY.glob("*/LC_MESSAGES/*.mo"))
