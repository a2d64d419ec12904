"""Owns a view without coloured overprint: what is left of brightness that no colour explains.

Where a coloured word or pattern lies, a pixel is darker by as much as it is more coloured. How
much darker is told place by place, and taken off; a ghost number is grey, so it stays.
"""

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.pages import Pixels

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

AROUND, WINDOW, FINEST = 21, 25, 0.6
"""Pixels: a place's ground, what a colour is told from (both at half size), what is smoothed."""

GROUND, LEAST_GROUND, GAIN = 200.0, 30.0, 2.0
"""Shade is evened out to the first; the last draws out what is left."""

DARK = -95.0
"""Black print says nothing of a colour's darkness, and is kept out of it."""

LEAST_SPREAD = 10.0
"""Of colours, as a variance: grain is no colour."""

_LIGHT_AND_COLOURS = np.array([[1 / 3, 1 / 3, 1 / 3], [1, -1, 0], [0, -1, 1]], np.float32)
_SUM = np.ones((1, 3), np.float32)


def without_overprint(small: Pixels) -> Grey:
    """The view, as large as the small page: even light, faint grey print darker than it was."""
    half = cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    level = half.astype(np.float32)
    ground = cv2.max(cv2.blur(level, (AROUND, AROUND)), LEAST_GROUND)
    light = GROUND / cv2.transform(ground, _SUM / 3)
    parts = cv2.transform((level - ground) * light[..., None], _LIGHT_AND_COLOURS)
    weights = _weights(parts) * (GAIN * light)[..., None]
    over = cv2.transform(weights * ground, _SUM) - GROUND
    shape = small.shape[1::-1]
    weighed = cv2.multiply(cv2.resize(weights, shape), small.astype(np.float32))
    left = cv2.transform(weighed, _SUM) - cv2.resize(over, shape)
    smooth = cv2.GaussianBlur(left, (0, 0), FINEST)
    return np.asarray(cv2.convertScaleAbs(cv2.max(smooth, 0)), np.uint8)


def _weights(parts: Floats) -> Floats:
    """Of red, green and blue, around every pixel: brightness less what the colours explain."""
    told = cv2.erode((parts[..., 0] > DARK).astype(np.float32), np.ones((3, 3)))
    light, red, blue = (part * told for part in cv2.split(parts))
    weight = cv2.max(_blurred(told), 1e-3)
    of_light, of_red, of_blue = (_blurred(part) / weight for part in (light, red, blue))

    def spread(one: Floats, other: Floats, mean: Floats) -> Floats:
        return np.asarray(_blurred(one * other) / weight - mean, np.float32)

    reds = spread(red, red, of_red * of_red) + LEAST_SPREAD
    blues = spread(blue, blue, of_blue * of_blue) + LEAST_SPREAD
    both = spread(red, blue, of_red * of_blue)
    lit_red = spread(red, light, of_red * of_light)
    lit_blue = spread(blue, light, of_blue * of_light)
    whole = reds * blues - both * both
    first = (lit_red * blues - lit_blue * both) / whole
    second = (lit_blue * reds - lit_red * both) / whole
    return np.dstack([1 / 3 - first, 1 / 3 + first + second, 1 / 3 - second])


def _blurred(values: Floats) -> Floats:
    return np.asarray(cv2.blur(values, (WINDOW, WINDOW)), np.float32)
