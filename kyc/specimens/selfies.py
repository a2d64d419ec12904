"""Owns the drawn photo of a person who holds a document and a handwritten statement."""

import random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from kyc.specimens.drawing import Drawing, Field, Pen, font
from kyc.specimens.ornaments import figure
from kyc.specimens.people import Person
from kyc.specimens.photographs import moved

SIZE = (1600, 1200)
_CARD = np.array([[120, 640], [640, 600], [660, 940], [140, 980]], np.float32)
_PAPER = (920, 560, 1500, 1020)


def draw_selfie(
    person: Person, document: Drawing, statement: tuple[str, ...], *, seed: int
) -> Drawing:
    """A figure of shapes, the card in one hand, the written paper in the other."""
    chance = random.Random(f"selfie-{seed}-{person.surname}")
    pen = Pen(_room(chance))
    figure(pen.draw, (800, 380), 190, person.document_number)
    for x in (700, 900):
        pen.draw.ellipse((x - 60, 900, x + 60, 1010), fill=(214, 176, 148))
    held = _hold(pen, document)
    _write(pen, statement, chance)
    grain = np.random.default_rng(seed).normal(0, 4, (SIZE[1], SIZE[0], 1))
    soft = np.asarray(pen.image.filter(ImageFilter.GaussianBlur(0.7)), np.float64)
    image = Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))
    return Drawing(image, (*held, *pen.fields))


def _room(chance: random.Random) -> Image.Image:
    wall = tuple(chance.randrange(170, 215) for _ in range(3))
    room = Image.new("RGB", SIZE, wall)
    draw = ImageDraw.Draw(room)
    draw.rectangle((0, 960, *SIZE), fill=tuple(c - 50 for c in wall))
    draw.rectangle((90, 90, 380, 420), fill=(210, 226, 236), outline=(240, 240, 240), width=14)
    return room


def _hold(pen: Pen, document: Drawing) -> tuple[Field, ...]:
    """Lays the card into the picture, keeping its proportions."""
    width, height = document.image.size
    corners = _CARD.copy()
    down = (corners[3] - corners[0]) * (height / width) / (340 / 520)
    corners[3], corners[2] = corners[0] + down, corners[1] + down
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    lay = cv2.getPerspectiveTransform(flat, corners)
    source = np.asarray(document.image.convert("RGB"))
    warped = cv2.warpPerspective(source, lay, SIZE, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(source.shape[:2], 255, np.uint8), lay, SIZE)
    pen.image.paste(Image.fromarray(warped), (0, 0), Image.fromarray(mask))
    left, bottom = (corners[3] + corners[2]) / 2 + (0, -20)
    pen.draw.ellipse((left - 80, bottom - 20, left + 40, bottom + 90), fill=(214, 176, 148))
    return moved(document.fields, lay)


def _write(pen: Pen, statement: tuple[str, ...], chance: random.Random) -> None:
    """Lines in an unsteady hand: each letter a little off its place."""
    x0, y0, x1, y1 = _PAPER
    pen.draw.polygon([(x0, y0 + 12), (x1, y0), (x1 + 10, y1), (x0 + 12, y1 + 10)],
                     fill=(250, 249, 244))  # fmt: skip
    pen.draw.ellipse((x1 - 90, y1 - 60, x1 + 40, y1 + 60), fill=(214, 176, 148))
    step = min(120, (y1 - y0 - 80) // max(1, len(statement)))
    for i, line in enumerate(statement):
        _line(pen, (x0 + 46, y0 + 60 + i * step), line, x1 - x0 - 80, chance)


def _line(
    pen: Pen, at: tuple[float, float], line: str, width: float, chance: random.Random
) -> None:
    size = 58
    while font("hand", size).getlength(line) > width and size > 20:
        size -= 2
    used, (x, y) = font("hand", size), at
    top, left = y, x
    for c in line:
        wobble = chance.uniform(-2.5, 2.5)
        pen.draw.text((x, y + wobble), c, font=used, fill=(26, 34, 96),
                      stroke_width=1, stroke_fill=(26, 34, 96))  # fmt: skip
        x += used.getlength(c) + chance.uniform(-0.6, 1.2)
    pen.note_box("essential", "statement", (left, top, x, top + size * 1.2))
