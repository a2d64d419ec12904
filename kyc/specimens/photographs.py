"""Owns photographing a drawing: table, perspective, light, noise, blur, glare; labels follow."""

from dataclasses import replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kyc.specimens.chance import dice, grain
from kyc.specimens.drawing import Drawing, Field, Quad
from kyc.specimens.tables import TABLES, Frame, Pixels

Matrix = NDArray[np.float64]


def photograph(  # noqa: PLR0913 - each is one property of the photograph
    drawing: Drawing,
    *,
    seed: int,
    size: Frame = (1600, 1200),
    scale: float = 0.86,
    perspective: float = 0.02,
    rotation: float | None = None,
    noise: float = 4.0,
    blur: float = 0.6,
    motion: int = 0,
    glare: float = 0.0,
    shadow: float = 0.0,
    background: str | None = None,
    jpeg: int | None = None,
    held: bool = False,
) -> Drawing:
    """The drawing on a table, `size` in pixels.

    `scale` is its share of the frame's width, `perspective` the corners' shift as a share of the
    width, `rotation` in degrees (small and random when None), `noise` and `blur` standard
    deviations in levels and pixels, `motion` the length of a shake in pixels, `glare` and `shadow`
    0 to 1, `background` a name of TABLES, `jpeg` a quality to compress with, `held` puts fingers
    about the lower corners. Corners that would leave the frame are drawn back in.
    """
    throw, chance = dice(seed, "photograph"), grain(seed, "photograph")
    angle = throw.uniform(-4, 4) if rotation is None else rotation
    corners = _corners(drawing.image.size, size, scale, angle)
    corners += perspective * size[0] * chance.uniform(-1, 1, (4, 2))
    corners = _inside(corners, size)
    table = TABLES[background or throw.choice(list(TABLES))](size, chance)
    picture = _laid(drawing.image, corners, table, size)
    if held:
        picture = fingers(picture, corners, throw)
    if glare or shadow:
        picture = _lit(picture, glare, shadow, throw)
    picture = _noisy(_soft(picture, blur, motion, throw), noise, chance, throw.uniform(0.9, 1.05))
    if jpeg is not None:
        picture = _compressed(picture, jpeg)
    lay = cv2.getPerspectiveTransform(_rectangle(drawing.image.size), corners.astype(np.float32))
    return Drawing(Image.fromarray(picture), moved(drawing.fields, lay))


def retaken(
    drawing: Drawing,
    *,
    seed: int,
    blur: float = 0.0,
    motion: int = 0,
    noise: float = 0.0,
    jpeg: int | None = None,
    share: float = 1.0,
) -> Drawing:
    """A picture as a worse camera would have taken it; `share` shrinks it, labels and all."""
    throw, chance = dice(seed, "retaken"), grain(seed, "retaken")
    picture = np.asarray(drawing.image.convert("RGB"))
    picture = _noisy(_soft(picture, blur, motion, throw), noise, chance, 1.0)
    picture = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    if jpeg is not None:
        picture = _compressed(picture, jpeg)
    shrink = np.diag([share, share, 1.0])
    return Drawing(Image.fromarray(picture), moved(drawing.fields, shrink))


def fingers(picture: Pixels, corners: Matrix, throw: Random) -> Pixels:
    """Thumbs that come from outside over the two lower corners, where nothing is printed."""
    drawn = np.ascontiguousarray(picture)
    length = float(np.linalg.norm(corners[1] - corners[0]))
    skin = tuple(int(v) for v in throw.choice(((168, 196, 232), (124, 158, 206), (82, 110, 156))))
    for corner, other in ((3, 2), (2, 3)):
        inwards = (corners[other] - corners[corner]) / (length + 1e-6)
        upwards = corners[0] - corners[3] if corner == 3 else corners[1] - corners[2]
        tip = corners[corner] + inwards * 0.004 * length + upwards * throw.uniform(0.02, 0.06)
        root = tip - inwards * 0.16 * length - upwards * 0.1
        start, end = ([int(v) for v in point] for point in (root, tip))
        cv2.line(drawn, start, end, skin[::-1], max(6, int(0.052 * length)), cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)


def moved(fields: tuple[Field, ...], transform: Matrix) -> tuple[Field, ...]:
    """The fields where a perspective transform (3 by 3) puts them."""
    return tuple(replace(item, quad=_moved(item.quad, transform)) for item in fields)


def _moved(quad: Quad, transform: Matrix) -> Quad:
    points = cv2.perspectiveTransform(np.array([quad], np.float64), transform)[0]
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def laid_over(picture: Pixels, source: Image.Image, corners: Matrix) -> tuple[Pixels, Pixels]:
    """`source` warped to the four `corners` of the picture's frame, and the mask of where it is."""
    size: Frame = (picture.shape[1], picture.shape[0])
    width = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    share = min(1.0, float(width) * 1.15 / source.width)  # shrunk first: warping alone would alias
    near = np.asarray(source.convert("RGB"))
    small = cv2.resize(near, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    shape: Frame = (small.shape[1], small.shape[0])
    lay = cv2.getPerspectiveTransform(_rectangle(shape), corners.astype(np.float32))
    warped = cv2.warpPerspective(small, lay, size, flags=cv2.INTER_CUBIC)
    mask = cv2.warpPerspective(np.full(small.shape[:2], 255, np.uint8), lay, size)
    return np.asarray(warped, np.uint8), np.asarray(mask, np.uint8)


def blended(over: Pixels, under: Pixels, mask: Pixels) -> Pixels:
    """`over` where the mask is 255, `under` where it is 0."""
    share = cv2.merge([mask, mask, mask])
    above = cv2.multiply(over, share, scale=1 / 255)
    return np.asarray(cv2.add(above, cv2.multiply(under, 255 - share, scale=1 / 255)), np.uint8)


def shaded(picture: Pixels, dark: Pixels, depth: float) -> Pixels:
    """The picture darkened by `depth` where `dark` is 255."""
    level = cv2.convertScaleAbs(dark, alpha=-depth, beta=255)
    return np.asarray(cv2.multiply(picture, cv2.merge([level] * 3), scale=1 / 255), np.uint8)


def _laid(source: Image.Image, corners: Matrix, table: Pixels, size: Frame) -> Pixels:
    warped, mask = laid_over(table, source, corners)
    quarter = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    fallen = cv2.warpAffine(quarter, np.array([[1.0, 0, 2], [0, 1, 3]]), quarter.shape[::-1])
    dark = cv2.resize(cv2.GaussianBlur(fallen, (0, 0), 4), size)
    return blended(warped, shaded(table, np.asarray(dark, np.uint8), 0.42), mask)


def _lit(picture: Pixels, glare: float, shadow: float, throw: Random) -> Pixels:
    """A lamp's reflection, and the edge of a hand's or phone's shadow across the picture."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height:4, 0:width:4].astype(np.float32) / width
    tall = height / width
    far = ((x - throw.uniform(0.35, 0.65)) / 0.16) ** 2
    far += ((y - throw.uniform(0.35, 0.65) * tall) / 0.09) ** 2
    light = np.exp(-far) * 190 * glare
    turn, at = throw.uniform(-0.9, 0.9), throw.uniform(0.3, 0.7)
    edge = (x - at) * np.cos(turn) + (y - 0.5 * tall) * np.sin(turn)
    dim = 1 - 0.6 * shadow / (1 + np.exp(-edge * 40))
    frame = (width, height)
    light, dim = (cv2.resize(v.astype(np.float32), frame)[..., None] for v in (light, dim))
    return np.asarray(np.clip(picture * dim + light, 0, 255), np.uint8)


def _soft(picture: Pixels, blur: float, motion: int, throw: Random) -> Pixels:
    if motion > 1:
        kernel = np.zeros((motion, motion), np.float32)
        half, turn = motion / 2, throw.uniform(0, np.pi)
        for step in np.linspace(-half + 0.5, half - 0.5, motion * 4):
            row, column = int(half + step * np.sin(turn)), int(half + step * np.cos(turn))
            kernel[row, column] = 1
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8) if blur else picture


def _noisy(picture: Pixels, noise: float, chance: np.random.Generator, gain: float) -> Pixels:
    """Grain of a sensor: one in brightness, shared by the channels."""
    height, width = picture.shape[:2]
    levels = chance.standard_normal((height, width), np.float32) * noise + 128
    fine = np.clip(levels, 0, 255).astype(np.uint8)
    brighter = cv2.convertScaleAbs(picture, alpha=gain)
    grey = cv2.merge([fine, fine, fine])
    return np.asarray(cv2.addWeighted(brighter, 1, grey, 1, -128), np.uint8)


def _compressed(picture: Pixels, quality: int) -> Pixels:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, options)[1], 1), np.uint8)


def _rectangle(size: Frame) -> NDArray[np.float32]:
    width, height = size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _corners(inner: Frame, size: Frame, scale: float, angle: float) -> Matrix:
    factor = min(scale * size[0] / inner[0], 0.9 * size[1] / inner[1])
    turn = np.deg2rad(angle)
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    centred = (_rectangle(inner).astype(np.float64) - np.array(inner) / 2) * factor
    placed: Matrix = centred @ rotate + np.array(size) / 2
    return placed


def _inside(corners: Matrix, size: Frame) -> Matrix:
    """The same shape, shrunk about the frame's middle until all of it is seen."""
    middle = np.array(size) / 2
    reach = np.abs(corners - middle) / (middle * 0.99)
    drawn_in: Matrix = middle + (corners - middle) / max(1.0, float(reach.max()))
    return drawn_in
