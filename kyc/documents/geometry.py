"""Owns the arithmetic of quads: axes, parts, growth, rows, overlap."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kyc.documents.pages import Pixels, Quad

Vector = NDArray[np.float64]
Mask = NDArray[np.uint8]

LEAST = 1e-6


@dataclass(frozen=True)
class Axis:
    """A quad as an oriented box: where it starts, which way it reads, how long and high it is."""

    origin: Vector
    along: Vector
    across: Vector
    length: float
    height: float
    centre: Vector

    def place(self, points: Quad) -> tuple[Vector, Vector]:
        """Coordinates of points along and across the reading direction, from the origin."""
        relative = points - self.origin
        return relative @ self.along, relative @ self.across

    def box(self, start: float, end: float, top: float, bottom: float) -> Quad:
        """The quad between two positions along and two positions across, in pixels."""
        corners = [(start, top), (end, top), (end, bottom), (start, bottom)]
        return np.array([self.origin + self.along * a + self.across * c for a, c in corners])


def axis(quad: Quad) -> Axis:
    top, side = quad[1] - quad[0], quad[3] - quad[0]
    length, height = float(np.hypot(*top)), float(np.hypot(*side))
    along = top / (length + LEAST)
    return Axis(quad[0], along, side / (height + LEAST), length, height, quad.mean(axis=0))


def thickness(quad: Quad) -> float:
    """The shorter side: a line's height, whichever way it reads."""
    box = axis(quad)
    return min(box.length, box.height)


def part(quad: Quad, start: float, end: float) -> Quad:
    """The stretch of a line between two fractions of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return np.array(
        [
            quad[0] + top * start,
            quad[0] + top * end,
            quad[3] + bottom * end,
            quad[3] + bottom * start,
        ]
    )


def grow(quad: Quad, along: float, across: float) -> Quad:
    """Push the sides outwards by pixels along and across the reading direction."""
    box = axis(quad)
    right, down = box.along * along, box.across * across
    return np.asarray(quad + np.array([-right - down, right - down, right + down, -right + down]))


def grow_by_height(quad: Quad, along: float, across: float) -> Quad:
    """Push the sides outwards by fractions of the line's height."""
    height = axis(quad).height
    return grow(quad, along * height, across * height)


def gap_on_row(row: Quad, other: Quad, tolerance: float = 0.5) -> float | None:
    """Distance along the row to a quad on the same row (negative: overlap), or None when it is off.

    Off means a centre further than `tolerance` heights from the row or another text height.
    """
    box, other_box = axis(row), axis(other)
    offset = (other_box.centre - box.centre) @ box.across
    if abs(offset) > tolerance * box.height:
        return None
    if not 0.55 < other_box.height / (box.height + LEAST) < 1.8:
        return None
    places, _ = box.place(other)
    first, last = float(places.min()), float(places.max())
    return first - box.length if first > 0 else -last


def tilt(first: Quad, second: Quad) -> float:
    """Cosine between two reading directions."""
    return float(np.dot(axis(first).along, axis(second).along))


def share_covered(quad: Quad, by: Iterable[Quad]) -> float:
    """Share of a quad's area that lies under other quads."""
    start = np.floor(quad.min(axis=0))
    width, height = (np.ceil(quad.max(axis=0)) - start + 1).astype(int)
    if width * height > 8_000_000:
        return 0.0
    shape, covers = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    cv2.fillPoly(shape, [_whole(quad - start)], 1)
    for other in by:
        cv2.fillPoly(covers, [_whole(other - start)], 1)
    return float((shape & covers).sum() / max(1, shape.sum()))


def mask_of(quads: Iterable[Quad], height: int, width: int) -> Mask:
    """255 where any quad covers a pixel, its outline included."""
    mask = np.zeros((height, width), np.uint8)
    for quad in quads:
        cv2.fillPoly(mask, [_whole(quad)], 255)
    return mask


def fill(quads: Iterable[Quad], pixels: Pixels, colour: tuple[int, int, int]) -> None:
    """Overwrite the pixels of which `mask_of` would tell that a quad covers them."""
    for quad in quads:
        cv2.fillPoly(pixels, [_whole(quad)], colour)


def _whole(quad: Quad) -> NDArray[np.int32]:
    return np.clip(np.round(quad), -30_000, 30_000).astype(np.int32)


def upright_box(x0: float, y0: float, x1: float, y1: float) -> Quad:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)
