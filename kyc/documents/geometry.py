"""Owns the arithmetic of quads: axes, parts, growth, rows, overlap."""

import math
from collections.abc import Iterable, Sequence
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

    quad: Quad
    along: Vector
    across: Vector
    length: float
    height: float

    @property
    def origin(self) -> Vector:
        return np.asarray(self.quad[0])

    @property
    def centre(self) -> Vector:
        return np.array(_middle(self.quad))

    def place(self, points: Quad) -> tuple[Vector, Vector]:
        """Coordinates of points along and across the reading direction, from the origin."""
        relative = points - self.origin
        return relative @ self.along, relative @ self.across

    def box(self, start: float, end: float, top: float, bottom: float) -> Quad:
        """The quad between two positions along and two positions across, in pixels."""
        corners = [(start, top), (end, top), (end, bottom), (start, bottom)]
        return np.array([self.origin + self.along * a + self.across * c for a, c in corners])


def axis(quad: Quad) -> Axis:
    """Plain numbers: arrays of two are slower by far, and a page asks for a thousand axes."""
    along_x, along_y, length, across_x, across_y, height = _sides(quad)
    long, high = length + LEAST, height + LEAST
    along, across = (along_x / long, along_y / long), (across_x / high, across_y / high)
    return Axis(quad, np.array(along), np.array(across), length, height)


def _sides(quad: Quad) -> tuple[float, float, float, float, float, float]:
    """Of the top and of the left side: across the picture, down it, and how long."""
    (x, y), (right, right_y), _, (down_x, down) = quad.tolist()
    top_x, top_y, side_x, side_y = right - x, right_y - y, down_x - x, down - y
    return top_x, top_y, math.hypot(top_x, top_y), side_x, side_y, math.hypot(side_x, side_y)


def _middle(quad: Quad) -> tuple[float, float]:
    (a, b), (c, d), (e, f), (g, h) = quad.tolist()
    return (a + c + e + g) / 4, (b + d + f + h) / 4


def thickness(quad: Quad) -> float:
    """The shorter side: a line's height, whichever way it reads."""
    _, _, length, _, _, height = _sides(quad)
    return min(length, height)


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
    along_x, along_y, length, across_x, across_y, height = _sides(quad)
    right, down = along / (length + LEAST), across / (height + LEAST)
    x, y, down_x, down_y = along_x * right, along_y * right, across_x * down, across_y * down
    push = [(-x - down_x, -y - down_y), (x - down_x, y - down_y)]
    return np.asarray(quad + np.array([*push, *((-px, -py) for px, py in push)]))


def grow_by_height(quad: Quad, along: float, across: float) -> Quad:
    """Push the sides outwards by fractions of the line's height."""
    height = axis(quad).height
    return grow(quad, along * height, across * height)


def gap_on_row(row: Quad, other: Quad, tolerance: float = 0.5) -> float | None:
    """Distance along the row to a quad on the same row (negative: overlap), or None when it is off.

    Off means a centre further than `tolerance` heights from the row or another text height.
    """
    _, _, _, across_x, across_y, height = _sides(row)
    (x, y), (other_x, other_y) = _middle(row), _middle(other)
    offset = ((other_x - x) * across_x + (other_y - y) * across_y) / (height + LEAST)
    if abs(offset) > tolerance * height:
        return None
    if not 0.55 < _sides(other)[5] / (height + LEAST) < 1.8:
        return None
    box = axis(row)
    places, _ = box.place(other)
    first, last = float(places.min()), float(places.max())
    return first - box.length if first > 0 else -last


def tilt(first: Quad, second: Quad) -> float:
    """Cosine between two reading directions."""
    return float(np.dot(axis(first).along, axis(second).along))


def share_covered(quad: Quad, by: Iterable[Quad]) -> float:
    """Share of a quad's area that lies under other quads."""
    others = overlapping(quad, list(by))
    if not others:
        return 0.0
    start = np.floor(quad.min(axis=0))
    width, height = (np.ceil(quad.max(axis=0)) - start + 1).astype(int)
    if width * height > 8_000_000:
        return 0.0
    shape, covers = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    cv2.fillPoly(shape, [_whole(quad - start)], 1)
    for other in others:
        cv2.fillPoly(covers, [_whole(other - start)], 1)
    return cv2.countNonZero(shape & covers) / max(1, cv2.countNonZero(shape))


def overlapping(quad: Quad, others: Sequence[Quad]) -> list[Quad]:
    """Those of the others whose upright frames come within a pixel of the quad's."""
    if not others:
        return []
    corners = np.array(others)
    low, high = quad.min(axis=0) - 1, quad.max(axis=0) + 1
    near = (corners.min(axis=1) <= high) & (corners.max(axis=1) >= low)
    return [
        other for other, is_near in zip(others, near.all(axis=1).tolist(), strict=True) if is_near
    ]


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
