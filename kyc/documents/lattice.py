"""Owns finding holes that were not read: dots at one distance, along a passport and across."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.booklets import Booklet
from kyc.documents.geometry import axis
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.scaling import laid_straight

CELLS_MM = 5
"""Pixels of the view a millimetre: holes are 0.4 to 0.7 mm wide."""

PITCHES_MM = tuple(0.66 + 0.04 * step for step in range(11))
HOLE_MM, GROUND_MM, CONTRAST_MM = 0.12, 0.6, 4
CONTRAST_LIMIT = 2.0
WINDOW_MM = (26, 6)
"""Of a number: so much is alike at least."""

CLOSE_MM = (6, 6)
SHARE = 0.4
"""Of what the middle has: where a number ends."""

MARGIN_MM = 1.0
LEAST_MM = 8
LENGTHS_MM, HEIGHTS_MM, LEAST_RATIO = (20, 90), (6, 17), 1.7
"""Of a number in holes with some ground around; the ends of a faint one may be missing."""

LEAST_LIKENESS = 0.16
"""Of a place to itself one hole further and half a hole further, at most 1. Measured: pages without
holes have 0.13 as a rule, light holes up to 0.6; dark ones have less, and are read."""

Relief = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Area:
    """A part of the booklet in millimetres: along it from its middle, and up from the fold."""

    left: int
    right: int
    top: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left, self.top - self.bottom

    def quad(self, booklet: Booklet, x0: float, y0: float, x1: float, y1: float) -> Quad:
        """Millimetres from the area's upper left corner, as a quad in page pixels."""
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        along, up = booklet.along * booklet.millimetre, booklet.up * booklet.millimetre
        start = booklet.origin + along * self.left + up * self.top
        return np.array([start + along * x - up * y for x, y in corners])


def find_lattices(page: Pixels, booklet: Booklet, lines: Sequence[Line]) -> list[Quad]:
    """Places of holes among the lines of the data page, and of the page beyond the fold."""
    found = (_lattice(page, booklet, area) for area in _areas(booklet, lines))
    return [quad for quad in found if quad is not None]


def _areas(booklet: Booklet, lines: Sequence[Line]) -> list[Area]:
    """What print takes up on each page: cloth beneath them is woven of dots too."""
    areas = []
    for beyond in (False, True):
        own = [line.quad for line in lines if booklet.is_beyond(line.quad) is beyond]
        if not own:
            continue
        points = np.concatenate(own) - booklet.origin
        along = points @ booklet.along / booklet.millimetre
        up = np.clip(points @ booklet.up / booklet.millimetre, *booklet.reach(beyond=beyond))
        low, high = np.floor([along.min(), up.min()]), np.ceil([along.max(), up.max()])
        area = Area(int(low[0]), int(high[0]), int(high[1]), int(low[1]))
        if min(area.size) >= LEAST_MM:
            areas.append(area)
    return areas


def _lattice(page: Pixels, booklet: Booklet, area: Area) -> Quad | None:
    """The place that is most like itself one hole further on, if it is alike enough."""
    relief = _relief(page, booklet, area)
    energy = _by_cells(relief * relief)
    steps = range(int(CELLS_MM * PITCHES_MM[-1]) + 2)
    ways = [[_by_cells(_further(relief, step, way)) for step in steps] for way in (1, 0)]
    maps = [[_gain(way, pitch * CELLS_MM) for way in ways] for pitch in PITCHES_MM]
    likeness = [_least(gains, energy, WINDOW_MM) for gains in maps]
    best = max(range(len(maps)), key=lambda at: float(likeness[at].max()))
    if float(likeness[best].max()) < LEAST_LIKENESS:
        return None
    quad = _extent(likeness[best], _least(maps[best], energy, CLOSE_MM), booklet, area)
    return quad if _is_long(quad, booklet) else None


def _is_long(quad: Quad, booklet: Booklet) -> bool:
    """Whether a place is as long and as high as a number: printers' screens have no such ends."""
    box = axis(quad)
    length, height = box.length / booklet.millimetre, box.height / booklet.millimetre
    wide, high = LENGTHS_MM[0] <= length <= LENGTHS_MM[1], HEIGHTS_MM[0] <= height <= HEIGHTS_MM[1]
    return wide and high and length >= LEAST_RATIO * height


def _extent(far: Relief, close: Relief, booklet: Booklet, area: Area) -> Quad:
    """From the middle of the place as far as it goes on alike."""
    _, _, _, (x, y) = cv2.minMaxLoc(far)
    alike = (close > SHARE * float(far.max())).astype(np.uint8)
    wide = cv2.morphologyEx(alike, cv2.MORPH_CLOSE, np.ones((3, 7), np.uint8))
    wide[y, x] = 1
    labels = cv2.connectedComponents(wide)[1]
    rows, columns = np.nonzero(labels == labels[y, x])
    ends = columns.min() - MARGIN_MM, columns.max() + 1 + MARGIN_MM
    return area.quad(booklet, ends[0], rows.min() - MARGIN_MM, ends[1], rows.max() + 1 + MARGIN_MM)


def _relief(page: Pixels, booklet: Booklet, area: Area) -> Relief:
    """Small things, dark or light, by how much things around vary."""
    width, height = (side * CELLS_MM for side in area.size)
    cut = laid_straight(page, area.quad(booklet, 0, 0, *area.size), width, height)
    grey = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = cv2.GaussianBlur(grey, (0, 0), HOLE_MM * CELLS_MM)
    fine -= cv2.GaussianBlur(grey, (0, 0), GROUND_MM * CELLS_MM)
    varies = np.sqrt(cv2.blur(fine * fine, (CONTRAST_MM * CELLS_MM,) * 2)) + 0.5
    return np.asarray(np.clip(fine / varies, -CONTRAST_LIMIT, CONTRAST_LIMIT), np.float32)


def _further(relief: Relief, step: int, way: int) -> Relief:
    """The product with the same so many pixels further on."""
    product = np.zeros_like(relief)
    end = relief.shape[way] - step
    if way:
        product[:, :end] = relief[:, :end] * relief[:, step:]
    else:
        product[:end] = relief[:end] * relief[step:]
    return product


def _by_cells(relief: Relief) -> Relief:
    height, width = relief.shape
    size = (width // CELLS_MM, height // CELLS_MM)
    return np.asarray(cv2.resize(relief, size, interpolation=cv2.INTER_AREA), np.float32)


def _gain(way: Sequence[Relief], distance: float) -> Relief:
    """More alike at a distance than at its half."""
    return _between(way, distance) - _between(way, distance / 2)


def _between(way: Sequence[Relief], distance: float) -> Relief:
    whole, rest = int(distance), distance % 1
    return (1 - rest) * way[whole] + rest * way[whole + 1]


def _least(gains: Sequence[Relief], energy: Relief, window: tuple[int, int]) -> Relief:
    """Of both ways the lesser, over a window, by what there is at all."""
    around = cv2.blur(energy, window) + 1e-3
    along, across = (cv2.blur(gain, window) / around for gain in gains)
    return np.asarray(np.minimum(along, across), np.float32)
