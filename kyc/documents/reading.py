"""Owns one look at a page: enlarge what is small, find the lines, read them, map them back."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kyc.documents.engine import Engine
from kyc.documents.geometry import share_covered
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.text_boxes import SIDE

MOST_GROWTH = 3.0
SURE = 0.9
SAME_PLACE = 0.8
FRAME_MARGIN = 0.04


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


def whole(page: Pixels) -> Frame:
    return Frame(0, 0, page.shape[1], page.shape[0])


def read(
    engine: Engine, page: Pixels, frame: Frame, side: int = SIDE, known: Sequence[Line] = ()
) -> list[Line]:
    """Lines of text in a frame of the page, in page pixels.

    `known` are lines read before, with nothing to cover in them: a box in the same place is not
    read again.
    """
    factor = min(MOST_GROWTH, SIDE / frame.side) if frame.side < SIDE else 1.0
    view = page[frame.y0 : frame.y1, frame.x0 : frame.x1]
    if factor > 1:
        view = cv2.resize(view, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    bgr = cv2.cvtColor(view, cv2.COLOR_RGB2BGR)
    shift = np.array([frame.x0, frame.y0], float)
    sure = [(line.quad - shift) * factor for line in known if line.score >= SURE]
    boxes = [
        quad
        for quad in engine.boxes.find(bgr, side)
        if not any(share_covered(quad, [other]) > SAME_PLACE for other in _near(quad, sure))
    ]
    return [
        Line(line.quad / factor + shift, line.text, line.positions, line.score)
        for line in engine.lines.read(bgr, boxes)
    ]


def _near(quad: Quad, others: Sequence[Quad]) -> list[Quad]:
    low, high = quad.min(axis=0), quad.max(axis=0)
    return [o for o in others if (o.min(axis=0) < high).all() and (o.max(axis=0) > low).all()]


def around(page: Pixels, lines: Sequence[Line], regions: Sequence[Quad]) -> Frame:
    """The frame that holds all text and everything covered, with a margin."""
    height, width = page.shape[:2]
    quads = [*(line.quad for line in lines), *regions]
    if not quads:
        return whole(page)
    points = np.concatenate(quads)
    margin = FRAME_MARGIN * max(height, width)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    x0, y0 = (int(max(0, value)) for value in low)
    x1, y1 = int(min(width, high[0])), int(min(height, high[1]))
    return Frame(x0, y0, max(x0 + 32, x1), max(y0 + 32, y1))
