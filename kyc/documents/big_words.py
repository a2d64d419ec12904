"""Owns pale words in big letters along a page's lines: what stands under one is not looked at.

The detector draws one box for the word, and nothing beneath it gets a box of its own. A word that
lies aslant takes no line's place, and a dark one is a title or a signature.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import median

import cv2
import numpy as np

from kyc.documents.geometry import thickness
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import brightest

HIGH, PRINT = 1.8, 1.5
"""By the median height of lines: a big word has at least the first, print at most the second."""

LEAST_SCORE, LEAST_LETTERS = 0.85, 4
PALE = 0.75
"""How dark its strokes are, by those of the page's print."""

ALONG = 16.0
"""Degrees between the word and the lines."""

GROUND, STROKES = 90, 12
"""Percentiles of brightness in a line's box."""


def is_overwritten(page: Pixels, lines: Sequence[Line]) -> bool:
    """Whether a word as overprints have them was read; lines in page pixels."""
    if not lines:
        return False
    usual = median(thickness(line.quad) for line in lines)
    print_ = [line for line in lines if thickness(line.quad) < PRINT * usual]
    big = [line for line in lines if _is_big_word(line, usual) and _is_along(line, print_)]
    if not big or not print_:
        return False
    dark = median(_darkness(page, line.quad) for line in print_)
    return any(_darkness(page, line.quad) <= PALE * dark for line in big)


def _is_big_word(line: Line, usual: float) -> bool:
    letters = sum(glyph.isalpha() for glyph in line.text)
    sure = line.score >= LEAST_SCORE and letters >= LEAST_LETTERS
    return sure and thickness(line.quad) >= HIGH * usual


def _is_along(word: Line, lines: Iterable[Line]) -> bool:
    """By the middle one of the angles to the lines, which may read any way."""
    apart = [abs(math.remainder(_slope(word.quad) - _slope(line.quad), 180)) for line in lines]
    return bool(apart) and median(apart) <= ALONG


def _slope(quad: Quad) -> float:
    """Degrees of the longer side."""
    first, second, third, _ = quad.tolist()
    sides = (
        (second[0] - first[0], second[1] - first[1]),
        (third[0] - second[0], third[1] - second[1]),
    )
    x, y = max(sides, key=lambda side: math.hypot(*side))
    return math.degrees(math.atan2(y, x))


def _darkness(page: Pixels, quad: Quad) -> float:
    """How much darker the strokes in a box are than their ground, in the brightest channel."""
    left, top, width, height = cv2.boundingRect(quad.astype(np.float32))
    left, top = max(left, 0), max(top, 0)
    view = page[top : top + height, left : left + width]
    if not view.size:
        return 0.0
    within = np.zeros(view.shape[:2], np.uint8)
    cv2.fillConvexPoly(within, np.rint(quad - (left, top)).astype(np.int32), 1)
    ground, strokes = np.percentile(brightest(view)[within > 0], (GROUND, STROKES))
    return float(ground - strokes)
