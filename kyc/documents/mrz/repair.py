"""Owns what a recogniser mixes up in OCR-B: look-alikes by field, lost fillers by row."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from kyc.documents.mrz.check_digit import agrees
from kyc.documents.mrz.layout import DIGITS, LETTERS, Layout

TO_DIGIT = str.maketrans("OQDUILTZSBGA", "000011725864")
TO_LETTER = str.maketrans("0125864", "OIZSBGA")
LOOK_ALIKE = {"0": "O", "O": "0", "1": "I", "I": "1"}
"""Kept short: each exchange has one chance in ten to agree with a digit that is truly wrong."""

MOST_VARIANTS = 256
MOST_LENGTH_ERROR = 3
FOREIGN = re.compile("[^A-Z0-9<]")


def fitted(text: str, width: int) -> str | None:
    """A row of exact width: fillers lost or doubled are mended in the longest run of them.

    None when the row is more than three characters off, for then no column can be trusted.
    """
    row = FOREIGN.sub("<", text)
    error = width - len(row)
    if abs(error) > MOST_LENGTH_ERROR:
        return None
    runs = sorted(re.finditer("<+", row), key=lambda run: len(run.group()))
    if not runs:
        return row[:width].ljust(width, "<")
    run = runs[-1]
    if len(run.group()) + error < 0:
        return row[:width].ljust(width, "<")
    return row[: run.start()] + "<" * (len(run.group()) + error) + row[run.end() :]


def by_field(rows: tuple[str, ...], layout: Layout) -> tuple[str, ...]:
    """Digits where the layout has only digits, letters where it has only letters."""
    mended = [list(row) for row in rows]
    for names, table in ((DIGITS, TO_DIGIT), (LETTERS, TO_LETTER)):
        for name in names:
            if name not in layout.fields:
                continue
            place = layout.fields[name]
            mended[place.row][place.start : place.end] = place.of(rows).translate(table)
    if "composite_check" in layout.fields:
        place = layout.fields["composite_check"]
        mended[place.row][place.start : place.end] = place.of(rows).translate(TO_DIGIT)
    return tuple("".join(row) for row in mended)


def by_check_digit(text: str, digit: str) -> str:
    """The field, or its nearest reading with look-alikes exchanged that its check digit accepts.

    Where two readings are as near, neither is taken.
    """
    if agrees(text, digit):
        return text
    return nearest(text, [variant for variant in variants(text) if agrees(variant, digit)])


def nearest(text: str, fits: Sequence[str]) -> str:
    """The one of the readings with the fewest changes; the text itself where two are as near."""
    fewest = min((_changes(text, variant) for variant in fits), default=0)
    near = [variant for variant in fits if _changes(text, variant) == fewest]
    return near[0] if len(near) == 1 else text


def _changes(text: str, variant: str) -> int:
    return sum(a != b for a, b in zip(text, variant, strict=True))


def variants(text: str) -> Iterator[str]:
    """Every reading with look-alikes exchanged; none where there would be too many."""
    choices = [glyph + LOOK_ALIKE.get(glyph, "") for glyph in text]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count <= MOST_VARIANTS:
        yield from ("".join(variant) for variant in product(*choices))
