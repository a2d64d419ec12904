"""Owns pictures that this program made earlier: cover more, or show with the viewer's mark.

They come out of the vault, whose seal proves that they are ours; strangers' bytes go through
kyc.documents.redaction.
"""

import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.burn import burn, encode
from kyc.documents.geometry import upright_box
from kyc.documents.lettering import drawable, font_of
from kyc.documents.pages import Box, Cls, Pixels, Region
from kyc.errors import InvalidInputError

MOST_BOXES = 200
MARK_OPACITY = 56
MARK_DEGREES = 24
LEAST_MARK_SIZE, MARKS_ACROSS = 14, 48


def cover(jpeg: bytes, boxes: Sequence[Box]) -> bytes:
    """Burn more boxes (pixels of this picture) into a stored picture and encode it anew.

    Raises InvalidInputError for no box, too many, or one that is no rectangle inside the picture.
    """
    page = stored_pixels(jpeg)
    return encode(burn(page, manual_regions(boxes, page)).page)


def stored_pixels(jpeg: bytes) -> Pixels:
    """The pixels of a picture that this program made."""
    return np.asarray(_ours(jpeg), np.uint8)


def manual_regions(boxes: Sequence[Box], page: Pixels) -> list[Region]:
    """A person's boxes as regions. Raises InvalidInputError as `cover` says."""
    if not 1 <= len(boxes) <= MOST_BOXES:
        raise InvalidInputError("between one and 200 boxes are needed")
    return [Region(Cls.MANUAL, _corners(box, page)) for box in boxes]


def _corners(box: Box, page: Pixels) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    height, width = page.shape[:2]
    values = (box.x, box.y, box.width, box.height)
    if not all(math.isfinite(value) for value in values) or box.width <= 0 or box.height <= 0:
        raise InvalidInputError("a box needs finite sides above zero")
    x0, y0 = math.floor(max(0.0, box.x)), math.floor(max(0.0, box.y))
    x1, y1 = math.ceil(min(width, box.x + box.width)), math.ceil(min(height, box.y + box.height))
    if x0 >= x1 or y0 >= y1:
        raise InvalidInputError("a box lies outside the picture")
    return upright_box(x0, y0, x1, y1)


def for_screen(jpeg: bytes, lines: tuple[str, ...], max_side: int) -> bytes:
    """The picture at most `max_side` px long, the viewer's mark drawn over it again and again.

    `lines` name the viewer's pseudonym, the case and the minute. The stored picture stays as it
    is; only what goes to one screen carries the mark.
    """
    picture = _ours(jpeg)
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    marked = Image.alpha_composite(picture.convert("RGBA"), _pattern(picture.size, lines))
    return encode(np.asarray(marked.convert("RGB"), np.uint8))


def _pattern(size: tuple[int, int], lines: tuple[str, ...]) -> Image.Image:
    """Slanted rows of the mark, light with a dark edge, so that it reads on any ground."""
    side = math.ceil(math.hypot(*size))
    font = font_of(max(LEAST_MARK_SIZE, max(size) // MARKS_ACROSS))
    row = _row("   ".join(drawable(line) for line in lines), font)
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    for at, y in enumerate(range(0, side, int(font.size * 6))):
        for x in range(-(at * row.width // 3 % row.width), side, row.width):
            layer.paste(row, (x, y))
    turned = layer.rotate(MARK_DEGREES, Image.Resampling.BILINEAR)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))


def _row(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """One copy of the mark with the gap behind it; drawn once, laid many times."""
    width = max(1, math.ceil(font.getlength(text) + 3 * font.size))
    row = Image.new("RGBA", (width, math.ceil(font.size * 1.5)), (0, 0, 0, 0))
    ImageDraw.Draw(row).text(
        (2, 2),
        text,
        font=font,
        fill=(255, 255, 255, MARK_OPACITY),
        stroke_width=max(1, int(font.size) // 14),
        stroke_fill=(40, 40, 40, MARK_OPACITY),
    )
    return row


def _ours(jpeg: bytes) -> Image.Image:
    """Decode our own baseline JPEG; only that decoder is given a try."""
    return Image.open(io.BytesIO(jpeg), formats=["JPEG"]).convert("RGB")
