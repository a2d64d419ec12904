"""Owns days that the zone or the customer vouch for, and dates on the page that misread them."""

import re
from collections.abc import Sequence

from kyc.documents.mrz.parse import Mrz
from kyc.documents.pages import Claimed

MARKED = re.compile(r"\d[./\-]\d")
MOST_WRONG = 2
DIGITS = 8


def days_of(mrz: Mrz | None, claimed: Claimed | None) -> tuple[str, ...]:
    """Days as DDMMYYYY: of a zone only where its own check digit agrees, in either century."""
    days = []
    if mrz and "birth" in mrz.agreeing:
        days += [_turned(century + mrz.birth) for century in ("19", "20")]
    if mrz and "expiry" in mrz.agreeing:
        days.append(_turned("20" + mrz.expiry))
    if claimed and claimed.date_of_birth:
        days.append(_turned(claimed.date_of_birth.replace("-", "")))
    return tuple(day for day in days if len(day) == DIGITS and day.isdigit())


def is_misread(text: str, days: Sequence[str]) -> bool:
    """Whether a run of digits is one of the days, glued together or with two digits misread.

    With a mark between as dates have, a digit may also be lost, as one beneath an overprint is.
    """
    digits = "".join(glyph for glyph in text if glyph.isdigit())
    if any(glyph.isalpha() for glyph in text):
        return False
    spelled = (way for day in days for way in (day, _turned_back(day)))
    if len(digits) == DIGITS:
        return any(
            sum(a != b for a, b in zip(digits, way, strict=True)) <= MOST_WRONG for way in spelled
        )
    marked = len(digits) == DIGITS - 1 and MARKED.search(text) is not None
    return marked and any(digits in _without_one(way) for way in spelled)


def _without_one(day: str) -> set[str]:
    return {day[:at] + day[at + 1 :] for at in range(len(day))}


def _turned(day: str) -> str:
    """YYYYMMDD as DDMMYYYY."""
    return day[6:8] + day[4:6] + day[:4]


def _turned_back(day: str) -> str:
    return day[4:] + day[2:4] + day[:2]
