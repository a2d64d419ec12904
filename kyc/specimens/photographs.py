"""Owns photographing a drawing: table, perspective, light, noise, blur, glare; labels follow."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kyc.specimens.drawing import Drawing, Field, Point, Quad

Pixels = NDArray[np.uint8]


def photograph(  # noqa: PLR0913 - each is one property of the photograph
    drawing: Drawing,
    *,
    seed: int,
    size: tuple[int, int] = (1600, 1200),
    scale: float = 0.86,
    perspective: float = 0.02,
    rotation: float | None = None,
    noise: float = 4.0,
    blur: float = 0.6,
    glare: float = 0.0,
) -> Drawing:
    """The drawing on a table. `scale` is its share of the frame's width, `rotation` in degrees,
    `perspective` the corners' shift as a share of the width, `glare` 0 to 1."""
    chance = random.Random(f"photo-{seed}")
    frame = np.random.default_rng(seed)
    angle = chance.uniform(-4, 4) if rotation is None else rotation
    corners = _corners(drawing.image.size, size, scale, angle)
    shift = perspective * size[0]
    corners += np.array([[chance.uniform(-shift, shift) for _ in "xy"] for _ in range(4)])
    lay = cv2.getPerspectiveTransform(_rectangle(drawing.image.size), corners.astype(np.float32))
    picture = _laid(np.asarray(drawing.image.convert("RGB")), lay, _table(size, frame), size)
    if glare:
        picture = _shine(picture, glare, chance)
    if blur:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
    grain = frame.normal(0, noise, picture.shape)
    lit = np.clip(picture * chance.uniform(0.9, 1.05) + grain, 0, 255).astype(np.uint8)
    return Drawing(Image.fromarray(lit), moved(drawing.fields, lay))


def moved(fields: tuple[Field, ...], transform: NDArray[np.float64]) -> tuple[Field, ...]:
    """The fields where a perspective transform puts them."""
    return tuple(
        Field(item.cls, item.kind, _moved(item.quad, transform), item.text) for item in fields
    )


def _moved(quad: Quad, transform: NDArray[np.float64]) -> Quad:
    points = cv2.perspectiveTransform(np.array([quad], np.float64), transform)[0]
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def _rectangle(size: tuple[int, int]) -> NDArray[np.float32]:
    width, height = size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _corners(
    inner: tuple[int, int], size: tuple[int, int], scale: float, angle: float
) -> NDArray[np.float64]:
    width = scale * size[0]
    factor = min(width / inner[0], 0.9 * size[1] / inner[1])
    turn = np.deg2rad(angle)
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    centred = (_rectangle(inner).astype(np.float64) - np.array(inner) / 2) * factor
    moved_to: NDArray[np.float64] = centred @ rotate + np.array(size) / 2
    return moved_to


def _laid(
    picture: Pixels, lay: NDArray[np.float64], table: Pixels, size: tuple[int, int]
) -> Pixels:
    warped = cv2.warpPerspective(picture, lay, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(picture.shape[:2], 255, np.uint8), lay, size)
    shadow = cv2.GaussianBlur(mask, (0, 0), 14)[..., None].astype(np.float64) / 255
    ground = table * (1 - 0.35 * shadow)
    share = mask[..., None].astype(np.float64) / 255
    return np.asarray(warped * share + ground * (1 - share), np.uint8)


def _table(size: tuple[int, int], frame: np.random.Generator) -> Pixels:
    """A wooden-looking ground without anything to read on it."""
    width, height = size
    base = frame.integers((70, 56, 44), (150, 120, 96))
    rows = cv2.GaussianBlur(frame.normal(0, 26, (height, 1)), (1, 31), 6)
    grain = cv2.resize(frame.normal(0, 7, (height // 6, width // 60)), (width, height))
    ground = base + rows[..., None] + grain[..., None]
    return np.asarray(np.clip(ground, 0, 255), np.uint8)


def _shine(picture: Pixels, strength: float, chance: random.Random) -> Pixels:
    height, width = picture.shape[:2]
    centre: Point = (chance.uniform(0.35, 0.65) * width, chance.uniform(0.35, 0.65) * height)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    far = ((x - centre[0]) / (0.16 * width)) ** 2 + ((y - centre[1]) / (0.09 * width)) ** 2
    light = np.exp(-far)[..., None] * 190 * strength
    return np.asarray(np.clip(picture + light, 0, 255), np.uint8)
