"""Owns how a big word truly leans: its stems tell where its box was cut or grown."""

import math
from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import axis
from kyc.documents.pages import Quad

HIGH, LONGEST = 32, 640
"""Pixels of a word as it is laid straight, and the most along it."""

TURNS = range(-14, 15)
"""Degrees from the box, as far as boxes were seen to lie off their words."""

LEAST_CLEAR = 1.3
"""How much sharper the stems stand at the best turn than at the middle one."""

STROKES = 12
"""Percentile of brightness in a line's box: what is darker is print beneath the word."""

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def lean(part: Grey, word: Quad, print_: Sequence[Quad]) -> float | None:
    """Degrees from print to a word, 0 to 90; None where its stems do not tell.

    `part` is how bright places are by their ground, 255 for the ground itself.
    """
    turned = [_laid(part, word, turn) for turn in TURNS]
    level = float(np.percentile(turned[len(turned) // 2], STROKES))
    clear = [_clearness(np.maximum(view, level)) for view in turned]
    best = int(np.argmax(clear))
    if clear[best] < LEAST_CLEAR * median(clear):
        return None
    own = median(_angle(quad, word) for quad in print_)
    return abs(own + TURNS[best])


def _laid(part: Grey, word: Quad, turn: float) -> Floats:
    """The word's box turned about its middle, at a height at which stems are a few pixels wide."""
    box, angle = axis(word), math.radians(turn)
    size = HIGH / max(box.height, 1.0)
    wide = int(min(LONGEST, max(HIGH, round(box.length * size))))
    right = box.along * math.cos(angle) + box.across * math.sin(angle)
    down = box.across * math.cos(angle) - box.along * math.sin(angle)
    start = box.centre - right * wide / 2 / size - down * box.height / 2
    moved = np.column_stack([right / size, down / size, start])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpAffine(part, moved, (wide, HIGH), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(view, np.float32)


def _clearness(view: Floats) -> float:
    """How steeply columns differ from those beside them: most where stems stand upright."""
    columns = cv2.GaussianBlur(view.mean(axis=0)[None], (0, 0), 1.0)[0]
    return float((np.diff(columns) ** 2).mean())


def _angle(line: Quad, word: Quad) -> float:
    """Degrees from a line to a word, which may read either way: -90 to 90."""
    way, other = axis(line).along, axis(word).along
    across, along = float(way[0] * other[1] - way[1] * other[0]), float(way @ other)
    return math.degrees(math.atan(across / along)) if along else 90.0
