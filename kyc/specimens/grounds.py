"""Owns what lies under the writing: woven grounds, rosettes, emblems, the word SPECIMEN."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kyc.specimens.chance import dice
from kyc.specimens.pen import Colour, Pen, font

_SHIFT = 4  # cv2 takes sixteenths of a pixel
MARK: Colour = (196, 40, 60)


def guilloche(
    size: tuple[int, int], tints: tuple[Colour, Colour], ink: Colour, seed: int
) -> Image.Image:
    """A ground that runs from one tint to the other under woven lines and a rosette."""
    width, height = size
    throw = dice(seed, "ground")
    ends = np.array([[tints[0], tints[1]], [tints[1], tints[0]]], np.uint8)
    ground = cv2.resize(ends, size, interpolation=cv2.INTER_LINEAR)
    x = np.linspace(0, width, 140)
    for phase, colour in (
        (0.0, _between(tints[0], ink, 0.24)),
        (2.2, _between(tints[1], ink, 0.2)),
    ):
        bend, sway = throw.uniform(1.5, 3.5), throw.uniform(0.8, 1.8)
        for i in range(-6, 44):
            t = x / width * math.tau
            y = height * i / 38 + 30 * np.sin(bend * t + i * 0.13 + phase)
            y += 18 * np.sin(sway * t * 2.6 - i * 0.09)
            _curve(ground, np.stack([x, y], 1), colour)
    centre = (width * throw.uniform(0.6, 0.8), height * throw.uniform(0.35, 0.55))
    _rosette(ground, centre, height * 0.3, throw.randint(7, 13), _between(tints[0], ink, 0.22))
    return Image.fromarray(ground)


def plain_foot(pen: Pen, height: int) -> None:
    """A pale band for the zone (ICAO 9303 part 3 asks that nothing behind it disturbs reading)."""
    width, bottom = pen.image.size
    foot = (0, bottom - height, width, bottom)
    pale = pen.image.crop(foot).point([round(v * 0.35 + 162) for v in range(256)] * 3)
    pen.image.paste(pale, foot[:2])


def _rosette(
    ground: NDArray[np.uint8], centre: tuple[float, float], radius: float, lobes: int, ink: Colour
) -> None:
    t = np.linspace(0, math.tau, 720)
    for ring in np.linspace(0.35, 1.0, 7):
        r = radius * ring * (0.8 + 0.2 * np.cos(lobes * t + ring * 9))
        points = np.stack([centre[0] + r * np.cos(t), centre[1] + r * np.sin(t)], 1)
        _curve(ground, points, ink)


def _curve(ground: NDArray[np.uint8], points: NDArray[np.float64], ink: Colour) -> None:
    fixed = np.round(points * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(ground, [fixed], False, ink, 1, cv2.LINE_AA, _SHIFT)


def _between(a: Colour, b: Colour, share: float) -> Colour:
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


def emblem(pen: Pen, centre: tuple[float, float], radius: float, ink: Colour, seed: int) -> None:
    """An invented badge: rays in a ring, no state's arms."""
    side = round(radius * 2 * 4)
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    middle, rays = side / 2, dice(seed, "emblem").choice((6, 8, 10, 12))
    draw.ellipse((2, 2, side - 3, side - 3), outline=255, width=side // 22)
    for i in range(rays):
        turn = i * math.tau / rays
        wide = math.pi / rays * 0.55
        tips = ((0.84, turn), (0.3, turn + wide), (0.3, turn - wide))
        draw.polygon([_polar(middle, part, at) for part, at in tips], fill=255)
    r = side * 0.12
    draw.ellipse((middle - r, middle - r, middle + r, middle + r), fill=255)
    small = mask.resize((round(radius * 2), round(radius * 2)), Image.Resampling.BOX)
    pen.image.paste(ink, (round(centre[0] - radius), round(centre[1] - radius)), small)


def _polar(middle: float, part: float, turn: float) -> tuple[float, float]:
    return middle + middle * part * math.sin(turn), middle - middle * part * math.cos(turn)


def specimen_mark(pen: Pen) -> None:
    """SPECIMEN across the drawing: it is no document, and nobody shall take it for one."""
    width, height = pen.image.size
    word = font("strong", width // 8)
    layer = Image.new("L", (round(word.getlength("SPECIMEN")) + 40, width // 6), 0)
    draw = ImageDraw.Draw(layer)
    middle = (layer.width / 2, layer.height / 2)
    draw.text(middle, "SPECIMEN", font=word, anchor="mm", fill=34, stroke_width=3, stroke_fill=110)
    turned = layer.rotate(24, Image.Resampling.BILINEAR, expand=True)
    at = (round(width * 0.56 - turned.width / 2), round(height * 0.45 - turned.height / 2))
    pen.image.paste(MARK, at, turned)


def specimen_tag(pen: Pen, centre: tuple[float, float], size: int) -> None:
    """The word once more, upright in a frame, where no fold or glare hides both."""
    x, y = centre
    half = font("strong", size).getlength("SPECIMEN") / 2 + size * 0.4
    frame = (x - half, y - size * 0.72, x + half, y + size * 0.72)
    pen.draw.rounded_rectangle(frame, size * 0.3, fill=(255, 255, 255), outline=MARK, width=3)
    pen.draw.text(centre, "SPECIMEN", font=font("strong", size), anchor="mm", fill=MARK)
