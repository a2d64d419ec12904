"""Owns one look at a page: enlarge what is small, find the lines, read them, map them back."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kyc.documents.engine import Engine
from kyc.documents.geometry import Vector, overlapping, share_covered, thickness
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.text_boxes import SIDE

MOST_GROWTH = 3.0
SURE = 0.9
SAME_PLACE = 0.8
SAME_SIZE = 2.0
LEAST_FRAME = 32


@dataclass(frozen=True)
class Frame:
    """A part of the page to look at: x0, y0, x1, y1 in page pixels."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def side(self) -> int:
        return max(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def corner(self) -> Vector:
        return np.array([self.x0, self.y0], float)

    def cut(self, page: Pixels) -> Pixels:
        return page[self.y0 : self.y1, self.x0 : self.x1]


def whole(page: Pixels) -> Frame:
    return Frame(0, 0, page.shape[1], page.shape[0])


def read(
    engine: Engine,
    page: Pixels,
    frame: Frame,
    side: int = SIDE,
    known: Sequence[Line] = (),
    *,
    in_black: bool = False,
) -> list[Line]:
    """Lines of text in a frame of the page, in page pixels.

    `known` are lines read before, with nothing to cover in them: a box in the same place is not
    read again, and what is read runs the same way. `in_black` looks at what is dark in every
    colour, without coloured overprints.
    """
    factor = min(MOST_GROWTH, SIDE / frame.side) if frame.side < SIDE else 1.0
    view = frame.cut(page)
    if factor > 1:
        view = cv2.resize(view, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    if in_black:
        view = brightest(view)
    shift = frame.corner
    sure = [(line.quad - shift) * factor for line in known if line.score >= SURE]
    boxes = [
        quad
        for quad in engine.boxes.find(view, side)
        if not any(share_covered(quad, [other]) > SAME_PLACE for other in _near(quad, sure))
    ]
    return [
        Line(line.quad / factor + shift, line.text, line.positions, line.score)
        for line in engine.lines.read(view, boxes, [line.quad for line in known])
    ]


def brightest(pixels: Pixels) -> Pixels:
    """Each pixel by its brightest channel: black print stays, coloured ink goes pale."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def _near(quad: Quad, others: Sequence[Quad]) -> list[Quad]:
    """Those that overlap, but for a big word across the page, which may have print beneath."""
    most = SAME_SIZE * thickness(quad)
    return [other for other in overlapping(quad, others) if thickness(other) < most]


def around(page: Pixels, quads: Sequence[Quad], margin: float) -> Frame:
    """The frame that holds all quads, wider on each side by a share of its longer side."""
    if not quads:
        return whole(page)
    height, width = page.shape[:2]
    points = np.concatenate(quads)
    low, high = points.min(axis=0), points.max(axis=0)
    extra = margin * float((high - low).max())
    x0 = int(np.clip(low[0] - extra, 0, max(0, width - LEAST_FRAME)))
    y0 = int(np.clip(low[1] - extra, 0, max(0, height - LEAST_FRAME)))
    x1 = int(np.clip(high[0] + extra, x0 + LEAST_FRAME, max(width, x0 + LEAST_FRAME)))
    y1 = int(np.clip(high[1] + extra, y0 + LEAST_FRAME, max(height, y0 + LEAST_FRAME)))
    return Frame(x0, y0, min(x1, width), min(y1, height))
