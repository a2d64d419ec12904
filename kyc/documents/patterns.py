"""Owns what only looks like a code: bars that run one way, dense black and white texture."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.bars import has_bars, is_half_dark
from kyc.documents.geometry import grow
from kyc.documents.levels import percentile, values_in
from kyc.documents.pages import Quad
from kyc.documents.scaling import halved, laid_straight

Grey = npt.NDArray[np.uint8]

STEEP = 1 / 8
"""Of a Scharr step, so that a byte holds it; steeper ones than 2,040 are all the same."""

CELL = 4
"""Pixels a cell, by which shares of edges are counted: blobs need no finer outline."""

MARGIN = 0.05
LEAST_LEVEL, LEVEL_OVER_MEAN = 16.0, 1.4
LEAST_FILL = 0.7

TEXTURE_WINDOW = 36
EDGE, LEAST_EDGES, LEAST_CONTRAST = 150, 0.62, 60.0
SOFT_EDGE, SOFT_EDGES, SOFT_CONTRAST, SOFT_WHITE = 37, 0.66, 50.0, 190

PARTS, PART, CALM, LEAST_VARIED = 4, 16, 20, 0.5
"""A block's parts along a side, their pixels, which percentile of them is the calmest that counts,
and how much that varies by the whole. Measured: codes have 0.59 and more, portraits up to 0.45.
"""

ENDS, LONG = 0.12, 1.6
"""Of a block that is so many times as long as high: its ends, where there are few edges."""

SMALL, SQUARE = 16, 1.3
"""Of the picture's side, of a block's: a smaller one is a code if it is square and half dark."""

BUSY_EDGE, BUSY_WINDOW, BUSY_EDGES, COARSE_EDGES = 80, 28, 0.4, 0.5
"""Where a code can be at all: edges as those of a code in the shade."""

BUSY_AROUND, BUSY_REACH, BUSY_MARGIN = 45, 0.12, 200
"""What is looked at with it: wide bars and the quiet zone at the ends of a code are not busy."""


@dataclass(frozen=True)
class Relief:
    """A picture, and how steep it is along rows and down columns: what all searches start from."""

    grey: Grey
    across: Grey
    down: Grey

    @classmethod
    def of(cls, grey: Grey) -> "Relief":
        along, down = cv2.Scharr(grey, cv2.CV_16S, 1, 0), cv2.Scharr(grey, cv2.CV_16S, 0, 1)
        steep = (cv2.convertScaleAbs(way, alpha=STEEP) for way in (along, down))
        return cls(grey, *(np.asarray(way, np.uint8) for way in steep))

    @cached_property
    def edges(self) -> Grey:
        return np.asarray(cv2.add(self.across, self.down), np.uint8)

    @cached_property
    def half(self) -> "Relief":
        return Relief.of(_smaller(self.grey, 2))


def busy_places(relief: Relief) -> Iterator[tuple[slice, slice]]:
    """Rows and columns in which a matrix code or stout bars may be; elsewhere there are none."""
    side = max(relief.grey.shape)
    half, quarter = relief.half, relief.half.half
    fine = _shares(half.edges, BUSY_EDGE, CELL // 2, side // BUSY_WINDOW)
    coarse = _shares(quarter.edges, BUSY_EDGE, CELL // 4, side // BUSY_WINDOW)
    found = ((fine > BUSY_EDGES * 255) | (coarse > COARSE_EDGES * 255)).astype(np.uint8)
    around = cv2.dilate(found, np.ones((side // BUSY_AROUND // CELL | 1,) * 2, np.uint8))
    for *corner, width, height, _ in cv2.connectedComponentsWithStats(around)[2][1:]:
        start, size = np.array(corner) * CELL, np.array([width, height]) * CELL
        extra = (BUSY_REACH * size + side / BUSY_MARGIN).astype(int)
        left, top = np.maximum(start - extra, 0)
        right, bottom = start + size + extra
        yield slice(top, bottom), slice(left, right)


def stripes(relief: Relief) -> Iterator[Quad]:
    """Bands of strong edges that run one way, alike from row to row, as bars do and text not.

    Bars across and bars along the picture are looked for; about 20 degrees of tilt are borne, and
    blur and scratches that keep a code from being decoded.
    """
    side = max(relief.grey.shape)
    for steep, other, lies in ((relief.across, relief.down, 1), (relief.down, relief.across, -1)):
        level = _smaller(np.asarray(cv2.subtract(steep, other), np.uint8), 2)
        for quad in _bands(level, side, lies):
            if not _touches_border(quad, relief.grey) and has_bars(quad, relief.grey):
                yield _widened(quad, side / 150)


def _bands(level: Grey, side: int, lies: int) -> Iterator[Quad]:
    """Bands in a picture of half the `side`, lying where `lies` is 1 and upright where it is -1."""
    window = (side // 60 | 1, side // 300 | 1)[::lies]
    mean = cv2.boxFilter(level, cv2.CV_32F, window)
    found = (mean > max(LEAST_LEVEL, LEVEL_OVER_MEAN * cv2.mean(level)[0])).astype(np.uint8)
    gap, bar = (1, side // 100)[::lies], (max(1, side // 240), side // 48)[::lies]
    found = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones(gap, np.uint8))
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones(bar, np.uint8))
    for quad in _rectangles(found, side / 320, side / 44, 60):
        yield _enlarged(quad, 2)


def textures(relief: Relief) -> Iterator[Quad]:
    """Blocks of strong edges without the quiet rows that part lines of text (PDF417, QR).

    Looked for at full and at half size, for small modules and for large ones.
    """
    side = max(relief.grey.shape)
    for view, cell in ((relief, CELL), (relief.half, CELL // 2)):
        for core, quad in _dense(view.edges, (EDGE, LEAST_EDGES), cell, side / 24):
            contrast = float(values_in(quad, relief.grey).std())
            if contrast >= LEAST_CONTRAST and not _is_small(core, side):
                yield quad


def soft_textures(relief: Relief) -> Iterator[Quad]:
    """Blocks that were black and white before they were blurred: what is left of a code's edges.

    Looked for at half size. Print has quiet rows, a portrait has no white and little contrast, or
    places that are all of one shade.
    """
    side = max(relief.grey.shape)
    for core, quad in _dense(relief.half.edges, (SOFT_EDGE, SOFT_EDGES), CELL // 2, side / 40):
        if _is_small(core, side) and not (_is_square(core) and is_half_dark(core, relief.grey)):
            continue
        inside = values_in(quad, relief.grey)
        if float(inside.std()) < SOFT_CONTRAST or percentile(inside, 95) < SOFT_WHITE:
            continue
        if _is_varied(quad, relief.grey):
            yield quad


def _dense(
    edges: Grey, least: tuple[float, float], cell: int, least_short: float
) -> Iterator[tuple[Quad, Quad]]:
    """Blobs with enough edges everywhere, and all of what they are the core of.

    In pixels of the full picture; `least` is how steep an edge is, and the share of edges.
    """
    side = max(edges.shape) * CELL // cell
    window = (side // TEXTURE_WINDOW // CELL | 1,) * 2
    share = _shares(edges, least[0], cell, window[0] * CELL)
    dense = (share > least[1] * 255).astype(np.uint8)
    dense = cv2.morphologyEx(dense, cv2.MORPH_OPEN, np.ones(window, np.uint8))
    for quad in _rectangles(dense, least_short / CELL, side / 24 / CELL, 8):
        core = _enlarged(quad, CELL)
        yield core, _with_ends(core, window[0] * CELL / 2)


def _is_small(quad: Quad, side: int) -> bool:
    """Whether a block has no room for more than a small matrix."""
    return max(_sides(quad)) < side / SMALL


def _is_varied(quad: Quad, grey: Grey) -> bool:
    """Whether nearly all parts of a block vary as the whole does, as black and white modules do."""
    block = laid_straight(grey, quad, PARTS * PART, PARTS * PART, cv2.INTER_AREA)
    parts = block.reshape(PARTS, PART, PARTS, PART).transpose(0, 2, 1, 3).reshape(-1, PART * PART)
    calm = float(np.percentile(parts.std(axis=1), CALM))
    return calm >= LEAST_VARIED * float(block.std())


def _is_square(quad: Quad) -> bool:
    return max(_sides(quad)) < SQUARE * min(_sides(quad))


def _sides(quad: Quad) -> tuple[float, float]:
    return float(np.hypot(*(quad[1] - quad[0]))), float(np.hypot(*(quad[3] - quad[0])))


def _with_ends(quad: Quad, window: float) -> Quad:
    """Out by half the window, and along the block over the wide bars that PDF417 ends in."""
    wide, high = _sides(quad)
    along = ENDS * wide if wide > LONG * high else 0.0
    across = ENDS * high if high > LONG * wide else 0.0
    return grow(quad, window + along, window + across)


def _shares(edges: Grey, least: float, cell: int, window: int) -> Grey:
    """By cells of so many pixels, the share of edges in the window around, 255 for all."""
    steep = np.asarray(cv2.threshold(edges, least, 255, cv2.THRESH_BINARY)[1], np.uint8)
    return np.asarray(cv2.blur(_smaller(steep, cell), (window // CELL | 1,) * 2), np.uint8)


def _smaller(grey: Grey, by: int) -> Grey:
    """Halved until it is so many times smaller, a power of two."""
    for _ in range(by.bit_length() - 1):
        grey = halved(grey)
    return grey


def _enlarged(quad: Quad, by: int) -> Quad:
    """From the middles of cells to those of pixels."""
    return (quad + 0.5) * by - 0.5


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
    return bool(low.min() <= 2 or high[0] >= width - 3 or high[1] >= height - 3)


def _widened(quad: Quad, blur: float) -> Quad:
    """Out to the quiet zone, and by half the window that the averaging took off."""
    margin = MARGIN * max(_sides(quad))
    return grow(quad, margin + blur, margin + blur)
