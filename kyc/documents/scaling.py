"""Owns drawing pictures anew: smaller ones without skipping a pixel, and places laid straight."""

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.pages import Quad

Picture = npt.NDArray[np.uint8]
"""Height x width x 3, or height x width."""


def scaled(picture: Picture, columns: int, rows: int) -> Picture:
    """The picture at another size.

    Halved by the mean of four pixels as often as that goes, then between neighbours, as the models
    were trained. A mean over fractions of pixels would take ten times as long.
    """
    while picture.shape[0] >= 2 * rows and picture.shape[1] >= 2 * columns:
        picture = halved(picture)
    return np.asarray(cv2.resize(picture, (columns, rows)), np.uint8)


def halved(picture: Picture) -> Picture:
    """The mean of each four pixels; an odd row or column at the end is left out, unless alone."""
    rows, columns = (max(1, side // 2) for side in picture.shape[:2])
    even = picture[: 2 * rows, : 2 * columns]
    small = cv2.resize(even, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def laid_straight(
    picture: Picture, quad: Quad, columns: int, rows: int, method: int = cv2.INTER_LINEAR
) -> Picture:
    """The place under a quad as an upright picture; beyond the edge the edge goes on."""
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    transform = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    straight = cv2.warpPerspective(
        picture, transform, (columns, rows), flags=method, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(straight, np.uint8)
