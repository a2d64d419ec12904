"""Owns writing on an image: letters in their fonts, and a note of where they stand."""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kyc.specimens.drawing import Cls, Drawing, Field, Point, upright

Colour = tuple[int, int, int]
Note = tuple[Cls, str]

INK: Colour = (28, 30, 36)
_FONTS = Path(__file__).parent / "fonts"
_FILES = {
    "text": "OpenSans-Regular.ttf",
    "strong": "OpenSans-Semibold.ttf",
    "mrz": "OCRB.otf",
    "hand": "ComicNeue-Regular.otf",
}
# The zone's pitch is 2.54 mm and OCR-B's advance is 0.723 em (ICAO 9303 part 3, section 4.8).
_PITCH_IN_EM = 0.723


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A face at `size` pixels; basic layout, so that no shaping library changes a picture."""
    return ImageFont.truetype(
        str(_FONTS / _FILES[name]), size, layout_engine=ImageFont.Layout.BASIC
    )


def fitted(name: str, size: int, text: str, width: float) -> ImageFont.FreeTypeFont:
    """The face at `size`, or as much smaller as `text` needs for `width` pixels."""
    needed = font(name, size).getlength(text)
    return font(name, size if needed <= width else max(8, int(size * width / needed)))


class Pen:
    """Writes on an image and notes where."""

    def __init__(self, image: Image.Image, ink: Colour = INK) -> None:
        self.image = image
        self.ink = ink
        self.draw = ImageDraw.Draw(image)
        self.fields: list[Field] = []

    def write(
        self,
        at: Point,
        text: str,
        size: int,
        face: str = "text",
        ink: Colour = INK,
        note: Note | None = None,
        width: float = 9999,
    ) -> None:
        """One line with its upper left corner at `at`, smaller where `width` asks for it."""
        used = fitted(face, size, text, width)
        self.draw.text(at, text, font=used, fill=ink)
        if note is not None:
            left, top, right, bottom = self.draw.textbbox(at, text, font=used)
            margin = size * 0.08
            quad = upright(left - margin, top - margin, right + margin, bottom + margin)
            self.fields.append(Field(note[0], note[1], quad, text))

    def labelled(
        self, at: Point, label: str, value: str, note: Note | None, width: float, size: int = 32
    ) -> None:
        """A small caption with its value below, as documents have them."""
        self.write(at, label, round(size * 0.56), ink=self.ink, width=width)
        below = (at[0], at[1] + size * 0.62)
        self.write(below, value, size, "strong", note=note, width=width)

    def spaced(self, at: Point, text: str, pitch: float) -> None:
        """A line of a machine-readable zone: capitals from `at` downwards, one every `pitch`."""
        size = round(pitch / _PITCH_IN_EM)
        used = font("mrz", size)
        x, y = at
        for i, c in enumerate(text):
            self.draw.text((x + i * pitch, y), c, font=used, fill=(16, 16, 20), anchor="lt")
        margin, height = size * 0.1, size * 0.72
        quad = upright(x - margin, y - margin, x + len(text) * pitch, y + height + margin)
        self.fields.append(Field("sensitive", "mrz", quad, text))

    def note_box(self, cls: Cls, kind: str, box: tuple[float, float, float, float]) -> None:
        self.fields.append(Field(cls, kind, upright(*box)))

    def done(self) -> Drawing:
        return Drawing(self.image, tuple(self.fields))
