"""Owns handwriting: lines of a statement on paper, each letter a little off its place."""

import math
import unicodedata
from random import Random

from PIL import Image, ImageDraw, ImageFont

from kyc.specimens.drawing import Drawing, Field, Point, upright
from kyc.specimens.pen import Colour, font

_PAPER: Colour = (251, 250, 245)
_RULE: Colour = (206, 218, 232)
_INKS: tuple[Colour, ...] = ((28, 40, 118), (24, 26, 40), (40, 34, 92))
_FINER = 2
_MARGIN = 0.07


def write_page(lines: tuple[str, ...], size: tuple[int, int], throw: Random) -> Drawing:
    """A ruled sheet with these lines; one `statement` label a line, in pixels of the sheet."""
    width, height = size[0] * _FINER, size[1] * _FINER
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    rows = max(4, len(lines) + 1)
    step = height / (rows + 0.3)
    for i in range(1, rows + 1):
        draw.line((0, step * i, width, step * i), fill=_RULE, width=3)
    ink, fields = throw.choice(_INKS), []
    for i, line in enumerate(lines):
        em = _em(line, width * (1 - 2 * _MARGIN), step * 0.74)
        base = step * (i + 1) - em * 0.16
        end = _write_line(sheet, (width * _MARGIN, base), line, em, ink, throw)
        box = upright(width * _MARGIN - 8, base - em * 0.85, end + 8, base + em * 0.3)
        fields.append(Field("essential", "statement", box, line))
    return Drawing(sheet, tuple(fields))


def _em(line: str, width: float, tallest: float) -> int:
    """The largest letters, up to `tallest`, with which the line fits."""
    natural = sum(_face(c, 100).getlength(c) for c in line) / 100 * 1.07
    return max(16, int(min(tallest, width / max(natural, 0.1))))


def _face(letter: str, em: int) -> ImageFont.FreeTypeFont:
    """The hand knows Latin; other scripts are written with the plain face."""
    known = letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
    return font("hand" if known else "text", em)


def _write_line(
    sheet: Image.Image, at: Point, line: str, em: int, ink: Colour, throw: Random
) -> float:
    """Writes along a wavering base line; returns where it ends."""
    x, base = at
    sway, slant = throw.uniform(0, 6), throw.uniform(-1, 5)
    for i, letter in enumerate(line):
        size = round(em * throw.uniform(0.95, 1.05))
        drift = em * (0.035 * math.sin(sway + i * 0.45) + throw.uniform(-0.02, 0.02))
        if not letter.isspace():
            _stamp(sheet, (x, base + drift), letter, size, (ink, throw.uniform(-3, 3) - slant))
        x += _face(letter, em).getlength(letter) + em * throw.uniform(-0.01, 0.06)
    return x


def _stamp(
    sheet: Image.Image, at: Point, letter: str, size: int, stroke: tuple[Colour, float]
) -> None:
    ink, turn = stroke
    side = size * 2
    mask = Image.new("L", (side, side), 0)
    place = (side * 0.25, side * 0.65)
    pressure = max(1, size // 50)
    ImageDraw.Draw(mask).text(
        place, letter, 255, _face(letter, size), "ls", stroke_width=pressure, stroke_fill=235
    )
    turned = mask.rotate(turn, Image.Resampling.BILINEAR, center=place)
    sheet.paste(ink, (round(at[0] - place[0]), round(at[1] - place[1])), turned)
