"""Owns what makes a drawing look like a document: grounds, portraits of shapes, signatures."""

import math
import random

import numpy as np
from PIL import Image, ImageDraw

from kyc.specimens.drawing import Pen, font

Colour = tuple[int, int, int]


def guilloche(size: tuple[int, int], tint: Colour, seed: int) -> Image.Image:
    """A pale ground of woven lines in two shades of one colour."""
    chance = random.Random(f"ground-{seed}")
    width, height = size
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    a, b, c = (chance.uniform(0.006, 0.02) for _ in range(3))
    waves = np.sin(y * 0.35 + 26 * np.sin(x * a)) * np.sin(x * 0.31 + 22 * np.sin(y * b))
    swell = 0.5 + 0.5 * np.sin(x * c * 0.35 + y * a * 0.3)
    pale = np.array(tint, np.float64) * 0.28 + 255 * 0.72
    shade = (waves * 9 + swell * 14 - 10)[..., None]
    ground = np.clip(pale - shade * np.array([1.0, 0.9, 0.8]), 0, 255).astype(np.uint8)
    return Image.fromarray(ground)


def portrait(pen: Pen, box: tuple[int, int, int, int], holder: str) -> None:
    """A figure of plain shapes, plainly drawn: nobody's face; the same for the same holder."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    frame = Image.new("RGB", (width, height), (222, 228, 232))
    draw = ImageDraw.Draw(frame)
    figure(draw, (width * 0.5, height * 0.42), height * 0.22, holder)
    draw.rectangle((0, 0, width - 1, height - 1), outline=(120, 130, 140), width=2)
    pen.image.paste(frame, (x0, y0))
    pen.note_box("essential", "portrait", box)


def figure(
    draw: ImageDraw.ImageDraw, head: tuple[float, float], radius: float, holder: str
) -> None:
    """Head, hair and shoulders as circles and a trapezium, coloured by who it is."""
    chance = random.Random(f"figure-{holder}")
    x, y = head
    skin = chance.choice(((226, 190, 160), (198, 150, 118), (150, 106, 80), (240, 208, 184)))
    hair = chance.choice(((60, 44, 36), (120, 84, 50), (190, 160, 110), (40, 40, 46)))
    cloth = chance.choice(((70, 96, 132), (96, 110, 80), (132, 70, 84), (84, 84, 96)))
    r = radius
    shoulders = [(x - 1.9 * r, y + 3.1 * r), (x - 1.2 * r, y + 1.45 * r),
                 (x + 1.2 * r, y + 1.45 * r), (x + 1.9 * r, y + 3.1 * r)]  # fmt: skip
    draw.ellipse((x - 1.12 * r, y - 1.4 * r, x + 1.12 * r, y + 0.6 * r), fill=hair)
    draw.polygon(shoulders, fill=cloth)
    draw.rectangle((x - 0.35 * r, y + 0.6 * r, x + 0.35 * r, y + 1.6 * r), fill=skin)
    draw.ellipse((x - 0.85 * r, y - 1.05 * r, x + 0.85 * r, y + 1.15 * r), fill=skin)
    dot = max(1.0, 0.07 * r)
    for side in (-0.33, 0.33):
        cx, cy = x + side * r, y - 0.05 * r
        draw.ellipse((cx - dot, cy - dot, cx + dot, cy + dot), fill=(40, 40, 44))
    line = max(1, int(0.06 * r))
    draw.arc((x - 0.35 * r, y + 0.2 * r, x + 0.35 * r, y + 0.65 * r), 20, 160,
             fill=(120, 60, 56), width=line)  # fmt: skip


def signature(pen: Pen, box: tuple[int, int, int, int], seed: int) -> None:
    """A squiggle that reads as a signature and spells nothing."""
    chance = random.Random(f"signature-{seed}")
    x0, y0, x1, y1 = box
    steps = 90
    a, b = chance.uniform(3, 6), chance.uniform(7, 11)
    points = []
    for i in range(steps):
        t = i / steps
        swing = 0.32 * math.sin(a * t * math.tau) + 0.16 * math.sin(b * t * math.tau + 1)
        points.append((x0 + t * (x1 - x0), y0 + (y1 - y0) * (0.5 + swing * (1 - 0.5 * t))))
    pen.draw.line(points, fill=(30, 40, 90), width=4, joint="curve")
    pen.note_box("essential", "signature", box)


def specimen_mark(pen: Pen, size: tuple[int, int], colour: Colour) -> None:
    """SPECIMEN across the drawing: it is no document, and nobody shall take it for one."""
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    used = font("strong", size[0] // 9)
    draw.text((size[0] / 2, size[1] / 2), "SPECIMEN", font=used, anchor="mm", fill=(*colour, 58))
    turned = layer.rotate(24, Image.Resampling.BICUBIC)
    pen.image.paste(Image.alpha_composite(pen.image.convert("RGBA"), turned).convert("RGB"))
