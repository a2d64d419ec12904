"""Owns what makes a number hard to find: punched, upright, faint, overprinted, out of focus."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from kyc.specimens.chance import dice, grain
from kyc.specimens.drawing import Drawing, Field, Quad, upright
from kyc.specimens.pen import INK, font

_DARK = 120
_CLEAR = 10
"""Pixels that an added number keeps from whatever stands on the drawing."""

_HOLES = 9
"""Holes in a punched character's height."""


def perforated(drawing: Drawing, number: str, seed: int) -> Drawing:
    """The number punched through the page: one round hole a dot, light or dark inside."""
    throw = dice(seed, "perforated")
    pitch = throw.choice((9, 10, 11, 12))
    dots = _dots(number)
    size = dots.shape[1] * pitch + pitch, dots.shape[0] * pitch + pitch
    image = drawing.image.copy()
    x, y = free_place(drawing, size, throw)
    dark = throw.random() < 0.6
    draw = ImageDraw.Draw(image)
    r = pitch * throw.uniform(0.26, 0.36)
    for row, column in np.argwhere(dots):
        cx, cy = x + pitch * (column + 1), y + pitch * (row + 1)
        rim, hole = ((120, 118, 112), (38, 36, 40)) if dark else ((130, 128, 124), (252, 252, 250))
        draw.ellipse((cx - r - 1, cy - r - 1, cx + r + 1, cy + r + 1), fill=rim)
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=hole)
    quad = upright(x, y, x + size[0], y + size[1])
    return _with(drawing, image, Field("sensitive", "perf", quad, number))


def vertical(drawing: Drawing, number: str, seed: int) -> Drawing:
    """The number turned by a quarter, up or down the page."""
    throw = dice(seed, "vertical")
    stamp = _stamp(number, throw.choice((26, 30, 34, 40)))
    turned = stamp.rotate(90 if throw.random() < 0.5 else 270, expand=True)
    up = turned.tobytes() == stamp.rotate(90, expand=True).tobytes()
    x, y = free_place(drawing, turned.size, throw)
    image = drawing.image.copy()
    image.paste(INK, (x, y), turned)
    box = upright(x, y, x + turned.width, y + turned.height)
    quad: Quad = (box[3], box[0], box[1], box[2]) if up else (box[1], box[2], box[3], box[0])
    return _with(drawing, image, Field("sensitive", "vertical", quad, number))


def ghost(drawing: Drawing, number: str, seed: int) -> Drawing:
    """The number once more, paler than all else: 12 to 45 levels off its ground."""
    throw = dice(seed, "ghost")
    stamp = _stamp(number, throw.choice((36, 44, 52, 64)))
    x, y = free_place(drawing, stamp.size, throw)
    depth = throw.randint(12, 45)
    image = drawing.image.copy()
    box = (x, y, x + stamp.width, y + stamp.height)
    under = np.asarray(image.crop(box)).astype(np.int16)
    share = (np.asarray(stamp).astype(np.int16) * depth // 255)[..., None]
    image.paste(Image.fromarray(np.clip(under - share, 0, 255).astype(np.uint8)), box[:2])
    return _with(drawing, image, Field("sensitive", "ghost", upright(*box), number))


def overprinted(drawing: Drawing, number: str, seed: int) -> Drawing:
    """A laser patch of woven coloured lines over every document number that is printed."""
    throw = dice(seed, "overprinted")
    image = drawing.image.copy()
    for field in drawing.fields:
        if field.kind == "docno" and number:
            (left, top), (right, bottom) = field.quad[0], field.quad[2]
            weave(image, (left - 14, top - 12, right + 14, bottom + 12), throw)
    return replace(drawing, image=image)


def tilted_overprint(drawing: Drawing, number: str, seed: int) -> Drawing:
    """The number once more, aslant, as a laser engraves it, under a woven patch."""
    throw = dice(seed, "tilted")
    flat = _stamp(number, throw.choice((30, 36, 42)))
    angle = throw.choice((-1, 1)) * throw.uniform(8, 24)
    turned = flat.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    x, y = free_place(drawing, turned.size, throw)
    image = drawing.image.copy()
    image.paste(INK, (x, y), turned)
    weave(image, (x, y, x + turned.width, y + turned.height), throw, strength=0.6)
    middle = np.array([x + turned.width / 2, y + turned.height / 2])
    turn = np.deg2rad(angle)
    way = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    half = np.array(flat.size) / 2
    ends = (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ way + middle
    a, b, c, d = ((float(px), float(py)) for px, py in ends)
    return _with(drawing, image, Field("sensitive", "docno", (a, b, c, d), number))


def smeared_code(drawing: Drawing, number: str, seed: int) -> Drawing:
    """Codes that no reader decodes any more: out of focus, with scratches across."""
    throw = dice(seed, "smeared")
    image = drawing.image.copy()
    for field in drawing.fields:
        if field.kind == "barcode" and number:
            left, top, right, bottom = (round(v) for v in (*field.quad[0], *field.quad[2]))
            part = image.crop((left, top, right, bottom)).filter(
                ImageFilter.GaussianBlur(throw.uniform(2.0, 3.5))
            )
            draw = ImageDraw.Draw(part)
            for _ in range(3):
                ends = [(throw.uniform(0, part.width), y) for y in (0, part.height)]
                draw.line(ends, fill=(206, 206, 204), width=7)
            image.paste(part, (left, top))
    return replace(drawing, image=image)


def free_place(drawing: Drawing, size: tuple[int, int], throw: Random) -> tuple[int, int]:
    """The upper left corner of a place without ink or label; the emptiest where none is free."""
    taken = (np.asarray(drawing.image.convert("L")) < _DARK).astype(np.uint8)
    for field in drawing.fields:
        quad = np.round(np.array(field.quad)).astype(np.int32)
        cv2.fillPoly(taken, [quad], 9)
    sums = cv2.integral(taken)
    width, height = size[0] + 2 * _CLEAR, size[1] + 2 * _CLEAR
    places = [
        (x, y)
        for x in range(8, drawing.image.width - width - 8, 14)
        for y in range(8, drawing.image.height - height - 8, 14)
    ]
    throw.shuffle(places)
    x, y = min(places, key=lambda at: _inside(sums, at, (width, height)))
    return x + _CLEAR, y + _CLEAR


def _inside(sums: NDArray[np.int32], at: tuple[int, int], size: tuple[int, int]) -> int:
    (x, y), (width, height) = at, size
    right, bottom = x + width, y + height
    return int(sums[bottom, right] - sums[y, right] - sums[bottom, x] + sums[y, x])


def _stamp(text: str, size: int) -> Image.Image:
    """The text as a mask, cut to its ink."""
    face = font("strong", size)
    mask = Image.new("L", (round(face.getlength(text)) + size, size * 2), 0)
    ImageDraw.Draw(mask).text((size // 2, size // 3), text, 255, face)
    return mask.crop(mask.getbbox())


def _dots(text: str) -> NDArray[np.bool_]:
    """The text as rows and columns of holes, from a small raster of its letters."""
    face = font("mrz", 12)
    columns = []
    for letter in text:
        cell = Image.new("L", (9, 13), 0)
        ImageDraw.Draw(cell).text((4, 12), letter, 255, face, anchor="ms")
        columns.append(np.asarray(cell) > 90)
    raster = np.concatenate(columns, axis=1)
    rows = np.flatnonzero(raster.any(axis=1))
    cut = raster[rows[0] : rows[-1] + 1]
    return np.asarray(cut[:_HOLES], bool)


def weave(
    image: Image.Image, box: tuple[float, ...], throw: Random, strength: float = 0.75
) -> None:
    """Rainbow lines over a box, mixed in by `strength` where a line is."""
    x0, y0, x1, y1 = (round(v) for v in box)
    x0, y0 = max(0, x0), max(0, y0)
    part = np.asarray(image.crop((x0, y0, x1, y1))).astype(np.float32)
    rows, columns = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    first, second = throw.uniform(0.35, 0.6), throw.uniform(0.35, 0.6)
    bend = throw.uniform(3, 9)
    wave = np.sin(first * (rows + bend * np.sin(columns / 23)))
    wave += np.sin(second * (columns + bend * np.sin(rows / 11)))
    lines = np.clip(wave - 0.35, 0, 1)[..., None] * strength
    hue = columns / part.shape[1] * 6.28 + throw.uniform(0, 6)
    rainbow = np.stack([np.sin(hue), np.sin(hue + 2.1), np.sin(hue + 4.2)], -1) * 70 + 165
    mixed = part * (1 - lines) + rainbow * lines
    image.paste(Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8)), (x0, y0))


def _with(drawing: Drawing, image: Image.Image, field: Field) -> Drawing:
    return Drawing(image, (*drawing.fields, field))


def speckled(drawing: Drawing, seed: int) -> Drawing:
    """Dirt: small even specks strewn over the page, which are no holes of a number."""
    chance = grain(seed, "specks")
    image = drawing.image.copy()
    draw = ImageDraw.Draw(image)
    for x, y in chance.uniform(0, 1, (160, 2)) * image.size:
        draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=(70, 68, 66))
    return replace(drawing, image=image)


WEAR: MappingProxyType[str, Callable[[Drawing, str, int], Drawing]] = MappingProxyType({
    "perforated": perforated,
    "vertical": vertical,
    "ghost": ghost,
    "overprinted": overprinted,
    "engraved": tilted_overprint,
    "smeared_code": smeared_code,
})  # fmt: skip
