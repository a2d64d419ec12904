"""Owns text drawn into pictures: the bundled font, its alphabet, line breaking."""

import unicodedata

from PIL import ImageFont

PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE"}
    | {"œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ð": "d", "ı": "i", "–": "-", "—": "-"}
    | {"·": "-", "’": "'", "„": '"', "“": '"', "”": '"', "№": "No"}
)


def font_of(size: float) -> ImageFont.FreeTypeFont:
    """The font inside Pillow, so that no system font is needed and every machine draws alike."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def drawable(text: str) -> str:
    """The bundled font has ASCII only: letters lose their accents, others become `?`."""
    spread = unicodedata.normalize("NFKD", text.translate(PLAIN))
    plain = "".join(glyph for glyph in spread if not unicodedata.combining(glyph))
    return plain.encode("ascii", "replace").decode("ascii")


def broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The text in rows no longer than `width` px, broken between words."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and font.getlength(longer) > width:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows
