"""Owns numbers that are punched through a passport's page, or through both of an open one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kyc.documents.behind import find_behind
from kyc.documents.booklets import Booklet
from kyc.documents.engine import Engine
from kyc.documents.faint import Reduced
from kyc.documents.geometry import axis, grow, share_covered
from kyc.documents.lattice import find_lattices
from kyc.documents.mirrored import find_mirrored, find_upright, has_part
from kyc.documents.pages import Cls, Line, Pixels, Quad, Region
from kyc.documents.text_boxes import ordered

SAME_MM = 20.0
"""Between two pages' holes and where the fold would mirror them: they are one number's."""

REACH_MM = 12.0
"""Along a place of holes: its ends may be too faint to be found."""

ONCE = 0.8
"""Of a place: so much under another is the same place, seen by another look."""

WITHIN = 0.7
"""Of a place: so much in a line's box is what that line was read from."""

ALIKE, SURE = 0.3, 0.45
"""Likeness of two places in which the same holes may be, and in which they are."""


@dataclass(frozen=True)
class Punched:
    """Where holes are, in page pixels, and whether some of them may be elsewhere."""

    quads: tuple[Quad, ...] = ()
    is_unsure: bool = False

    def narrowed(self, number: Region) -> Region:
        """As high as the holes where one of these places lies in a line's box, which is higher."""
        if number.cls not in (Cls.DOCUMENT_NUMBER, Cls.OTHER_NUMBER):
            return number
        place = next((q for q in self.quads if share_covered(q, [number.quad]) > WITHIN), None)
        if place is None:
            return number
        box = axis(number.quad)
        _, across = box.place(place)
        top, bottom = max(0.0, float(across.min())), min(box.height, float(across.max()))
        return replace(number, quad=box.box(0, box.length, top, bottom))


@dataclass(frozen=True)
class Passport:
    """What is known of a passport before holes are looked for; `lines` are those of all looks."""

    page: Pixels = field(repr=False)
    rough: Reduced = field(repr=False)
    booklet: Booklet
    numbers: tuple[str, ...] = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)


def find_punched(engine: Engine, passport: Passport) -> Punched:
    """All places of a known number that is in holes, and of holes that cannot be read."""
    read = _read(engine, passport, passport.rough, passport.lines)
    if read:
        return _with_others(passport, read)
    dotted = find_lattices(passport.page, passport.booklet, passport.lines)
    boxes = (_around(quad, passport) for quad in dotted)
    rough = replace(passport.rough, boxes=tuple(boxes))
    found = _with_others(passport, _read(engine, passport, rough, ()) if dotted else [])
    is_part = has_part(passport.lines, passport.booklet, passport.numbers)
    return Punched((*found.quads, *dotted), is_unsure=bool(dotted) or is_part)


def _read(engine: Engine, passport: Passport, rough: Reduced, lines: Sequence[Line]) -> list[Quad]:
    """Places that can be read, upright on the data page and mirrored beyond the fold."""
    booklet, numbers = passport.booklet, passport.numbers
    upright = find_upright(engine, rough, booklet, numbers, lines)
    if not booklet.is_open(passport.lines):
        return _once(upright)
    return _once((*upright, *find_mirrored(engine, rough, booklet, numbers, lines)))


def _with_others(passport: Passport, read: Sequence[Quad]) -> Punched:
    """With the same holes on the other page of an open passport."""
    booklet = passport.booklet
    if not booklet.is_open(passport.lines):
        return Punched(tuple(read))
    single = [one for one in read if not any(_is_twin(one, other, booklet) for other in read)]
    others = [find_behind(passport.rough, one, booklet) for one in single]
    alike = (other.quad for other in others if other.likeness >= ALIKE)
    return Punched((*read, *alike), any(other.likeness < SURE for other in others))


def _around(quad: Quad, passport: Passport) -> Quad:
    """A place of holes with what may be left of the number, in pixels of the view for holes."""
    rough, reach = passport.rough, REACH_MM * passport.booklet.millimetre
    return ordered((grow(quad, reach, 0) - rough.frame.corner) * rough.factor)


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
