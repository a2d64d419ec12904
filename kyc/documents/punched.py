"""Owns numbers that are punched through a passport's page, or through both of an open one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kyc.documents.behind import find_behind
from kyc.documents.booklets import Booklet
from kyc.documents.engine import Engine
from kyc.documents.faint import Reduced
from kyc.documents.geometry import axis, share_covered
from kyc.documents.mirrored import find_mirrored, find_upright
from kyc.documents.pages import Line, Quad

SAME_MM = 20.0
"""Between two pages' holes and where the fold would mirror them: they are one number's."""

ONCE = 0.8
"""Of a place: so much under another is the same place, seen by another look."""

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
    numbers: Sequence[str],
    lines: Sequence[Line],
) -> Punched:
    """All places of a known number that is in holes, if one of them can be read.

    `lines` are those of all looks.
    """
    if rough is None or booklet is None:
        return Punched()
    upright = _once(find_upright(engine, rough, booklet, numbers, lines))
    if not booklet.is_open(lines):
        return Punched(tuple(upright))
    mirrored = _once(find_mirrored(engine, rough, booklet, numbers, lines))
    found, unsure = [*upright, *mirrored], False
    for quad in (*upright, *mirrored):
        if any(_is_twin(quad, other, booklet) for other in (*upright, *mirrored)):
            continue
        other = find_behind(rough, quad, booklet)
        unsure = unsure or other.likeness < SURE
        found += [other.quad] if other.likeness >= ALIKE else []
    return Punched(tuple(found), unsure)


def _once(quads: Iterable[Quad]) -> list[Quad]:
    found: list[Quad] = []
    for quad in quads:
        if share_covered(quad, found) < ONCE:
            found.append(quad)
    return found


def _is_twin(quad: Quad, other: Quad, booklet: Booklet) -> bool:
    if booklet.is_beyond(quad) == booklet.is_beyond(other):
        return False
    apart = axis(booklet.behind(quad)).centre - axis(other).centre
    return bool(np.hypot(*apart) < SAME_MM * booklet.millimetre)
