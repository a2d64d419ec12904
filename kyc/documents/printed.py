"""Owns comparing what is printed on a page with a name and a date; the text is not kept."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher

from kyc.documents.dates import date_spans
from kyc.documents.mrz.names import transliterations
from kyc.documents.pages import Line
from kyc.documents.split_dates import split_date_lines

SURE = 0.8
"""Mean confidence by character, below which a line says nothing."""

UNLIKE = 0.6
"""A word that is less like the expected one is another word, not a misread one."""

WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`])+")
MONTH_IN_LETTERS = re.compile(r"[^\W\d_]{3}")


def names_printed(lines: Sequence[Line], names: Sequence[str]) -> bool | None:
    """Whether each of the zone's words of a name is printed, by ICAO 9303-3 transliteration.

    None where nothing is to be compared, or where a word is only nearly there: that may be a
    misread letter.
    """
    printed = {spelling for line in _sure(lines) for spelling in _spellings(line.text)}
    if not names or not printed:
        return None
    likeness = [max(_likeness(name, word) for word in printed) for name in names]
    if min(likeness) == 1:
        return True
    return False if min(likeness) < UNLIKE else None


def date_printed(lines: Sequence[Line], expected: date) -> bool | None:
    """Whether a date is printed, in any of the usual orders; None where no date was read.

    A month in letters counts as the right one, its name may be in any language; so does any
    century, a zone has none.
    """
    sure = list(_sure(lines))
    if split_date_lines(sure):
        return True if _any_date(sure, expected) else None
    found = [line for line in sure if date_spans(line.text)]
    return _any_date(found, expected) if found else None


def _any_date(lines: Sequence[Line], expected: date) -> bool:
    return any(
        _says(line.text[slice(*span)], expected) for line in lines for span in date_spans(line.text)
    )


def _says(text: str, expected: date) -> bool:
    digits = re.sub(r"\D", "", text)
    return digits in _written(expected, in_letters=bool(MONTH_IN_LETTERS.search(text)))


def _written(day: date, *, in_letters: bool) -> set[str]:
    """The digits of a date as documents write them, without what parts them."""
    days, months = {f"{day.day:02}", str(day.day)}, {f"{day.month:02}", str(day.month)}
    short = f"{day.year % 100:02}"
    years = {short, f"19{short}", f"20{short}"}
    if in_letters:
        return {d + y for d in days for y in years}
    orders = ((d, m, y) for d in days for m in months for y in years)
    return {text for d, m, y in orders for text in (d + m + y, m + d + y, y + m + d)}


def _sure(lines: Sequence[Line]) -> Iterator[Line]:
    return (line for line in lines if line.score >= SURE)


def _spellings(text: str) -> Iterator[str]:
    for match in WORD.finditer(text):
        yield from transliterations(match.group())


def _likeness(expected: str, printed: str) -> float:
    if expected == printed:
        return 1.0
    return SequenceMatcher(None, expected, printed, autojunk=False).ratio()
