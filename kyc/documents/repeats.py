"""Owns the doubt that a picture shows several pages: numbers and dates that stand on it twice."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from operator import eq

from kyc.documents.dates import date_spans
from kyc.documents.geometry import Vector, axis, share_covered
from kyc.documents.labelled import words_of
from kyc.documents.mrz.parse import Mrz
from kyc.documents.mrz_rows import is_row
from kyc.documents.numbers import number_spans
from kyc.documents.pages import Line, Quad, Region
from kyc.documents.unexplained import is_named

APART = 4.0
"""Heights of a line between two that repeat each other; a ghost number is one repeat, not two."""

LEAST_REPEATED, LEAST_LETTERS, LEAST_PART, LEAST_END = 2, 5, 3, 4
GREATER_PART = 1.8
"""Of what was read of a number: how long the whole may be."""

PASSPORT_LENGTHS = range(7, 11)
SURE, ON = 0.9, 0.8
"""Confidence of a line that tells what stands there, and the share of it under a place."""

LIKE = 0.7
"""Of as many characters as the number has: some of those in holes are taken for others."""

YEAR = re.compile(r"(?:19|20)\d\d")
_MARKS = re.compile(r"[\W_]")


def shows_several_pages(lines: Sequence[Line], mrz: Mrz | None = None) -> bool:
    """Whether two numbers or dates each stand in two places, or a card's name beside its zone.

    The zone repeats what is printed above it and is not counted. A card's zone of three rows is
    on the back, its names are printed on the front (ICAO 9303 part 5, section 4.1).
    """
    if mrz and mrz.layout == "TD1" and _names_in_print(lines, mrz):
        return True
    places: dict[str, list[tuple[Vector, float]]] = defaultdict(list)
    for line in lines:
        if is_row(line.text):
            continue
        box = axis(line.quad)
        for start, end in (*number_spans(line.text), *date_spans(line.text)):
            token = _MARKS.sub("", line.text[start:end])
            if len(token) >= LEAST_LETTERS:
                places[token].append((box.centre, box.height))
    return sum(_is_apart(found) for found in places.values()) >= LEAST_REPEATED


def numbers_of(lines: Sequence[Line], mrz: Mrz | None = None) -> frozenset[str]:
    """Numbers that are printed on a page or in its zone, without spaces and marks."""
    plain = [line.text for line in lines if not is_row(line.text)]
    spans = ((text, span) for text in plain for span in number_spans(text))
    printed = {_MARKS.sub("", text[slice(*span)]) for text, span in spans}
    zone = {_MARKS.sub("", mrz.number)} if mrz else set()
    return frozenset(token for token in printed | zone if len(token) >= LEAST_LETTERS)


def likely_punched(lines: Sequence[Line], mrz: Mrz | None = None) -> list[str]:
    """Numbers as long as a passport's, that of the zone first (ICAO 9303 part 4, section 4.2)."""
    zone = numbers_of((), mrz)
    printed = sorted(numbers_of(lines) - zone)
    return [number for number in (*sorted(zone), *printed) if len(number) in PASSPORT_LENGTHS]


def is_repeat(text: str, numbers: frozenset[str]) -> bool:
    """Whether a line is one of the numbers from its first character to its last."""
    token = _MARKS.sub("", text)
    return any(
        len(token) == len(number)
        and SequenceMatcher(None, token, number, autojunk=False).ratio() >= LIKE
        for number in numbers
    )


def not_repeats(
    found: Sequence[Region], lines: Sequence[Line], numbers: frozenset[str]
) -> list[Region]:
    """Those of the places that do not cover a known number as it was read with confidence, whole.

    Of the others nothing can be left beside its fill.
    """
    told = [line.quad for line in lines if line.score >= SURE and is_repeat(line.text, numbers)]
    return [one for one in found if not any(share_covered(q, [one.quad]) >= ON for q in told)]


def completions(
    lines: Sequence[Line], mrz: Mrz | None, before: Sequence[Line] = ()
) -> Iterator[Quad]:
    """Where numbers stand whole of which a line is the greater part, its end being too faint.

    A lesser part with a digit is one too, where its number begins or ends, but for a year. Numbers
    that an earlier look read, on lines `before`, count as well.
    """
    numbers = numbers_of((*lines, *before), mrz)
    for line in lines:
        token = _MARKS.sub("", line.text)
        longer = frozenset(one for one in numbers if _may_be_of(token, one))
        quad = completed(line, longer) if longer else None
        if quad is not None:
            yield quad


def _may_be_of(token: str, number: str) -> bool:
    if len(token) >= LEAST_LETTERS:
        return len(token) < len(number) <= GREATER_PART * len(token)
    mixed = any(one.isdigit() for one in token) and not YEAR.fullmatch(token)
    ends = number.startswith(token) or number.endswith(token)
    return len(token) >= LEAST_END and mixed and ends


def completed(line: Line, numbers: frozenset[str]) -> Quad | None:
    """Where the whole of a number stands of which a line is a part; None when it is none.

    Of five characters and more one may be misread: what stands before or behind was too faint. A
    date is no part, though national numbers hold one.
    """
    token = _MARKS.sub("", line.text)
    is_part = len(token) >= LEAST_PART and any(glyph.isdigit() for glyph in token)
    if not is_part or date_spans(line.text):
        return None
    places = ((_place_in(number, token), number) for number in sorted(numbers, key=len))
    found = [(before, number) for before, number in places if before is not None]
    if not found:
        return None
    box, (before, whole) = axis(line.quad), found[-1]
    pitch, after = box.length / len(token), len(whole) - before - len(token)
    return box.box(-before * pitch, box.length + after * pitch, 0, box.height)


def _place_in(number: str, token: str) -> int | None:
    """At which of the number's characters a token begins that agrees with it."""
    starts = range(len(number) - len(token) + 1)
    agreeing = [sum(map(eq, number[at:], token)) for at in starts]
    least = len(token) - (len(token) >= LEAST_LETTERS)
    best = max(agreeing, default=0)
    return agreeing.index(best) if best >= least else None


def _names_in_print(lines: Sequence[Line], mrz: Mrz) -> bool:
    names = words_of(f"{mrz.surname} {mrz.given_names}")
    return any(is_named(line.text, names) for line in lines if not is_row(line.text))


def _is_apart(found: Sequence[tuple[Vector, float]]) -> bool:
    first, height = found[0]
    return any(float(((other - first) ** 2).sum()) > (APART * height) ** 2 for other, _ in found)
