"""Owns reading known numbers in holes: upright, and mirrored beyond a booklet's fold."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np

from kyc.documents.booklets import Booklet
from kyc.documents.engine import Engine
from kyc.documents.faint import Reduced
from kyc.documents.geometry import axis, share_covered, thickness
from kyc.documents.pages import Line, Quad
from kyc.documents.text_boxes import View, ordered

SURE, TOLD = 0.9, 0.5
"""Confidence of a line that tells what stands there, and the share of a box that it must take."""

LEAST_MM, MOST_MM = 4.0, 22.0
"""Heights of boxes around punched numbers, which may touch other print."""

LEAST_HIGH_MM, LEAST_PITCH_MM = 6.6, 3.2
"""Of the box around a number in holes, and of its characters; printed ones have four to six, and
two to three.
"""

LEAST_RATIO = 1.4
LEAST_IN_A_ROW, LEAST_ALIKE, LIKE, LEAST_JOINED = 5, 4, 0.6, 3
"""Of a number's characters: so many in a row are enough beside any print; fewer must be that share
of what was read. The place is fitted to those that stand together, if there are so many.
"""

TRIM = 0.04
"""Of the height of a box, which is higher than the characters."""

LEAST_PART, LEAST_PART_MM, PART_SURE = 2, 5.0, 0.85
"""Characters, height and confidence of a part of a number that is doubted."""

LIKE_DIGITS = str.maketrans("OQBI", "0081")
"""What strokes of holes are taken for."""

SPARE = 0.6
"""Pitches beyond the middle of the first and the last character."""


def find_mirrored(
    engine: Engine,
    rough: Reduced,
    booklet: Booklet,
    numbers: Sequence[str],
    lines: Sequence[Line],
) -> Iterator[Quad]:
    """Where one of the numbers stands mirrored beyond the fold, in page pixels.

    What `lines` tell with confidence stands the right way round.
    """
    boxes = [
        quad for quad in _untold(rough, booklet, lines) if booklet.is_beyond(rough.placed(quad))
    ]
    for line in _read_mirrored(engine, rough.pixels, boxes, booklet):
        for place in _places(line, numbers, booklet.millimetre * rough.factor):
            yield rough.placed(_mirrored(place, rough.pixels, booklet))


def find_upright(
    engine: Engine,
    rough: Reduced,
    booklet: Booklet,
    numbers: Sequence[str],
    lines: Sequence[Line],
) -> Iterator[Quad]:
    """Where a number stands on the data page in characters that are too high for print.

    `lines` may tell it; boxes in which they tell nothing with confidence are read.
    """
    high = LEAST_HIGH_MM * booklet.millimetre
    boxes = [
        quad
        for quad in _untold(rough, booklet, lines)
        if booklet.is_printed_on(rough.placed(quad)) and thickness(quad) > high * rough.factor
    ]
    read = engine.lines.read(rough.pixels, boxes, [booklet.row])
    now = [replace(line, quad=rough.placed(line.quad)) for line in read]
    before = [line for line in lines if thickness(line.quad) > high]
    for line in (*before, *now):
        if booklet.is_printed_on(line.quad):
            yield from _places(line, numbers, booklet.millimetre)


def aligned(line: Line, number: str) -> Quad | None:
    """Where the whole number stands of which a line is read as a part; None where it is none."""
    read = [
        (glyph, at) for glyph, at in zip(line.text, line.positions, strict=True) if glyph.isalnum()
    ]
    token = "".join(glyph for glyph, _ in read).upper().translate(LIKE_DIGITS)
    plain = number.translate(LIKE_DIGITS)
    blocks = SequenceMatcher(None, token, plain, autojunk=False).get_matching_blocks()
    longest = max(blocks, key=lambda block: block.size)
    sure = longest.size >= LEAST_IN_A_ROW
    pairs = [
        (b + n, read[a + n][1])
        for a, b, size in ([longest] if sure else blocks)
        for n in range(size)
    ]
    if not sure and len(pairs) < max(LEAST_ALIKE, LIKE * len(token)):
        return None
    joined = [(b + n, read[a + n][1]) for a, b, size in blocks for n in range(size) if size > 1]
    pairs = joined if not sure and len(joined) >= LEAST_JOINED else pairs
    box = axis(line.quad)
    order, at = np.array(pairs, float).T
    pitch, first = (float(one) * box.length for one in np.polyfit(order, at, 1))
    if pitch <= 0:
        return None
    last = first + (len(plain) - 1) * pitch
    inwards = TRIM * box.height
    return box.box(first - SPARE * pitch, last + SPARE * pitch, inwards, box.height - inwards)


def has_part(lines: Sequence[Line], booklet: Booklet, numbers: Sequence[str]) -> bool:
    """Whether two characters in a row of a number stand on the data page as high as in holes.

    Too few to tell where the others are, and enough for a person to look.
    """
    return any(
        thickness(line.quad) > LEAST_PART_MM * booklet.millimetre
        and line.score >= PART_SURE
        and booklet.is_printed_on(line.quad)
        and _is_part(line, numbers, booklet.millimetre)
        for line in lines
    )


def _is_part(line: Line, numbers: Sequence[str], millimetre: float) -> bool:
    token = "".join(glyph for glyph in line.text if glyph.isalnum()).translate(LIKE_DIGITS)
    wide = axis(line.quad).length >= LEAST_PITCH_MM * len(token) * millimetre
    known = (number.translate(LIKE_DIGITS) for number in numbers)
    return wide and len(token) >= LEAST_PART and any(token in number for number in known)


def _places(line: Line, numbers: Sequence[str], millimetre: float) -> Iterator[Quad]:
    """The place of the first number that the line is a part of, if it is as wide as in holes."""
    for number in numbers:
        place = aligned(line, number)
        if place is not None:
            wide = axis(place).length >= LEAST_PITCH_MM * len(number) * millimetre
            yield from [place] if wide else []
            return


def _untold(rough: Reduced, booklet: Booklet, lines: Sequence[Line]) -> Iterator[Quad]:
    """Boxes as high as numbers in holes are, in which no line tells anything with confidence."""
    sure = [line.quad for line in lines if line.score >= SURE]
    told = [quad for quad in sure if not booklet.is_zone(quad)]
    for quad in rough.boxes:
        box, placed = axis(quad), rough.placed(quad)
        long = max(box.length, box.height) >= LEAST_RATIO * min(box.length, box.height)
        height = thickness(placed) / booklet.millimetre
        if long and LEAST_MM < height < MOST_MM and share_covered(placed, told) < TOLD:
            yield quad


def _read_mirrored(
    engine: Engine, view: View, boxes: Sequence[Quad], booklet: Booklet
) -> list[Line]:
    """Lines in a view that is mirrored across the way in which the booklet's lines run."""
    turned = np.ascontiguousarray(view[::-1] if booklet.lies else view[:, ::-1])
    quads = [ordered(_mirrored(quad, view, booklet)) for quad in boxes]
    return engine.lines.read(turned, quads, [booklet.row])


def _mirrored(quad: Quad, view: View, booklet: Booklet) -> Quad:
    height, width = view.shape[:2]
    return np.array([[x, height - y] if booklet.lies else [width - x, y] for x, y in quad])
