"""Owns the doubt that a picture was taken of a screen: a grid of pixels is one sharp frequency."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.pages import Pixels

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
    waves = cv2.dft(detail, flags=cv2.DFT_COMPLEX_OUTPUT)[:, : SIDE // 2 + 1]
    strength = np.log1p(cv2.magnitude(waves[..., 0], waves[..., 1]))
    strength = np.fft.fftshift(strength, axes=0)
    above = strength - cv2.blur(strength, (AROUND, AROUND))
    return float(above[looked_at].max())


@cache
def _fixed() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """The window that keeps the borders out, and which frequencies a screen may have."""
    fade = np.hanning(SIDE).astype(np.float32)
    rows, columns = np.ogrid[0:SIDE, 0 : SIDE // 2 + 1]
    frequency = np.hypot(rows - SIDE // 2, columns)
    return fade[:, None] * fade[None], (frequency > LOWEST) & (frequency < HIGHEST)
