"""Owns the doubt that a picture shows several pages: numbers and dates that stand on it twice."""

import re
from collections import defaultdict
from collections.abc import Sequence

from kyc.documents.dates import date_spans
from kyc.documents.geometry import Vector, axis
from kyc.documents.labelled import words_of
from kyc.documents.mrz.parse import Mrz
from kyc.documents.mrz_rows import is_row
from kyc.documents.numbers import number_spans
from kyc.documents.pages import Line
from kyc.documents.unexplained import is_named

APART = 4.0
"""Heights of a line between two that repeat each other; a ghost number is one repeat, not two."""

LEAST_REPEATED, LEAST_LETTERS = 2, 5


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
            token = re.sub(r"[\W_]", "", line.text[start:end])
            if len(token) >= LEAST_LETTERS:
                places[token].append((box.centre, box.height))
    return sum(_is_apart(found) for found in places.values()) >= LEAST_REPEATED


def _names_in_print(lines: Sequence[Line], mrz: Mrz) -> bool:
    names = words_of(f"{mrz.surname} {mrz.given_names}")
    return any(is_named(line.text, names) for line in lines if not is_row(line.text))


def _is_apart(found: Sequence[tuple[Vector, float]]) -> bool:
    first, height = found[0]
    return any(float(((other - first) ** 2).sum()) > (APART * height) ** 2 for other, _ in found)
