"""Owns what a photographed document lies on: grounds with texture and nothing to read."""

from collections.abc import Callable
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Frame = tuple[int, int]


def _wood(size: Frame, chance: np.random.Generator) -> Pixels:
    width, height = size
    base = _tone(chance, (104, 76, 54), (190, 158, 122))
    streaks = _blurred(chance.normal(0, 42, (height // 2, 24)), (3, 15), (width, height))
    boards = np.sin(np.linspace(0, chance.uniform(12, 26), height))[:, None] * 5
    return _ground(base, streaks + boards)


def _cloth(size: Frame, chance: np.random.Generator) -> Pixels:
    width, height = size
    base = _tone(chance, (52, 62, 84), (150, 156, 166))
    weave = 5 * np.sin(np.arange(height) * 1.3)[:, None] + 5 * np.sin(np.arange(width) * 1.3)
    return _ground(base, weave + _blurred(chance.normal(0, 22, (24, 32)), (3, 3), size))


def _stone(size: Frame, chance: np.random.Generator) -> Pixels:
    base = _tone(chance, (120, 122, 124), (196, 194, 190))
    coarse = _blurred(chance.normal(0, 20, (16, 22)), (3, 3), size)
    fine = _blurred(chance.normal(0, 16, (size[1] // 3, size[0] // 3)), (3, 3), size)
    return _ground(base, coarse + fine)


def _desk(size: Frame, chance: np.random.Generator) -> Pixels:
    width, height = size
    base = _tone(chance, (206, 204, 198), (236, 234, 230))
    light = np.linspace(14, -22, width) + np.linspace(8, -12, height)[:, None]
    return _ground(base, light + _blurred(chance.normal(0, 6, (40, 50)), (3, 3), size))


def _tone(
    chance: np.random.Generator, dark: tuple[int, int, int], light: tuple[int, int, int]
) -> NDArray[np.float32]:
    share = chance.random()
    tone = np.array(dark) * (1 - share) + np.array(light) * share + chance.normal(0, 5, 3)
    return tone.astype(np.float32)


def _blurred(
    noise: NDArray[np.float64], window: tuple[int, int], size: Frame
) -> NDArray[np.float32]:
    soft = cv2.GaussianBlur(noise.astype(np.float32), window, 0)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _ground(base: NDArray[np.float32], relief: NDArray[np.floating]) -> Pixels:
    """The relief lights the tone; one table of 256 levels a channel instead of float pixels."""
    level = np.clip(relief + 128, 0, 255).astype(np.uint8)
    steps = np.arange(256, dtype=np.float32)[:, None] - 128
    colours = np.clip(base + steps, 0, 255).astype(np.uint8)
    return np.asarray(colours[level], np.uint8)


TABLES: MappingProxyType[str, Callable[[Frame, np.random.Generator], Pixels]] = MappingProxyType(
    {"wood": _wood, "cloth": _cloth, "stone": _stone, "desk": _desk}
)
