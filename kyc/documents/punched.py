"""Owns numbers that are punched through both pages of an open passport."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kyc.documents.behind import find_behind
from kyc.documents.booklets import Booklet
from kyc.documents.engine import Engine
from kyc.documents.faint import Reduced
from kyc.documents.geometry import axis, share_covered, thickness
from kyc.documents.mirrored import aligned, find_mirrored
from kyc.documents.pages import Line, Quad

LEAST_MM = 6.6
"""Height of the box around a number in holes; printed ones have four."""

SAME_MM = 20.0
"""Between two pages' holes and where the fold would mirror them: they are one number's."""

ALIKE, SURE = 0.3, 0.45
"""Likeness of two places in which the same holes may be, and in which they are."""


@dataclass(frozen=True)
class Punched:
    """Where holes are, in page pixels, and whether some of them may be elsewhere."""

    quads: tuple[Quad, ...] = ()
    is_unsure: bool = False


def find_punched(
    engine: Engine,
    rough: Reduced | None,
    booklet: Booklet | None,
    lines: Sequence[Line],
) -> Punched:
    """Both places of a number that is punched through an open passport, if one can be read.

    `lines` are those of all looks.
    """
    if rough is None or booklet is None or not booklet.is_open(lines):
        return Punched()
    upright = _upright(lines, booklet)
    mirrored = list(find_mirrored(engine, rough, booklet, lines))
    found, unsure = list(mirrored), False
    for quad in (*upright, *mirrored):
        if any(_is_twin(quad, other, booklet) for other in (*upright, *mirrored)):
            continue
        other = find_behind(rough, quad, booklet)
        unsure = unsure or other.likeness < SURE
        found += [other.quad] if other.likeness >= ALIKE else []
    return Punched(tuple(found), unsure)


def _upright(lines: Sequence[Line], booklet: Booklet) -> list[Quad]:
    """Where the number stands in letters that are too high for print; each place once."""
    found: list[Quad] = []
    for line in lines:
        if thickness(line.quad) < LEAST_MM * booklet.millimetre or booklet.is_beyond(line.quad):
            continue
        quad = aligned(line, booklet.number)
        if quad is not None and share_covered(quad, found) < 0.5:
            found.append(quad)
    return found


def _is_twin(quad: Quad, other: Quad, booklet: Booklet) -> bool:
    if booklet.is_beyond(quad) == booklet.is_beyond(other):
        return False
    apart = axis(booklet.behind(quad)).centre - axis(other).centre
    return bool(np.hypot(*apart) < SAME_MM * booklet.millimetre)
