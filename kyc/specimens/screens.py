"""Owns showing a drawing on a screen that is then photographed: pixels, moire, reflections."""

import numpy as np
from PIL import Image

from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing
from kyc.specimens.photographs import moved

_BEZEL = 70


def on_screen(drawing: Drawing, *, seed: int) -> Drawing:
    """The drawing in a window on a monitor; labels move with it."""
    throw = dice(seed, "screen")
    width, height = drawing.image.size
    glass = Image.new("RGB", (width + 240, height + 220), (58, 62, 70))
    at = (120, 130)
    glass.paste((226, 228, 232), (at[0] - 30, at[1] - 70, at[0] + width + 30, at[1] - 20))
    glass.paste(drawing.image, at)
    lit = _pixels(np.asarray(glass).astype(np.float32), throw.choice((3, 4)))
    lit = _moire(lit, throw.uniform(24, 60), throw.uniform(-0.5, 0.5), throw.uniform(10, 20))
    lit += _reflection(lit.shape, throw.uniform(0.2, 0.8))
    shown = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
    framed = Image.new("RGB", (shown.width + 2 * _BEZEL, shown.height + 2 * _BEZEL), (18, 18, 20))
    framed.paste(shown, (_BEZEL, _BEZEL))
    x, y = at[0] + _BEZEL, at[1] + _BEZEL
    shift = np.array([[1.0, 0, x], [0, 1.0, y], [0, 0, 1.0]])
    return Drawing(framed, moved(drawing.fields, shift))


def _pixels(picture: np.ndarray, pitch: int) -> np.ndarray:
    """Dark gaps between the screen's pixels, and its three colours side by side."""
    lit = picture * 0.94
    lit[::pitch] *= 0.72
    lit[:, ::pitch] *= 0.78
    for channel in range(3):
        lit[:, channel::3, channel] *= 1.12
    return lit


def _moire(picture: np.ndarray, period: float, slant: float, depth: float) -> np.ndarray:
    """Broad coloured bands where the camera's grid beats with the screen's."""
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    along = columns * np.cos(slant) + rows * np.sin(slant) + 6 * np.sin(rows / 90)
    bands = [np.sin(6.283 * along / period + shift) for shift in (0.0, 0.9, 1.8)]
    return np.asarray(picture + depth * np.stack(bands, -1))


def _reflection(shape: tuple[int, ...], middle: float) -> np.ndarray:
    """A window's pale reflection, slanting over the glass."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    away = (columns / shape[1] - middle + 0.25 * rows / shape[0]) / 0.13
    return np.asarray((np.exp(-(away**4)) * 34)[..., None])
