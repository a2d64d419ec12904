"""Owns the doubt that a picture was taken of a screen: a grid of pixels is one sharp frequency."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.pages import Pixels

Floats = npt.NDArray[np.float32]

SIDE, AROUND = 512, 31
LOWEST, HIGHEST = 60, 250
"""Periods from 2 to 8 px: woven grounds and lines of print repeat more slowly, or not at all."""


def screen_peak(page: Pixels) -> float:
    """How far the strongest frequency stands above its neighbours, as a logarithm; 0 if small."""
    height, width = page.shape[:2]
    if min(height, width) < SIDE:
        return 0.0
    top, left = (height - SIDE) // 2, (width - SIDE) // 2
    middle = np.ascontiguousarray(page[top : top + SIDE, left : left + SIDE])
    grey = cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window, looked_at = _fixed()
    detail = (grey - grey.mean()) * window
    strength = np.fft.fftshift(np.log1p(strengths(detail)), axes=0)
    above = strength - cv2.blur(strength, (AROUND, AROUND))
    return float(above[looked_at].max())


def strengths(detail: Floats) -> Floats:
    """By frequency down and along the picture, from 0 up; the half along that tells all.

    OpenCV packs the transform of real numbers, in a tenth of the time: the first and the last
    column hold one frequency along each, by rows as the others hold theirs by columns.
    """
    packed = cv2.dft(detail)
    half = SIDE // 2
    found = np.empty((SIDE, half + 1), np.float32)
    found[:, 1:half] = _size(packed[:, 1:-1:2], packed[:, 2:-1:2])
    for column, values in ((0, packed[:, 0]), (half, packed[:, -1])):
        found[[0, half], column] = np.abs(values[[0, -1]])
        found[1:half, column] = _size(values[1:-1:2], values[2:-1:2])
        found[half + 1 :, column] = found[half - 1 : 0 : -1, column]
    return found


def _size(real: Floats, imaginary: Floats) -> Floats:
    return np.sqrt(real * real + imaginary * imaginary)


@cache
def _fixed() -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The window that keeps the borders out, and which frequencies a screen may have."""
    fade = np.hanning(SIDE).astype(np.float32)
    rows, columns = np.ogrid[0:SIDE, 0 : SIDE // 2 + 1]
    frequency = np.hypot(rows - SIDE // 2, columns)
    return fade[:, None] * fade[None], (frequency > LOWEST) & (frequency < HIGHEST)
