"""Owns pale words in big letters along a page's lines: what stands under one is not looked at.

The detector draws one box for the word, and nothing beneath it gets a box of its own. A word that
lies steeply aslant takes no line's place, and a dark one is a title or a signature.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import thickness, tilt
from kyc.documents.leaning import lean
from kyc.documents.levels import Grey, cut, percentile, values_in
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import brightest
from kyc.documents.unexplained import is_named

HIGH, PRINT = 1.8, 1.5
"""By the median height of lines: a big word has at least the first, print at most the second."""

LEAST_SCORE, LEAST_LETTERS, WORD = 0.85, 4, 0.85
"""The last is the share of letters of all that was read."""

PALE = 0.85
"""How dark its strokes are, by those of the page's print."""

AROUND = 0.25
"""Of a line's height: how far its ground is looked for, wider than a stroke, so that the edge of a
shadow is none."""

MOST_LEAN, SURELY = 21, 22.5
ALONG = math.cos(math.radians(MOST_LEAN))
"""Of the angle between the word and the lines.

Nine characters are some five and a half times as long as they are high: at this angle they rise
by two heights, so that a word three times their height still lies over all of them. The
second is by the word's stems, which tell it to a degree or two.
"""

STROKES = 12
"""Percentile of brightness in a line's box."""


def is_overwritten(
    page: Pixels, lines: Sequence[Line], names: frozenset[str] = frozenset()
) -> bool:
    """Whether a word as overprints have them was read; lines in page pixels.

    One of the holder's `names`, folded, in big letters is a signature.
    """
    if not lines:
        return False
    usual = median(thickness(line.quad) for line in lines)
    print_ = [line for line in lines if thickness(line.quad) < PRINT * usual]
    words = (line for line in lines if _is_big_word(line, usual) and _is_along(line, print_))
    big = [line for line in words if not is_named(line.text, names)]
    if not big or not print_:
        return False
    dark = median(_darkness(page, line.quad) for line in print_)
    return any(
        _darkness(page, line.quad) <= PALE * dark and not _leans(page, line.quad, print_)
        for line in big
    )


def _is_big_word(line: Line, usual: float) -> bool:
    """A number in holes and a licence's categories are no word, though they are as big."""
    glyphs = line.text.replace(" ", "")
    letters = sum(glyph.isalpha() for glyph in glyphs)
    word = letters >= max(LEAST_LETTERS, WORD * len(glyphs))
    return word and line.score >= LEAST_SCORE and thickness(line.quad) >= HIGH * usual


def _is_along(word: Line, lines: Iterable[Line]) -> bool:
    """By the middle one of the angles to the lines, which may read either way."""
    alike = [abs(tilt(word.quad, line.quad)) for line in lines]
    return bool(alike) and median(alike) >= ALONG


def _leans(page: Pixels, quad: Quad, print_: Sequence[Line]) -> bool:
    """Whether a word's stems tell that it leans more than its box, of which an end was cut off."""
    part, corner = _by_ground(page, quad)
    leaning = lean(part, quad - corner, [line.quad for line in print_])
    return leaning is not None and leaning > SURELY


def _darkness(page: Pixels, quad: Quad) -> float:
    """How much darker the strokes in a box are than the ground around them, 255 for black."""
    part, corner = _by_ground(page, quad)
    return 255 - percentile(values_in(quad - corner, part), STROKES)


def _by_ground(page: Pixels, quad: Quad) -> tuple[Grey, npt.NDArray[np.int_]]:
    """The part of a page around a box, by the ground around each place, and its corner."""
    inside, corner = cut(quad, page)
    light = brightest(inside)
    side = max(3, round(AROUND * thickness(quad))) | 1
    ground = cv2.blur(cv2.dilate(light, np.ones((side, side), np.uint8)), (side, side))
    return np.asarray(cv2.divide(light, ground, scale=255), np.uint8), corner
