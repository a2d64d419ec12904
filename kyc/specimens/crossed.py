"""Owns numbers that meet something else: big words, other print, a fold, woven patches."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing, Field, Quad, upright
from kyc.specimens.grounds import MARK
from kyc.specimens.pen import INK, fitted, font
from kyc.specimens.worn import ghost, perforated, weave

_DATES = frozenset({"dob", "doi", "doe"})
_BIG = 3.2
"""Heights of a ghost number in the word above it."""


def ghost_under_word(drawing: Drawing, number: str, seed: int) -> Drawing:
    """A ghost number with SPECIMEN in big translucent letters across it."""
    faint = ghost(drawing, number, seed)
    throw = dice(seed, "word")
    left, top, right, bottom = _box(faint.fields[-1])
    face = font("strong", round(_BIG * (bottom - top)))
    wide = round(face.getlength("SPECIMEN")) + 40
    layer = Image.new("L", (wide, round(2 * _BIG * (bottom - top))), 0)
    middle = (layer.width / 2, layer.height / 2)
    ImageDraw.Draw(layer).text(
        middle, "SPECIMEN", font=face, anchor="mm", fill=60, stroke_width=3, stroke_fill=140
    )
    turned = layer.rotate(throw.uniform(-24, 24), Image.Resampling.BILINEAR, expand=True)
    x, y = (left + right) / 2, (top + bottom) / 2
    image = faint.image.copy()
    image.paste(MARK, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)
    return Drawing(image, faint.fields)


def glued(drawing: Drawing, number: str, seed: int) -> Drawing:
    """The number again, right behind a printed date, so close that both read as one."""
    field = max((f for f in drawing.fields if f.kind in _DATES), key=lambda f: _free(drawing, f))
    _, top, right, bottom = _box(field)
    image = drawing.image.copy()
    face = fitted("strong", round((bottom - top) * 0.86), number, _free(drawing, field))
    gap = dice(seed, "glued").uniform(0.02, 0.3) * (bottom - top)
    at = (right + gap, bottom - (bottom - top) * 0.14)
    pen = ImageDraw.Draw(image)
    pen.text(at, number, INK, face, anchor="ls")
    quad = upright(*pen.textbbox(at, number, face, anchor="ls"))
    return Drawing(image, (*drawing.fields, Field("sensitive", "docno", quad, number)))


def dates_overprinted(drawing: Drawing, number: str, seed: int) -> Drawing:
    """A laser patch of woven coloured lines over every date."""
    throw = dice(seed, f"dates:{number}")
    image = drawing.image.copy()
    for field in drawing.fields:
        if field.kind in _DATES:
            left, top, right, bottom = _box(field)
            weave(image, (left - 14, top - 12, right + 14, bottom + 12), throw)
    return replace(drawing, image=image)


def punched_through(spread: Drawing, number: str, seed: int) -> Drawing:
    """A spread with the number punched through both leaves: the upper one shows it mirrored."""
    fold = spread.image.height // 2
    lower = spread.image.crop((0, fold, spread.image.width, spread.image.height))
    below = [replace(item, quad=_down(item.quad, -fold)) for item in spread.fields]
    punched = perforated(Drawing(lower, tuple(below)), number, seed)
    left, top, right, bottom = (round(v) for v in _box(punched.fields[-1]))
    plain = np.asarray(lower.crop((left, top, right, bottom)), np.int16)
    holes = punched.image.crop((left, top, right, bottom))
    changed = (np.abs(np.asarray(holes, np.int16) - plain).max(axis=2) > 0) * np.uint8(255)
    image = spread.image.copy()
    image.paste(punched.image, (0, fold))
    mirrored = (left, fold - bottom)
    image.paste(ImageOps.flip(holes), mirrored, ImageOps.flip(Image.fromarray(changed)))
    above = upright(left, fold - bottom, right, fold - top)
    quads: tuple[Quad, ...] = (_down(punched.fields[-1].quad, fold), above)
    holes_at = tuple(Field("sensitive", "perf", quad, number) for quad in quads)
    return Drawing(image, (*spread.fields, *holes_at))


def _box(field: Field) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = field.quad[0], field.quad[2]
    return left, top, right, bottom


def _free(drawing: Drawing, field: Field) -> float:
    """Pixels behind a field up to the next one on its row, or to the drawing's edge."""
    _, top, right, bottom = _box(field)
    boxes = (_box(other) for other in drawing.fields)
    starts = [x0 for x0, y0, _, y1 in boxes if x0 > right and y0 < bottom and top < y1]
    return min([drawing.image.width - 20.0, *starts]) - right - 16


def _down(quad: Quad, by: float) -> Quad:
    a, b, c, d = ((x, y + by) for x, y in quad)
    return a, b, c, d


CROSSED: MappingProxyType[str, Callable[[Drawing, str, int], Drawing]] = MappingProxyType({
    "ghost_under_word": ghost_under_word,
    "glued": glued,
    "dates_overprinted": dates_overprinted,
    "punched_through": punched_through,
})  # fmt: skip
