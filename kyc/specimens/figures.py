"""Owns the drawn figures: heads of plain shapes, nobody's face, and squiggles for signatures."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from kyc.specimens.chance import dice
from kyc.specimens.pen import Colour, Pen

_SKINS: tuple[Colour, ...] = ((232, 196, 168), (206, 158, 124), (156, 110, 82), (243, 214, 192))
_HAIRS: tuple[Colour, ...] = ((58, 42, 36), (122, 84, 50), (196, 160, 104), (38, 38, 46),
                              (150, 150, 152))  # fmt: skip
_CLOTHS: tuple[Colour, ...] = ((70, 96, 132), (88, 108, 84), (128, 70, 86), (78, 82, 98))
_FINER = 2


@dataclass(frozen=True)
class Looks:
    """What tells one figure from another."""

    skin: Colour
    hair: Colour
    cloth: Colour
    long_hair: bool
    parting: float
    glasses: bool


def looks_of(holder: str) -> Looks:
    """The same looks for the same holder, on the card and above it."""
    throw = dice(0, f"figure:{holder}")
    return Looks(
        skin=throw.choice(_SKINS),
        hair=throw.choice(_HAIRS),
        cloth=throw.choice(_CLOTHS),
        long_hair=throw.random() < 0.5,
        parting=throw.uniform(-0.4, 0.4),
        glasses=throw.random() < 0.3,
    )


def shade(colour: Colour, by: float) -> Colour:
    """The colour darker (`by` below 1) or lighter."""
    red, green, blue = (min(255, round(c * by)) for c in colour)
    return red, green, blue


def portrait(pen: Pen, box: tuple[int, int, int, int], holder: str) -> None:
    """The figure in its frame."""
    x0, y0, x1, y1 = box
    width, height = (x1 - x0) * _FINER, (y1 - y0) * _FINER
    frame = Image.new("RGB", (width, height), (226, 231, 236))
    draw = ImageDraw.Draw(frame)
    figure(draw, (width * 0.5, height * 0.45), height * 0.235, looks_of(holder))
    draw.rectangle((0, 0, width - 1, height - 1), outline=(150, 158, 168), width=3)
    pen.image.paste(frame.resize((x1 - x0, y1 - y0), Image.Resampling.BOX), (x0, y0))
    pen.note_box("essential", "portrait", box)


def figure(
    draw: ImageDraw.ImageDraw, head: tuple[float, float], radius: float, looks: Looks
) -> None:
    """Head, hair and shoulders; `head` is the face's middle, `radius` its half height."""
    x, y = head
    r = radius

    def oval(cx: float, cy: float, rx: float, ry: float, fill: Colour) -> None:
        draw.ellipse(
            (x + (cx - rx) * r, y + (cy - ry) * r, x + (cx + rx) * r, y + (cy + ry) * r), fill
        )

    if looks.long_hair:
        oval(0, 0.25, 1.08, 1.45, shade(looks.hair, 0.85))
    oval(0, 2.95, 2.0, 1.5, looks.cloth)
    draw.rectangle((x - 2.0 * r, y + 2.95 * r, x + 2.0 * r, y + 9 * r), fill=looks.cloth)
    oval(0, 1.5, 0.52, 0.42, shade(looks.skin, 0.88))
    draw.rectangle((x - 0.34 * r, y + 0.6 * r, x + 0.34 * r, y + 1.5 * r), shade(looks.skin, 0.88))
    for side in (-1, 1):
        oval(side * 0.8, 0.05, 0.13, 0.22, shade(looks.skin, 0.92))
    oval(0, 0.05, 0.8, 1.0, looks.skin)
    _hair(draw, head, r, looks)
    _features(draw, head, r, looks)


def _hair(draw: ImageDraw.ImageDraw, head: tuple[float, float], r: float, looks: Looks) -> None:
    x, y = head
    t = np.linspace(math.pi, math.tau, 24)
    crown = [(x + 0.86 * r * math.cos(a), y - 0.12 * r + 1.04 * r * math.sin(a)) for a in t]
    fringe = []
    for a in t[::-1]:
        lift = 0.5 * math.sin(a) * (1 + looks.parting * math.cos(a))
        fringe.append((x + 0.84 * r * math.cos(a), y + (lift - 0.2) * r))
    draw.polygon(crown + fringe, fill=looks.hair)


def _features(draw: ImageDraw.ImageDraw, head: tuple[float, float], r: float, looks: Looks) -> None:
    x, y = head
    line = max(1, round(0.05 * r))
    dark = shade(looks.skin, 0.62)
    for side in (-0.34, 0.34):
        cx, cy, dot = x + side * r, y + 0.02 * r, 0.085 * r
        draw.ellipse((cx - dot, cy - dot, cx + dot, cy + dot), fill=(44, 44, 50))
        draw.arc((cx - 2.4 * dot, cy - 3.2 * dot, cx + 2.4 * dot, cy + dot), 215, 325,
                 shade(looks.hair, 0.9), line)  # fmt: skip
        if looks.glasses:
            ring = (cx - 0.27 * r, cy - 0.2 * r, cx + 0.27 * r, cy + 0.22 * r)
            draw.ellipse(ring, outline=(60, 62, 72), width=line)
    if looks.glasses:
        draw.line((x - 0.07 * r, y, x + 0.07 * r, y), fill=(60, 62, 72), width=line)
    draw.arc((x - 0.14 * r, y + 0.1 * r, x + 0.14 * r, y + 0.38 * r), 20, 160, dark, line)
    draw.arc(
        (x - 0.34 * r, y + 0.3 * r, x + 0.34 * r, y + 0.68 * r), 25, 155, (150, 76, 74), line + 1
    )


def signature(pen: Pen, box: tuple[int, int, int, int], seed: int) -> None:
    """A squiggle that reads as a signature and spells nothing."""
    throw = dice(seed, "signature")
    x0, y0, x1, y1 = box
    t = np.linspace(0, 1, 260)
    loops, tall = throw.uniform(4.5, 7.5), throw.uniform(0.24, 0.34)
    fade = np.exp(-1.6 * t) + 0.25
    wave = np.sin(loops * math.tau * t + throw.uniform(0, 6)) * tall * fade
    wave += 0.1 * np.sin(throw.uniform(8, 13) * t + 1) - 0.1 * t
    along = t + 0.055 * np.cos(loops * math.tau * t + 0.6)
    x = x0 + (along + 0.06) / 1.12 * (x1 - x0)
    y = np.clip(y0 + (y1 - y0) * (0.55 - wave), y0 + 3, y1 - 3)
    page = np.array(pen.image.crop(box))
    points = np.round((np.stack([x, y], 1) - (x0, y0)) * 16).astype(np.int32)
    cv2.polylines(page, [points], False, (34, 42, 96), 3, cv2.LINE_AA, 4)
    pen.image.paste(Image.fromarray(page), (x0, y0))
    pen.note_box("essential", "signature", box)
