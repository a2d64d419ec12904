"""Owns telling a code's bars from print: changes along one line that its parallels share."""

import math
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.levels import percentile, values_in
from kyc.documents.pages import Quad

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

LEAST_BARS, LEAST_LIKENESS = 36, 0.88
WORN_BARS, WORN_LIKENESS = 18, 0.75
WORN_DARK, WORN_CONTRAST = (0.36, 0.72), 60.0
"""Bars are dark over half of their area, print is over a quarter, whatever its size."""

WORN_HEIGHT = 1 / 50
"""Of the picture's longer side: lower ones cannot be told from a line of soft print."""

USUAL = 0.9
"""Of a profile's places, those that swing no further than the bars usually do."""

LANES, SLANT = (-0.6, -0.2, 0.2, 0.6), 0.28


def has_bars(quad: Quad, grey: Grey) -> bool:
    """Whether a place has sharp bars, or bars out of focus, scratched, or aslant in their quad."""
    first, second = (quad[1] - quad[0]) / 2, (quad[3] - quad[0]) / 2
    middle = quad.mean(axis=0)
    if any(
        _changes(_profile(middle, along, grey)) >= LEAST_BARS
        and _likeness(middle, along, across, grey) >= LEAST_LIKENESS
        for along, across in ((first, second), (second, first))
    ):
        return True
    along, across = sorted((first, second), key=lambda half: -float(np.hypot(*half)))
    return _has_worn_bars(quad, along, across, grey)


def _has_worn_bars(quad: Quad, along: Quad, across: Quad, grey: Grey) -> bool:
    middle = quad.mean(axis=0)
    if 2 * float(np.hypot(*across)) < WORN_HEIGHT * max(grey.shape):
        return False
    if _weak_changes(_profile(middle, along, grey)) < WORN_BARS or not is_half_dark(quad, grey):
        return False
    lanes = [_profile(middle + across * at, along, grey) for at in LANES]
    most = min(round(SLANT * 2 * float(np.hypot(*across))) + 2, len(lanes[0]) // 6)
    return median(_best_match(a, b, most) for a, b in pairwise(lanes)) >= WORN_LIKENESS


def is_half_dark(quad: Quad, grey: Grey) -> bool:
    """Whether about half of a place is dark, as of a code, and not a quarter, as of print."""
    inside = values_in(quad, grey)
    dark, light = percentile(inside, 5), percentile(inside, 95)
    share = float((inside < (dark + light) / 2).mean())
    return WORN_DARK[0] < share < WORN_DARK[1] and light - dark > WORN_CONTRAST


def _profile(middle: Quad, half: Quad, grey: Grey) -> Floats:
    (along, down), (x, y) = half.tolist(), middle.tolist()
    count = max(32, int(math.hypot(along, down) * 2))
    steps = np.arange(count) * (1.9 / (count - 1)) - 0.95
    places = np.rint(steps * along + x), np.rint(steps * down + y)
    columns, rows = (place.astype(np.intp) for place in places)
    rows = np.minimum(np.maximum(rows, 0), grey.shape[0] - 1)
    columns = np.minimum(np.maximum(columns, 0), grey.shape[1] - 1)
    return np.asarray(grey[rows, columns], np.float32)


def _changes(profile: Floats) -> int:
    bright = profile > (profile.min() + profile.max()) / 2
    return int(np.count_nonzero(bright[1:] != bright[:-1]))


def _weak_changes(profile: Floats) -> int:
    """Changes of side of the profile's own running mean, by more than a quarter of its swing."""
    window = max(9, len(profile) // 12) | 1
    apart = profile - cv2.blur(profile[None], (window, 1))[0]
    by = np.abs(apart)
    swing = max(8.0, 0.25 * float(np.sort(by)[int(USUAL * (len(by) - 1))]))
    sides = np.sign(apart[by > swing])
    return int(np.count_nonzero(sides[1:] != sides[:-1]))


def _likeness(middle: Quad, along: Quad, across: Quad, grey: Grey) -> float:
    """Correlation of the grey values on two lines either side of the middle."""
    above, below = (_profile(middle + across * at, along, grey) for at in (-0.85, 0.85))
    return _correlation(above, below)


def _best_match(first: Floats, second: Floats, most: int) -> float:
    """Correlation of two lanes where one is moved along by the best of so many steps."""
    count = len(first)
    shifts = range(-most, most + 1)
    return max(
        _correlation(
            first[max(0, by) : count + min(0, by)], second[max(0, -by) : count - max(0, by)]
        )
        for by in shifts
    )


def _correlation(first: Floats, second: Floats) -> float:
    a, b = first - first.mean(), second - second.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > len(a) else 0.0
