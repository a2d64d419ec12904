"""Owns what only looks like a code: bars that run one way, dense black and white texture."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.bars import has_bars
from kyc.documents.geometry import grow, mask_of
from kyc.documents.levels import percentile
from kyc.documents.pages import Quad

Grey = npt.NDArray[np.uint8]
Steps = npt.NDArray[np.int16]

MARGIN = 0.05
LEAST_LEVEL, LEVEL_OVER_MEAN = 130.0, 1.4
LEAST_FILL = 0.7

TEXTURE_WINDOW = 36
EDGE = 1200
LEAST_EDGES = 0.62
LEAST_CONTRAST = 60.0
SOFT_WINDOW, SOFT_EDGE, SOFT_EDGES = 36, 300, 0.66
SOFT_CONTRAST, SOFT_WHITE = 50.0, 190


def stripes(grey: Grey) -> Iterator[Quad]:
    """Bands of strong edges that run one way, alike from row to row, as bars do and text not.

    Bars across and bars along the picture are looked for; about 20 degrees of tilt are borne, and
    blur and scratches that keep a code from being decoded.
    """
    across, down = _edges(grey)
    yield from _bands(grey, across, down)
    upright, lying = np.ascontiguousarray(down.T), np.ascontiguousarray(across.T)
    for quad in _bands(np.ascontiguousarray(grey.T), upright, lying):
        yield quad[:, ::-1]


def _bands(grey: Grey, across: Steps, down: Steps) -> Iterator[Quad]:
    side = max(grey.shape)
    upright = cv2.subtract(across, down)
    cv2.max(upright, 0, dst=upright)
    level = cv2.boxFilter(upright, cv2.CV_32F, (side // 30 | 1, side // 150 | 1))
    found = (level > max(LEAST_LEVEL, LEVEL_OVER_MEAN * float(level.mean()))).astype(np.uint8)
    found = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((1, side // 50), np.uint8))
    bar = np.ones((max(1, side // 120), side // 24), np.uint8)
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, bar)
    for quad in _rectangles(found, side / 160, side / 22, 60):
        if not _touches_border(quad, grey) and has_bars(quad, grey):
            yield _widened(quad, side / 150)


def textures(grey: Grey) -> Iterator[Quad]:
    """Blocks of strong edges without the quiet rows that part lines of text (PDF417, QR).

    Looked for at full and at half size, for small modules and for large ones.
    """
    yield from _dense(grey)
    for quad in _dense(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)):
        yield quad * 2


def _dense(grey: Grey) -> Iterator[Quad]:
    side = max(grey.shape)
    window = (side // TEXTURE_WINDOW | 1,) * 2
    across, down = _edges(grey)
    edges = (across + down > EDGE).astype(np.uint8)
    dense = (cv2.boxFilter(edges, cv2.CV_32F, window) > LEAST_EDGES).astype(np.uint8)
    dense = cv2.morphologyEx(dense, cv2.MORPH_OPEN, np.ones(window, np.uint8))
    for quad in _rectangles(dense, side / 24, side / 16, 8):
        inside = grey[mask_of([quad], *grey.shape) > 0]
        if float(inside.std()) >= LEAST_CONTRAST:
            yield grow(quad, window[0] / 2, window[0] / 2)


def soft_textures(grey: Grey) -> Iterator[Quad]:
    """Blocks that were black and white before they were blurred: what is left of a code's edges.

    Looked for at half size. Print has quiet rows, a portrait has no white and little contrast.
    """
    for quad in _softly_dense(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)):
        yield quad * 2


def _softly_dense(small: Grey) -> Iterator[Quad]:
    side = max(small.shape)
    window = (side // SOFT_WINDOW | 1,) * 2
    across, down = _edges(small)
    edges = (across + down > SOFT_EDGE).astype(np.uint8)
    dense = (cv2.boxFilter(edges, cv2.CV_32F, window) > SOFT_EDGES).astype(np.uint8)
    dense = cv2.morphologyEx(dense, cv2.MORPH_OPEN, np.ones(window, np.uint8))
    for quad in _rectangles(dense, side / 40, side / 16, 8):
        inside = small[mask_of([quad], *small.shape) > 0]
        if float(inside.std()) >= SOFT_CONTRAST and percentile(inside, 95) >= SOFT_WHITE:
            yield grow(quad, window[0] / 2, window[0] / 2)


def _edges(grey: Grey) -> tuple[Steps, Steps]:
    """How steep grey changes along rows and down columns; the sum of both is below 8,160."""
    along, down = cv2.Scharr(grey, cv2.CV_16S, 1, 0), cv2.Scharr(grey, cv2.CV_16S, 0, 1)
    return cv2.absdiff(along, 0), cv2.absdiff(down, 0)


def _rectangles(
    mask: npt.NDArray[np.uint8], least_short: float, least_long: float, longest: float
) -> Iterator[Quad]:
    """Rectangles around the mask's blobs that are big, stout and full enough."""
    for contour in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        rectangle = cv2.minAreaRect(contour)
        short, long = sorted(rectangle[1])
        if short < least_short or long < least_long or long > longest * short:
            continue
        if cv2.contourArea(contour) >= LEAST_FILL * short * long:
            yield np.asarray(cv2.boxPoints(rectangle), np.float64)


def _touches_border(quad: Quad, grey: Grey) -> bool:
    """Edges of the page and of the table are stripes too."""
    height, width = grey.shape
    low, high = quad.min(axis=0), quad.max(axis=0)
    return bool(low.min() <= 1 or high[0] >= width - 2 or high[1] >= height - 2)


def _widened(quad: Quad, blur: float) -> Quad:
    """Out to the quiet zone, and by half the window that the averaging took off."""
    margin = MARGIN * max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[3] - quad[0])))
    return grow(quad, margin + blur, margin + blur)
