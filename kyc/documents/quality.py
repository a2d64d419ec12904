"""Owns the doubts about a picture that send it to a person: blur, glare, small or weak text."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents import thresholds
from kyc.documents.geometry import axis, grow_by_height, mask_of
from kyc.documents.levels import percentile
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.screens import screen_peak
from kyc.documents.text_lines import straightened

LEAST_CONTRAST, LEAST_LETTERS = 20.0, 4
WHITE, BRIGHT_PAPER = 252, 225
QUIET_ZONE = 0.15
MOST_HEIGHT = 1.8
"""In median heights: higher boxes are watermarks and squiggles, which say nothing of print."""

SMALLEST, SOFTEST = 0.15, 0.25
"""The shares of lines below which small print and soft print are measured."""

Grey = npt.NDArray[np.uint8]
Measures = Mapping[str, float]


def measure(page: Pixels, lines: Sequence[Line], covered: Sequence[Quad] = ()) -> Measures:
    """Figures of a page by name; empty where no line was read, for then there is nothing to go by.

    `covered` is not looked at for glare: a code's white ground for one.
    height: median of the lines' heights in pixels; small: height of the smallest print.
    score: mean confidence by character; unsure: share of the print's lines read without it.
    steepness: steepest step from pixel to pixel in lines 48 px high, by contrast, of the lines'
    median; soft: the same of the softest quarter. glare: the biggest burnt spot's share. screen:
    how far one frequency stands out.
    """
    if not lines:
        return {}
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    print_only = _printed(lines)
    heights = sorted(axis(line.quad).height for line in print_only)
    glyphs = sum(len(line.text) for line in lines)
    steps = _steps(grey, lines)
    return {
        "height": median(axis(line.quad).height for line in lines),
        "small": heights[int(SMALLEST * len(heights))],
        "score": sum(line.score * len(line.text) for line in lines) / max(1, glyphs),
        "unsure": _unsure(print_only),
        "steepness": min((median(s) for s in steps), default=1.0),
        "soft": min((s[int(SOFTEST * len(s))] for s in steps), default=1.0),
        "glare": _glare(grey, lines, covered),
        "screen": screen_peak(page),
    }


def judged(measures: Measures) -> Iterator[str]:
    """Reason codes for what was measured."""
    if not measures:
        return
    if (
        measures["height"] < thresholds.LEAST_TEXT_HEIGHT
        or measures["small"] < thresholds.LEAST_SMALL_PRINT
    ):
        yield "small_text"
    if (
        measures["score"] < thresholds.LEAST_SCORE
        or measures["unsure"] > thresholds.MOST_UNSURE
        or measures["steepness"] < thresholds.LEAST_STEEPNESS
        or measures["soft"] < thresholds.LEAST_SOFT_STEEPNESS
    ):
        yield "blurred"
    if measures["glare"] > thresholds.GLARE_SHARE:
        yield "glare"
    if measures["screen"] > thresholds.SCREEN_PEAK:
        yield "screen"


def doubts(page: Pixels, lines: Sequence[Line], covered: Sequence[Quad] = ()) -> Iterator[str]:
    """Reason codes of a page in one step."""
    yield from judged(measure(page, lines, covered))


def _printed(lines: Sequence[Line]) -> Sequence[Line]:
    limit = MOST_HEIGHT * median(axis(line.quad).height for line in lines)
    return [line for line in lines if axis(line.quad).height <= limit] or lines


def _unsure(lines: Sequence[Line]) -> float:
    weak = sum(line.score < thresholds.SURE_LINE for line in lines)
    return weak / len(lines)


def _steps(grey: Grey, lines: Sequence[Line]) -> list[list[float]]:
    """Of the lines with contrast, how steep letters' edges are along and across, softest first."""
    steps = [
        step
        for line in lines
        if len(line.text) >= LEAST_LETTERS
        and (step := _steepness(straightened(grey, line.quad).pixels)) is not None
    ]
    return [sorted(way) for way in zip(*steps, strict=True)]


def _steepness(crop: Grey) -> tuple[float, float] | None:
    """Along and across; None for a line without contrast."""
    contrast = percentile(crop, 97) - percentile(crop, 3)
    if contrast < LEAST_CONTRAST:
        return None
    along, across = cv2.absdiff(crop[:, 1:], crop[:, :-1]), cv2.absdiff(crop[1:], crop[:-1])
    return percentile(along, 98) / contrast, percentile(across, 98) / contrast


def _glare(grey: Grey, lines: Sequence[Line], covered: Sequence[Quad]) -> float:
    """The biggest burnt-out spot inside the text's hull as a share of it; 0 on white paper."""
    points = np.concatenate([line.quad for line in lines]).astype(np.float32)
    hull = mask_of([cv2.convexHull(points)[:, 0].astype(np.float64)], *grey.shape)
    around = (grow_by_height(quad, QUIET_ZONE, QUIET_ZONE) for quad in covered)
    hull = cv2.bitwise_and(hull, cv2.bitwise_not(mask_of(around, *grey.shape)))
    spots = cv2.bitwise_and(cv2.compare(grey, WHITE, cv2.CMP_GE), hull)
    area = cv2.countNonZero(hull)
    if cv2.countNonZero(spots) <= thresholds.GLARE_SHARE * area:
        return 0.0
    if percentile(grey[hull > 0], 50) > BRIGHT_PAPER:
        return 0.0
    spots = cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(spots)
    biggest = max((int(area) for area in stats[1:, cv2.CC_STAT_AREA]), default=0)
    return biggest / area
