"""Owns the doubts about a picture that send it to a person: blur, glare, small text."""

from collections.abc import Iterator, Sequence
from statistics import median

import cv2
import numpy as np

from kyc.documents.geometry import axis, mask_of
from kyc.documents.pages import Line, Pixels

LEAST_TEXT_HEIGHT = 14.0
"""Median height of the lines' quads; a document that fills a phone's photo has 25 or more."""

LEAST_SCORE = 0.8
"""Mean confidence by character: sharp specimens have 0.95, motion blur takes it below 0.8."""

WHITE = 252
GLARE_SHARE = 0.02
BRIGHT_PAPER = 225


def doubts(page: Pixels, lines: Sequence[Line]) -> Iterator[str]:
    """Reason codes; where no line was read there is nothing to measure."""
    if not lines:
        return
    if median(axis(line.quad).height for line in lines) < LEAST_TEXT_HEIGHT:
        yield "small_text"
    glyphs = sum(len(line.text) for line in lines)
    if sum(line.score * len(line.text) for line in lines) < LEAST_SCORE * glyphs:
        yield "blurred"
    if _glares(page, lines):
        yield "glare"


def _glares(page: Pixels, lines: Sequence[Line]) -> bool:
    """A burnt-out spot inside the hull of the text, where the paper around is not white."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    points = np.concatenate([line.quad for line in lines]).astype(np.float32)
    hull = mask_of([cv2.convexHull(points)[:, 0].astype(np.float64)], *grey.shape) > 0
    if not hull.any() or float(np.median(grey[hull])) > BRIGHT_PAPER:
        return False
    spots = ((grey >= WHITE) & hull).astype(np.uint8)
    spots = cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(spots)
    biggest = max((int(area) for area in stats[1:, cv2.CC_STAT_AREA]), default=0)
    return biggest > GLARE_SHARE * int(hull.sum())
