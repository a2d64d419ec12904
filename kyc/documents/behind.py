"""Owns finding holes on the other page of a booklet by those on this one: they are the same."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.booklets import Booklet
from kyc.documents.faint import Reduced
from kyc.documents.geometry import axis, grow
from kyc.documents.pages import Quad
from kyc.documents.scaling import laid_straight

PIXELS_MM = 3.0
REACH_MM = 10.0
"""How far from the mirrored place: a bent or tilted book has no such fold as a flat one."""

SIZES = (0.94, 0.97, 1.0, 1.03, 1.06)
RULE_MM = 12.0
"""What runs on so far along the page, a fold or a rule, is no part of a number."""

Relief = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Behind:
    """Where the same holes are beyond the fold, in page pixels, and how alike they are, to 1."""

    quad: Quad
    likeness: float


def find_behind(rough: Reduced, punched: Quad, booklet: Booklet) -> Behind:
    """The place near the mirrored one whose roughness is most like that of a punched place."""
    reach = REACH_MM * booklet.millimetre
    area = grow(booklet.behind(punched), reach, reach)
    view = _relief(rough, area, booklet)
    along, across = axis(area).place(punched)
    itself = np.stack([along, across], axis=1) * PIXELS_MM / booklet.millimetre
    cv2.fillPoly(view, [np.round(itself).astype(np.int32)], 0)
    found = [_best(view, _relief(rough, punched, booklet, size)) for size in SIZES]
    likeness, (left, top), (height, width) = max(found)
    unit = booklet.millimetre / PIXELS_MM
    quad = axis(area).box(left * unit, (left + width) * unit, top * unit, (top + height) * unit)
    return Behind(quad, likeness)


def _best(view: Relief, holes: Relief) -> tuple[float, tuple[int, int], tuple[int, ...]]:
    likeness = cv2.matchTemplate(view, holes, cv2.TM_CCOEFF_NORMED)
    _, highest, _, (left, top) = cv2.minMaxLoc(likeness)
    return float(highest), (left, top), holes.shape


def _relief(rough: Reduced, quad: Quad, booklet: Booklet, size: float = 1.0) -> Relief:
    """A place as it reads, without what runs on along it."""
    box = axis(quad)
    sides = np.array([box.length, box.height]) / booklet.millimetre * PIXELS_MM * size
    width, height = (max(1, round(float(side))) for side in sides)
    place = (quad - rough.frame.corner) * rough.factor
    cut = laid_straight(rough.pixels, place, width, height).astype(np.float32)
    return np.asarray(cut - cv2.blur(cut, (round(RULE_MM * PIXELS_MM), 1)), np.float32)
