"""Owns translation for our own code: Flask-Babel's functions, with types."""

from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

__all__ = ["_", "_l", "_n", "sentence"]


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def _n(one: str, many: str, number: int, **values: Any) -> str:
    return str(ngettext(one, many, number, **values))


def sentence(error: Exception) -> str:
    """The words of one of our own failures, for the page on which it happened."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
