"""Owns print that a first look does not see: faint numbers, and punched ones.

Two small views make lines of it: one where roughness is dark, for holes, and one without coloured
overprint where contrast is drawn out everywhere, for faint print.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.dates import date_spans
from kyc.documents.engine import Engine
from kyc.documents.geometry import axis, grow, grow_by_height, share_covered, thickness
from kyc.documents.overprint import without_overprint
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import Frame, brightest
from kyc.documents.scaling import halved, scaled
from kyc.documents.thresholds import FAINT_SCORE

SIDE, ROUGH_SIDE = 640, 384
GRAIN = 1.65
"""Of the roughness, in pixels at twice the side: as wide as a hole with half its rim."""

CLIP, TILES = 4.0, (12, 12)
SEEN_SHARE, NEW_SHARE = 0.6, 0.3
"""Of a box's core; half of a number may have been read, or lie under a word in big letters."""

TRIM, CORE = -0.12, -0.2
"""A small view's boxes are higher than the print, which may stand close above other print."""

LEAST_SIDE = 64
SAME_SIZE, MOST_HEIGHT, MOST_PUNCHED = 1.6, 4.0, 5.5
LEAST_READ = 4
LEAST_RATIO, HARDLY = 4.0, 0.15
"""Of a box in which nothing can be read: how long it is, by its height, and the share seen before.

A box that reaches into print that was read is that print's edge.
"""

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Reduced:
    """A small view of a frame, and the boxes that were found in it, in its own pixels."""

    pixels: Grey
    boxes: tuple[Quad, ...]
    frame: Frame

    @property
    def factor(self) -> float:
        """Its pixels, by those of the page."""
        return float(max(self.pixels.shape) / self.frame.side)

    def placed(self, quad: Quad) -> Quad:
        return quad / self.factor + self.frame.corner


@dataclass(frozen=True)
class Faint:
    """Lines that were read with confidence, and long boxes in which nothing could be read.

    `rough` is the view for holes, with all its boxes.
    """

    lines: tuple[Line, ...] = ()
    unread: tuple[Quad, ...] = ()
    rough: Reduced | None = None


@dataclass(frozen=True)
class Seen:
    """Lines that were read, and what is covered; quads in page pixels.

    A big word across the page that was read may have print of another size beneath.
    """

    read: tuple[Quad, ...] = ()
    covered: tuple[Quad, ...] = ()

    def share(self, quad: Quad) -> float:
        """The share of a box's core under what was read of its size, or is covered."""
        height = thickness(quad)
        inwards = CORE * height
        core = grow(quad, inwards, inwards)
        most = SAME_SIZE * height
        alike = (other for other, high in zip(self.read, self._heights, strict=True) if high < most)
        return share_covered(core, [*alike, *self.covered])

    @cached_property
    def _heights(self) -> list[float]:
        return [thickness(quad) for quad in self.read]

    def also(self, lines: Sequence[Line]) -> "Seen":
        return replace(self, read=(*self.read, *(line.quad for line in lines)))

    def has_not(self, lines: Sequence[Line]) -> list[Line]:
        """Those of the lines that stand where nothing else was seen."""
        return [line for line in lines if self.share(line.quad) < NEW_SHARE]

    def highest(self, most: float) -> float:
        """A box that is higher than all print, by `most` heights of a line, is none."""
        return most * median(self._heights) if self.read else float("inf")


def see_faint(
    engine: Engine, page: Pixels, frame: Frame, seen: Seen, unsure: Sequence[Line] = ()
) -> Faint:
    """What stands, in page pixels, where nothing was `seen`.

    `unsure` are lines of a later look: what it takes for print may be the strokes of holes.
    """
    view = frame.cut(page)
    if min(view.shape[:2]) < LEAST_SIDE:
        return Faint()
    near = _halved(view)
    rough = _boxed(engine, _roughened(brightest(near), ROUGH_SIDE / max(near.shape)), frame)
    punched = _trimmed(_read(engine, rough, seen, MOST_PUNCHED))
    plain = _boxed(engine, without_overprint(_resized(near, SIDE / max(near.shape))), frame)
    faint = _read(engine, plain, seen.also([*punched.lines, *unsure]))
    return Faint((*punched.lines, *faint.lines), (*punched.unread, *faint.unread), rough)


def may_be_number(text: str) -> bool:
    """Whether capitals with a digit, as few as four, are what could be read of a number."""
    packed = "".join(text.split())
    digits = sum(glyph.isdigit() for glyph in packed)
    code = packed.isalnum() and packed == packed.upper()
    return code and digits > 0 and len(packed) >= LEAST_READ and not date_spans(text)


def _boxed(engine: Engine, grey: Grey, frame: Frame) -> Reduced:
    view = np.asarray(cv2.createCLAHE(CLIP, TILES).apply(grey), np.uint8)
    return Reduced(view, tuple(engine.boxes.find(view, max(view.shape))), frame)


def _read(engine: Engine, reduced: Reduced, seen: Seen, most: float = MOST_HEIGHT) -> Faint:
    highest = seen.highest(most)
    new = {
        at: quad
        for at, quad in enumerate(map(reduced.placed, reduced.boxes))
        if thickness(quad) < highest and seen.share(quad) < SEEN_SHARE
    }
    lines = tuple(
        replace(line, quad=reduced.placed(line.quad))
        for line in engine.lines.read(reduced.pixels, [reduced.boxes[at] for at in new], seen.read)
        if line.score >= FAINT_SCORE
    )
    all_seen = seen.also(lines)
    unread = (quad for quad in new.values() if _is_long(quad) and all_seen.share(quad) < HARDLY)
    return Faint(lines, tuple(unread))


def _trimmed(faint: Faint) -> Faint:
    lines = (replace(line, quad=grow_by_height(line.quad, 0, TRIM)) for line in faint.lines)
    return Faint(tuple(lines), faint.unread)


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


def _halved(view: Pixels) -> Pixels:
    """Half as large where both views are still smaller: averaging four pixels is soon done."""
    return halved(view) if max(view.shape) >= 4 * ROUGH_SIDE else view


def _resized(grey: Grey, factor: float) -> Grey:
    if factor >= 1:
        large = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        return np.asarray(large, np.uint8)
    rows, columns = (round(side * factor) for side in grey.shape[:2])
    return scaled(grey, columns, rows)
