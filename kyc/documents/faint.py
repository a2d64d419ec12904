"""Owns print that a first look does not see: faint numbers, and punched ones.

Two small views make lines of it: one where roughness is dark, for holes, and one where contrast is
drawn out everywhere, for faint print.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.dates import date_spans
from kyc.documents.engine import Engine
from kyc.documents.geometry import axis, grow, grow_by_height, share_covered
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import Frame
from kyc.documents.thresholds import FAINT_SCORE

SIDE, ROUGH_SIDE = 640, 384
GRAIN = 1.65
"""Of the roughness, in pixels at twice the side: as wide as a hole with half its rim."""

CLIP, TILES = 4.0, (12, 12)
SEEN_SHARE = 0.6
"""Of a box's core; half of a number may have been read, or lie under a word in big letters."""

TRIM, CORE = -0.12, -0.2
"""A small view's boxes are higher than the print, which may stand close above other print."""

LEAST_SIDE = 64
LEAST_READ = 4
LEAST_RATIO, HARDLY = 4.0, 0.15
"""Of a box in which nothing can be read: how long it is, by its height, and the share seen before.

A box that reaches into print that was read is that print's edge.
"""

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Faint:
    """Lines that were read with confidence, and long boxes in which nothing could be read."""

    lines: tuple[Line, ...] = ()
    unread: tuple[Quad, ...] = ()


def see_faint(engine: Engine, page: Pixels, frame: Frame, seen: Sequence[Quad]) -> Faint:
    """What stands, in page pixels, where nothing was `seen`."""
    view = frame.cut(page)
    if min(view.shape[:2]) < LEAST_SIDE:
        return Faint()
    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)
    punched = _trimmed(_read(engine, grey, frame, seen, _View(ROUGH_SIDE, _roughened)))
    known = [*seen, *(line.quad for line in punched.lines)]
    faint = _read(engine, grey, frame, known, _View(SIDE, _resized))
    return Faint((*punched.lines, *faint.lines), (*punched.unread, *faint.unread))


@dataclass(frozen=True)
class _View:
    side: int
    reduced: Callable[[Grey, float], Grey]


def may_be_number(text: str) -> bool:
    """Whether capitals with a digit, as few as four, are what could be read of a number."""
    packed = "".join(text.split())
    digits = sum(glyph.isdigit() for glyph in packed)
    code = packed.isalnum() and packed == packed.upper()
    return code and digits > 0 and len(packed) >= LEAST_READ and not date_spans(text)


def _read(engine: Engine, grey: Grey, frame: Frame, seen: Sequence[Quad], how: _View) -> Faint:
    factor = how.side / max(grey.shape)
    even = cv2.createCLAHE(CLIP, TILES).apply(how.reduced(grey, factor))
    view = np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2BGR), np.uint8)
    placed = partial(_placed, factor=factor, frame=frame)
    found = engine.boxes.find(view, how.side)
    boxes = [quad for quad in found if _share_seen(placed(quad), seen) < SEEN_SHARE]
    lines = tuple(
        Line(placed(line.quad), line.text, line.positions, line.score)
        for line in engine.lines.read(view, boxes)
        if line.score >= FAINT_SCORE
    )
    read = [line.quad for line in lines]
    unread = (
        quad
        for quad in map(placed, boxes)
        if _is_long(quad) and _share_seen(quad, [*seen, *read]) < HARDLY
    )
    return Faint(lines, tuple(unread))


def _trimmed(faint: Faint) -> Faint:
    lines = (replace(line, quad=grow_by_height(line.quad, 0, TRIM)) for line in faint.lines)
    return Faint(tuple(lines), faint.unread)


def _placed(quad: Quad, factor: float, frame: Frame) -> Quad:
    return quad / factor + frame.corner


def _share_seen(quad: Quad, seen: Sequence[Quad]) -> float:
    box = axis(quad)
    inwards = CORE * min(box.length, box.height)
    core = grow(quad, inwards, inwards)
    return share_covered(core, _near(core, seen))


def _is_long(quad: Quad) -> bool:
    box = axis(quad)
    return max(box.length, box.height) >= LEAST_RATIO * min(box.length, box.height)


def _roughened(grey: Grey, factor: float) -> Grey:
    """Darker by as much as a place's brightness varies: holes are strokes then, dark or light."""
    fine = _resized(grey, 2 * factor).astype(np.float32)
    mean = cv2.GaussianBlur(fine, (0, 0), GRAIN)
    variance = cv2.GaussianBlur(fine * fine, (0, 0), GRAIN) - mean * mean
    rough = np.clip(mean - np.sqrt(np.maximum(variance, 0)), 0, 255).astype(np.uint8)
    return _resized(rough, 0.5)


def _resized(grey: Grey, factor: float) -> Grey:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=method)
    return np.asarray(small, np.uint8)


def _near(quad: Quad, others: Sequence[Quad]) -> list[Quad]:
    low, high = quad.min(axis=0), quad.max(axis=0)
    return [o for o in others if (o.min(axis=0) < high).all() and (o.max(axis=0) > low).all()]
