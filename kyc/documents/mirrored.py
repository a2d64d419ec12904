"""Owns numbers that were punched through a booklet: beyond its fold they stand mirrored."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import numpy as np

from kyc.documents.booklets import Booklet
from kyc.documents.engine import Engine
from kyc.documents.faint import Reduced
from kyc.documents.geometry import axis, share_covered, thickness
from kyc.documents.pages import Line, Quad
from kyc.documents.text_boxes import View, ordered

SURE, TOLD = 0.9, 0.5
LEAST_MM, MOST_MM = 4.0, 18.0
"""Heights of boxes around punched numbers, which may touch other print."""

LEAST_RATIO = 1.4
LEAST_ALIKE, LIKE = 4, 0.6
"""Of a number's characters: how many must have been read, and their share of what was read."""

SPARE = 0.6
"""Pitches beyond the middle of the first and the last character."""


def find_mirrored(
    engine: Engine, rough: Reduced, booklet: Booklet, lines: Sequence[Line]
) -> Iterator[Quad]:
    """Where the zone's number stands mirrored beyond the fold, in page pixels.

    What `lines` tell with confidence stands the right way round.
    """
    told = [line.quad for line in lines if line.score >= SURE]
    boxes = [
        quad
        for quad in rough.boxes
        if _may_hold(rough.placed(quad), booklet) and share_covered(rough.placed(quad), told) < TOLD
    ]
    lies = abs(booklet.along[0]) >= abs(booklet.along[1])
    for line in _read_mirrored(engine, rough.pixels, boxes, booklet):
        place = aligned(line, booklet.number)
        if place is not None:
            yield rough.placed(_mirrored(place, rough.pixels, lies=lies))


def aligned(line: Line, number: str) -> Quad | None:
    """Where the whole number stands of which a line is read as a part; None where it is none."""
    read = [
        (glyph, at) for glyph, at in zip(line.text, line.positions, strict=True) if glyph.isalnum()
    ]
    token = "".join(glyph for glyph, _ in read).upper().replace("O", "0")
    plain = number.replace("O", "0")
    blocks = SequenceMatcher(None, token, plain, autojunk=False).get_matching_blocks()
    pairs = [(b + n, read[a + n][1]) for a, b, size in blocks for n in range(size)]
    if len(pairs) < max(LEAST_ALIKE, LIKE * len(token)):
        return None
    box = axis(line.quad)
    order, at = np.array(pairs, float).T
    pitch, first = (float(one) * box.length for one in np.polyfit(order, at, 1))
    if pitch <= 0:
        return None
    last = first + (len(plain) - 1) * pitch
    return box.box(first - SPARE * pitch, last + SPARE * pitch, 0, box.height)


def _may_hold(quad: Quad, booklet: Booklet) -> bool:
    height = thickness(quad) / booklet.millimetre
    box = axis(quad)
    long = max(box.length, box.height) >= LEAST_RATIO * min(box.length, box.height)
    return long and LEAST_MM < height < MOST_MM and booklet.is_beyond(quad)


def _read_mirrored(
    engine: Engine, view: View, boxes: Sequence[Quad], booklet: Booklet
) -> list[Line]:
    """Lines in a view that is mirrored across the way in which the booklet's lines run."""
    lies = abs(booklet.along[0]) >= abs(booklet.along[1])
    turned = np.ascontiguousarray(view[::-1] if lies else view[:, ::-1])
    quads = [ordered(_mirrored(quad, view, lies=lies)) for quad in boxes]
    return engine.lines.read(turned, quads, [booklet.row])


def _mirrored(quad: Quad, view: View, *, lies: bool) -> Quad:
    height, width = view.shape[:2]
    return np.array([[x, height - y] if lies else [width - x, y] for x, y in quad])
