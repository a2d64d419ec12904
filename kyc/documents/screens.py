"""Owns the doubt that a picture was taken of a screen: a grid of pixels is one sharp frequency."""

import cv2
import numpy as np

from kyc.documents.pages import Pixels

SIDE = 512
SMOOTH, AROUND = 8.0, 31
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
    window = np.hanning(SIDE).astype(np.float32)
    detail = (grey - cv2.GaussianBlur(grey, (0, 0), SMOOTH)) * window[:, None] * window[None]
    strength = np.log1p(np.abs(np.fft.rfft2(detail))).astype(np.float32)
    strength = np.fft.fftshift(strength, axes=0)
    above = strength - cv2.blur(strength, (AROUND, AROUND))
    rows, columns = np.ogrid[0:SIDE, 0 : strength.shape[1]]
    frequency = np.hypot(rows - SIDE // 2, columns)
    return float(above[(frequency > LOWEST) & (frequency < HIGHEST)].max())
