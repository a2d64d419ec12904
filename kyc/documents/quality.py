"""Owns the doubts about a picture that send it to a person: blur, glare, small text."""

from collections.abc import Iterator, Sequence
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import axis, grow_by_height, mask_of
from kyc.documents.levels import percentile
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.text_lines import straightened

LEAST_TEXT_HEIGHT = 14.0
"""Median height of the lines' quads; a document that fills a phone's photo has 25 or more."""

LEAST_SCORE = 0.8
"""Mean confidence by character; sharp specimens have 0.95."""

LEAST_STEEPNESS = 0.145
"""Steepest step between neighbouring pixels of a line 48 px high, by its contrast.

Measured: sharp specimens 0.2 to 0.45, motion over 11 px 0.09 to 0.14 along the motion.
"""

LEAST_CONTRAST, LEAST_LETTERS = 20.0, 4
WHITE, BRIGHT_PAPER = 252, 225
GLARE_SHARE, QUIET_ZONE = 0.02, 0.15

Grey = npt.NDArray[np.uint8]


def doubts(page: Pixels, lines: Sequence[Line], covered: Sequence[Quad] = ()) -> Iterator[str]:
    """Reason codes; where no line was read there is nothing to measure.

    What will be covered, a code's white ground for one, is not looked at for glare.
    """
    if not lines:
        return
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    if median(axis(line.quad).height for line in lines) < LEAST_TEXT_HEIGHT:
        yield "small_text"
    glyphs = sum(len(line.text) for line in lines)
    unsure = sum(line.score * len(line.text) for line in lines) < LEAST_SCORE * glyphs
    if unsure or _is_blurred(grey, lines):
        yield "blurred"
    if _glares(grey, lines, covered):
        yield "glare"


def _is_blurred(grey: Grey, lines: Sequence[Line]) -> bool:
    """Whether the letters' edges are soft along the line or across it."""
    steps = [
        step
        for line in lines
        if len(line.text) >= LEAST_LETTERS
        and (step := _steepness(straightened(grey, line.quad).pixels)) is not None
    ]
    if not steps:
        return False
    return min(median(along for along, _ in steps), median(a for _, a in steps)) < LEAST_STEEPNESS


def _steepness(crop: Grey) -> tuple[float, float] | None:
    """Along and across; None for a line without contrast."""
    contrast = percentile(crop, 97) - percentile(crop, 3)
    if contrast < LEAST_CONTRAST:
        return None
    along, across = cv2.absdiff(crop[:, 1:], crop[:, :-1]), cv2.absdiff(crop[1:], crop[:-1])
    return percentile(along, 98) / contrast, percentile(across, 98) / contrast


def _glares(grey: Grey, lines: Sequence[Line], covered: Sequence[Quad]) -> bool:
    """A burnt-out spot inside the hull of the text, where the paper around is not white."""
    points = np.concatenate([line.quad for line in lines]).astype(np.float32)
    hull = mask_of([cv2.convexHull(points)[:, 0].astype(np.float64)], *grey.shape)
    around = (grow_by_height(quad, QUIET_ZONE, QUIET_ZONE) for quad in covered)
    hull = cv2.bitwise_and(hull, cv2.bitwise_not(mask_of(around, *grey.shape)))
    spots = cv2.bitwise_and(cv2.compare(grey, WHITE, cv2.CMP_GE), hull)
    big_enough = GLARE_SHARE * cv2.countNonZero(hull)
    if cv2.countNonZero(spots) <= big_enough or percentile(grey[hull > 0], 50) > BRIGHT_PAPER:
        return False
    spots = cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(spots)
    biggest = max((int(area) for area in stats[1:, cv2.CC_STAT_AREA]), default=0)
    return biggest > big_enough
