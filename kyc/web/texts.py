"""Owns translation for our own code: Flask-Babel's functions, with types."""

from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

__all__ = ["_", "_l", "_n"]


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def _n(one: str, many: str, number: int, **values: Any) -> str:
    return str(ngettext(one, many, number, **values))
