"""Owns numbers that a detector's box cut off: their ink goes on behind its end without a gap."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import Axis, axis
from kyc.documents.levels import cut, percentile
from kyc.documents.mrz_rows import is_row
from kyc.documents.numbers import number_spans
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import brightest
from kyc.documents.scaling import laid_straight

ROWS, INSIDE, OUTSIDE = 32, 3.0, 2.5
"""A box's end is laid straight so high, and so many heights within and behind it are looked at."""

GAP, MARGIN = 0.24, 0.1
"""Of the height: narrower than most spaces, and what is left free behind the last ink."""

LEAST = 0.15
LEAST_CONTRAST = 40.0
LIGHT, DARK = 75, 8
"""Percentiles of brightness inside of the box: the ground, and strokes."""

MIDDLE = slice(ROWS // 6, ROWS - ROWS // 6)
LEAST_INK = 2
"""Rows of a column that has ink."""


def followed(page: Pixels, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those with a number at an end as long as its ink goes on; in page pixels.

    Ink that goes on for more than a few characters is a pattern or an edge, and is not followed.
    """
    for line in lines:
        ends = _ends(line)
        before, behind = (_beyond(page, line.quad, way) if way in ends else 0.0 for way in (-1, 1))
        yield _longer(line, before, behind) if before or behind else line


def _ends(line: Line) -> set[int]:
    """-1 where a number begins the line, 1 where one ends it."""
    if is_row(line.text):
        return set()
    beside = [(line.text[:start], line.text[end:]) for start, end in number_spans(line.text)]
    begins = any(not before.strip() for before, _ in beside)
    ends = any(not behind.strip() for _, behind in beside)
    return {way for way, holds in ((-1, begins), (1, ends)) if holds}


def _beyond(page: Pixels, quad: Quad, way: int) -> float:
    """How far ink goes on behind the end, or before the beginning, in pixels; 0 for none."""
    box = axis(quad)
    unit = box.height / ROWS
    reach = min(INSIDE * box.height, box.length)
    inside = round(reach / unit)
    strip = _strip(page, box, reach, way)
    light, dark = (percentile(strip[:, :inside], share) for share in (LIGHT, DARK))
    if light - dark < LEAST_CONTRAST:
        return 0.0
    inked = np.count_nonzero(strip[MIDDLE] < (light + dark) / 2, axis=0) >= LEAST_INK
    last = _last_before_a_gap(inked, inside)
    if last is None or last < inside + LEAST * ROWS:
        return 0.0
    return (last + 1 - inside + MARGIN * ROWS) * unit


def _strip(page: Pixels, box: Axis, reach: float, way: int) -> npt.NDArray[np.uint8]:
    """An end of the box and what is behind it, from the inside outwards."""
    outer = OUTSIDE * box.height
    start, end = (box.length - reach, box.length + outer) if way > 0 else (-outer, reach)
    place = box.box(start, end, 0, box.height)
    view, corner = cut(place, page)
    columns = round((end - start) * ROWS / box.height)
    straight = laid_straight(brightest(view), place - corner, columns, ROWS)
    return straight if way > 0 else straight[:, ::-1]


def _last_before_a_gap(inked: npt.NDArray[np.bool_], inside: int) -> int | None:
    """The last column with ink before the first gap behind the box's end, or None for no gap."""
    columns = np.flatnonzero(inked)
    within = columns[columns < inside]
    if not len(within):
        return None
    last = int(within[-1])
    for column in columns[columns >= inside].tolist():
        if column - last > GAP * ROWS:
            return last
        last = column
    return last if len(inked) - last > GAP * ROWS else None


def _longer(line: Line, before: float, behind: float) -> Line:
    box = axis(line.quad)
    whole = before + box.length + behind
    at = tuple((before + place * box.length) / whole for place in line.positions)
    quad = box.box(-before, box.length + behind, 0, box.height)
    return replace(line, quad=quad, positions=at)
