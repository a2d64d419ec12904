"""Owns text drawn into pictures: the packaged font, what it has letters for, line breaking."""

import unicodedata
from functools import cache

from PIL import ImageFont

from kyc.resources import font_path

LIKENESS_SIZE = 16
MISSING = "\uffff"


@cache
def font_of(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Open Sans out of the package: Latin, Greek and Cyrillic, the same on every machine."""
    name = "OpenSans-Semibold.ttf" if bold else "OpenSans-Regular.ttf"
    return ImageFont.truetype(font_path(name), max(1, round(size)))


def drawable(text: str) -> str:
    """The text as far as the font has it: else letters lose their accents, others become `?`."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(glyph if _is_drawn(glyph) else _plain(glyph) for glyph in composed)


def _plain(glyph: str) -> str:
    if unicodedata.category(glyph) in {"Mn", "Cf"}:
        return ""
    base = unicodedata.normalize("NFKD", glyph)[0]
    return base if _is_drawn(base) else "?"


@cache
def _is_drawn(glyph: str) -> bool:
    if glyph == " ":
        return True
    return glyph.isprintable() and _picture(glyph) not in {_picture(MISSING), b""}


def _picture(glyph: str) -> bytes:
    """How one letter looks; whatever the font lacks looks like any other that it lacks."""
    mask = font_of(LIKENESS_SIZE).getmask(glyph)
    return repr(mask.size).encode() + bytes(mask) if mask.getbbox() else b""


def broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The text in rows no longer than `width` px, broken between words, or inside of a long one."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and font.getlength(longer) > width:
            rows.append("")
            longer = word
        rows[-1] = longer
        while font.getlength(rows[-1]) > width and len(rows[-1]) > 1:
            fitting = _fitting(rows[-1], font, width)
            rows[-1:] = [rows[-1][:fitting], rows[-1][fitting:]]
    return rows


def _fitting(word: str, font: ImageFont.FreeTypeFont, width: float) -> int:
    """How many letters of a word fit; at least one."""
    lengths = (count for count in range(len(word), 1, -1) if font.getlength(word[:count]) <= width)
    return next(lengths, 1)
