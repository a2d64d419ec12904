"""Owns a drawing: an image, and the exact place of every field on it."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageFont

_FONTS = Path(__file__).parent / "fonts"

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Cls = Literal["sensitive", "essential"]

INK = (28, 30, 36)


@dataclass(frozen=True)
class Field:
    """Where a piece of text stands; `cls` says whether it must be covered or must stay."""

    cls: Cls
    kind: str
    quad: Quad
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Drawing:
    image: Image.Image
    fields: tuple[Field, ...]


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    files = {
        "text": "OpenSans-Regular.ttf",
        "strong": "OpenSans-Semibold.ttf",
        "mrz": "OCRB.otf",
        "hand": "ComicNeue-Regular.otf",
    }
    return ImageFont.truetype(str(_FONTS / files[name]), size)


class Pen:
    """Writes on an image and notes where."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.fields: list[Field] = []

    def write(
        self,
        at: Point,
        text: str,
        size: int,
        face: str = "text",
        ink: tuple[int, int, int] = INK,
        note: tuple[Cls, str] | None = None,
    ) -> Point:
        """Writes one line with its upper left corner at `at`; returns its lower right corner."""
        used = font(face, size)
        self.draw.text(at, text, font=used, fill=ink)
        left, top, right, bottom = self.draw.textbbox(at, text, font=used)
        if note is not None:
            quad = ((left, top), (right, top), (right, bottom), (left, bottom))
            self.fields.append(Field(note[0], note[1], quad, text))
        return right, bottom

    def labelled(
        self, at: Point, label: str, value: str, note: tuple[Cls, str], size: int = 30
    ) -> None:
        """A small label with its value below, as documents have them."""
        self.write(at, label, max(13, size // 2), ink=(70, 84, 110))
        self.write((at[0], at[1] + size * 0.68), value, size, "strong", note=note)

    def spaced(self, at: Point, text: str, size: int, width: float) -> None:
        """A line of fixed pitch over exactly `width`: a line of a machine-readable zone."""
        used, pitch = font("mrz", size), width / len(text)
        for i, c in enumerate(text):
            self.draw.text((at[0] + i * pitch, at[1]), c, font=used, fill=(16, 16, 20))
        x, y, height = at[0], at[1], size * 0.95
        quad = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.fields.append(Field("sensitive", "mrz", quad, text))

    def note_box(self, cls: Cls, kind: str, box: tuple[float, float, float, float]) -> None:
        x0, y0, x1, y1 = box
        self.fields.append(Field(cls, kind, ((x0, y0), (x1, y0), (x1, y1), (x0, y1))))

    def done(self) -> Drawing:
        return Drawing(self.image, tuple(self.fields))


def label_json(drawing: Drawing, filename: str) -> dict[str, Any]:
    """Labels of a drawing for scoring: file, size, and a quad for each field."""
    return {
        "file": filename,
        "width": drawing.image.width,
        "height": drawing.image.height,
        "fields": [
            {
                "cls": item.cls,
                "kind": item.kind,
                "quad": [[round(x, 1), round(y, 1)] for x, y in item.quad],
                "ocr_text": item.text,
            }
            for item in drawing.fields
        ],
    }
