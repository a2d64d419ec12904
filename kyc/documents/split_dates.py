"""Owns dates that the detector cut: into two boxes on one row, or off at an end."""

import re
from collections.abc import Sequence

from kyc.documents.dates import date_spans
from kyc.documents.geometry import axis, gap_on_row
from kyc.documents.pages import Line

MOST_LEFT, MOST_RIGHT = 9, 14
CUT = re.compile(
    r"([./])(?:0[1-9]|1[0-2])\1(?:19|20)\d\d"
    r"|(?:0[1-9]|[12]\d|3[01])?([./])(?:0[1-9]|1[0-2])\2(?:[12]|(?:19|20)\d?)"
)
"""A day, a month and a year between two marks of one kind, without the first or the last digits."""

OVERLAPPED = re.compile(r"[0-3]\d[01]\d\d?(?:19|20)\d\d")


def is_cut_date(text: str) -> bool:
    """Whether a line is a date of which the detector's box left out the beginning or the end."""
    return CUT.fullmatch(text.strip()) is not None


def split_date_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of lines that form a date only together with their neighbour on the row."""
    kept: set[int] = set()
    for left_at, left in enumerate(lines):
        if len(left.text) > MOST_LEFT or not re.search(r"\d", left.text):
            continue
        for right_at, right in enumerate(lines):
            if right is not left and _makes_date(left, right):
                kept |= {left_at, right_at}
    return frozenset(kept)


def _makes_date(left: Line, right: Line) -> bool:
    if len(right.text) > MOST_RIGHT:
        return False
    box = axis(left.quad)
    gap = gap_on_row(left.quad, right.quad)
    follows = (axis(right.quad).centre - box.centre) @ box.along > 0
    if gap is None or gap > 1.6 * box.height or not follows:
        return False
    joined = f"{left.text.strip()} {right.text.strip()}"
    whole = any(start <= 1 and end >= len(joined) - 1 for start, end in date_spans(joined))
    if whole and not (date_spans(left.text) and date_spans(right.text)):
        return True
    digits = re.sub(r"\D", "", left.text) + re.sub(r"\D", "", right.text)
    return gap < 0.3 * box.height and bool(OVERLAPPED.fullmatch(digits))
