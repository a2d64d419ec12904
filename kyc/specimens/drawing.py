"""Owns a drawing: an image, and the exact place of every field on it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Cls = Literal["sensitive", "essential"]


@dataclass(frozen=True)
class Field:
    """Where something stands; `cls` says whether a review copy must cover it or must show it.

    The quad is in pixels, clockwise from the text's own upper left corner.
    Sensitive kinds: docno, pno, mrz, barcode, can, serial, address, pob, height.
    Essential kinds: name, dob, doi, doe, nat, sex, type, issuer, portrait, signature, statement.
    """

    cls: Cls
    kind: str
    quad: Quad
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Drawing:
    """An RGB image and its labels."""

    image: Image.Image
    fields: tuple[Field, ...]


def upright(left: float, top: float, right: float, bottom: float) -> Quad:
    """A box as a quad."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


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
