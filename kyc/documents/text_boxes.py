"""Owns where text is: the PP-OCRv6 detector and the quads read off its probability map."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.pages import Quad
from kyc.documents.scaling import scaled

SIDE = 960
MOST_PIXELS = 1280 * 960
"""A square picture at a side of 1,280 would need another 160 MiB."""

STEP = 32
INK = 0.3
MEAN_INK = 0.5
UNCLIP = 1.6
LEAST_MAP_SIDE, LEAST_SIDE = 3, 5
MOST_BOXES = 1000

View = npt.NDArray[np.uint8]
"""Height x width x 3, RGB; or height x width, grey: three equal channels to the models."""


class TextBoxes:
    """Finds lines of text at `side` px; the session is the detector's."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def find(self, view: View, side: int = SIDE) -> list[Quad]:
        """Quads of text lines in the picture's own pixels, corners in order of a left-right read.

        A picture smaller than `side` is not enlarged here.
        """
        height, width = view.shape[:2]
        factor = min(1.0, side / max(height, width), (MOST_PIXELS / (height * width)) ** 0.5)
        rows, columns = (max(STEP, round(n * factor / STEP) * STEP) for n in (height, width))
        small = scaled(view, columns, rows)
        ink = self.session.run(None, {"x": normalised(small)[None]})[0][0, 0]
        scale = np.array([width / columns, height / rows])
        return [ordered(quad * scale) for quad in _quads(ink)]


def normalised(view: View) -> npt.NDArray[np.float32]:
    """Channels first, -1 to 1, blue before red: what each of the models was trained on."""
    first = np.empty((3, *view.shape[:2]), np.float32)
    if view.ndim == 2:
        np.subtract(view, np.float32(127.5), out=first[0])
        first[0] *= 1 / 127.5
        first[1:] = first[0]
        return first
    for at, channel in enumerate(reversed(cv2.split(view))):
        np.subtract(channel, np.float32(127.5), out=first[at])
    first *= 1 / 127.5
    return first


def _quads(ink: npt.NDArray[np.float32]) -> list[Quad]:
    binary = cv2.dilate((ink > INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours = cv2.findContours(binary, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    found = (_quad(ink, contour) for contour in contours[:MOST_BOXES] if len(contour) >= 4)
    return [quad for quad in found if quad is not None]


def _quad(ink: npt.NDArray[np.float32], contour: npt.NDArray[np.int32]) -> Quad | None:
    """The contour's smallest rectangle, grown as the detector's training shrank it."""
    centre, (width, height), angle = cv2.minAreaRect(contour)
    if min(width, height) < LEAST_MAP_SIDE or _mean_ink(ink, contour) < MEAN_INK:
        return None
    growth = width * height * UNCLIP / (width + height)
    width, height = width + growth, height + growth
    if min(width, height) < LEAST_SIDE:
        return None
    return np.asarray(cv2.boxPoints((centre, (width, height), angle)), np.float64)


def _mean_ink(ink: npt.NDArray[np.float32], contour: npt.NDArray[np.int32]) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour - np.array([[x, y]], np.int32)], 1)
    return float(cv2.mean(ink[y : y + height, x : x + width], mask)[0])


def ordered(quad: Quad) -> Quad:
    """Corners as top left, top right, bottom right, bottom left of the picture."""
    by_x = quad[np.argsort(quad[:, 0])]
    left, right = (pair[np.argsort(pair[:, 1])] for pair in (by_x[:2], by_x[2:]))
    return np.array([left[0], right[0], right[1], left[1]])
