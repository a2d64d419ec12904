"""Owns perforated numbers: narrow straight bands of equal, evenly spaced dots."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import grow
from kyc.documents.levels import percentile
from kyc.documents.pages import Pixels, Quad

SIDE = 1000
CORE = 13
LEAST_STEP, PERCENTILE = 18.0, 97
AREA, SIDES, LEAST_ROUND, LEAST_FULL = (6, 90), (2, 12), 0.6, 0.6
REACH, SIZE_RATIO = 22.0, 2.0
LEAST_DOTS, MOST_CANDIDATES = 28, 3000
BAND_HEIGHT, BAND_LENGTH, BAND_RATIO = (6, 70), 110, 3.2
SPACING, MOST_UNEVEN = (4, 14), 0.35
MARGIN, OVERSHOOT = 12.0, 0.2
"""A character at either end is often set apart; the band is drawn longer than it was seen."""

Points = npt.NDArray[np.float64]


def dotted_bands(page: Pixels) -> Iterator[Quad]:
    """Quads, in page pixels, of bands of holes burnt through or punched into the page.

    Finds about half of those in the specimens and takes nothing else for one.
    """
    factor = SIDE / max(page.shape[:2])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small = cv2.resize(page, None, fx=factor, fy=factor, interpolation=method)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    for relief in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
        centres, areas = _dots(grey, relief)
        if LEAST_DOTS <= len(centres) <= MOST_CANDIDATES:
            for group in _groups(centres, areas):
                quad = _band(centres[group])
                if quad is not None:
                    yield quad / factor


def _dots(grey: npt.NDArray[np.uint8], relief: int) -> tuple[Points, Points]:
    """Centres and areas of small round blobs that stand out from their surroundings."""
    core = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (CORE, CORE))
    height = cv2.morphologyEx(grey, relief, core)
    step = max(LEAST_STEP, percentile(height, PERCENTILE) * 0.6)
    _, _, stats, centres = cv2.connectedComponentsWithStats((height > step).astype(np.uint8))
    width, tall, area = (stats[:, at].astype(float) for at in (2, 3, 4))
    narrow, wide = np.minimum(width, tall), np.maximum(width, tall)
    good = (area >= AREA[0]) & (area <= AREA[1]) & (narrow >= SIDES[0]) & (wide <= SIDES[1])
    good &= (narrow / wide > LEAST_ROUND) & (area / (width * tall) > LEAST_FULL)
    return centres[good], area[good]


def _groups(centres: Points, areas: Points) -> Iterator[npt.NDArray[np.intp]]:
    """Sets of dots of like size, each within reach of another of its set.

    Only the dots at a set's edge are compared with those that are left: all with all would be
    hundreds of megabytes on a grainy page.
    """
    left = np.arange(len(centres))
    while len(left):
        edge, left = left[:1], left[1:]
        group = [edge]
        while len(edge) and len(left):
            linked = _linked(centres[edge], areas[edge], centres[left], areas[left])
            edge, left = left[linked], left[~linked]
            group.append(edge)
        if sum(map(len, group)) >= LEAST_DOTS:
            yield np.sort(np.concatenate(group))


def _linked(
    edge: Points, edge_areas: Points, left: Points, left_areas: Points
) -> npt.NDArray[np.bool_]:
    """Which of those left are near one of the edge, and as big as that one."""
    across, down = (edge[:, None, at] - left[None, :, at] for at in (0, 1))
    ratio = edge_areas[:, None] / left_areas[None]
    near = across * across + down * down < REACH * REACH
    alike = (ratio < SIZE_RATIO) & (ratio > 1 / SIZE_RATIO)
    return np.asarray((near & alike).any(axis=0))


def _band(dots: Points) -> Quad | None:
    """The band around a set of dots when it is as straight, long and even as a number."""
    rectangle = cv2.minAreaRect(dots.astype(np.float32))
    short, long = sorted(rectangle[1])
    if not BAND_HEIGHT[0] <= short <= BAND_HEIGHT[1]:
        return None
    if long < BAND_LENGTH or long < BAND_RATIO * short:
        return None
    apart = np.linalg.norm(dots[:, None] - dots[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = apart.min(axis=1)
    even = float(nearest.std() / nearest.mean()) <= MOST_UNEVEN
    if not even or not SPACING[0] <= float(np.median(nearest)) <= SPACING[1]:
        return None
    quad = np.asarray(cv2.boxPoints(rectangle), np.float64)
    if np.hypot(*(quad[1] - quad[0])) < np.hypot(*(quad[3] - quad[0])):
        quad = np.roll(quad, -1, axis=0)
    return grow(quad, MARGIN + OVERSHOOT * long, MARGIN)
