"""Owns print that a first look does not see: faint numbers, and punched ones.

A small view with its contrast drawn out everywhere makes lines of faint print, and of dots.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from kyc.documents.engine import Engine
from kyc.documents.geometry import share_covered
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import Frame
from kyc.documents.thresholds import FAINT_SCORE

SIDE = 640
CLIP, TILES = 4.0, (12, 12)
SEEN_SHARE = 0.3
LEAST_SIDE = 64


def faint_lines(engine: Engine, page: Pixels, frame: Frame, seen: Sequence[Quad]) -> list[Line]:
    """Lines in page pixels that stand where nothing was `seen` and were read with confidence."""
    view = frame.cut(page)
    if min(view.shape[:2]) < LEAST_SIDE:
        return []
    factor = SIDE / max(view.shape[:2])
    shift = frame.corner
    enhanced = _drawn_out(view, factor)
    boxes = [
        quad
        for quad in engine.boxes.find(enhanced, SIDE)
        if share_covered(quad / factor + shift, _near(quad / factor + shift, seen)) < SEEN_SHARE
    ]
    return [
        Line(line.quad / factor + shift, line.text, line.positions, line.score)
        for line in engine.lines.read(enhanced, boxes)
        if line.score >= FAINT_SCORE
    ]


def _drawn_out(view: Pixels, factor: float) -> Pixels:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    grey = cv2.resize(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY), None, fx=factor, fy=factor,
                      interpolation=method)  # fmt: skip
    even = cv2.createCLAHE(CLIP, TILES).apply(grey)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2BGR), np.uint8)


def _near(quad: Quad, others: Sequence[Quad]) -> list[Quad]:
    low, high = quad.min(axis=0), quad.max(axis=0)
    return [o for o in others if (o.min(axis=0) < high).all() and (o.max(axis=0) > low).all()]
