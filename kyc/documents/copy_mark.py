"""Owns the strip below a picture that makes it recognisable as a copy."""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.lettering import broken, drawable, font_of
from kyc.documents.pages import CopyMark, Pixels

LEAST_SIZE, MOST_SIZE, CHARACTERS_A_ROW = 14, 40, 42
WORD_SIZE, STEP = 1.6, 1.35
LEAST_WIDTH = 240
"""A narrower picture gets a white margin at its right, so that the mark can be read."""

Row = tuple[str, ImageFont.FreeTypeFont]


def with_copy_mark(page: Pixels, mark: CopyMark) -> Pixels:
    """Append the mark below the picture; nothing of the picture is written over.

    German law wants a copy recognisable as one, clearly and for good (PAuswG section 20(2)). The
    mark grows with the picture, so that it is readable however large both are shown.
    """
    width = max(page.shape[1], LEAST_WIDTH)
    missing = width - page.shape[1]
    wide = np.pad(page, ((0, 0), (0, missing), (0, 0)), constant_values=255) if missing else page
    return np.vstack([wide, _strip(list(_rows(mark, width)), width)])


def _rows(mark: CopyMark, width: int) -> Iterator[Row]:
    """What stands in the strip: the word for a copy in large letters, then the lines."""
    size = max(LEAST_SIZE, min(MOST_SIZE, width // CHARACTERS_A_ROW))
    head, body = font_of(size * WORD_SIZE, bold=True), font_of(size)
    texts = [(" / ".join(mark.words), head), *((line, body) for line in mark.lines)]
    for text, font in texts:
        yield from ((row, font) for row in broken(drawable(text), font, width - size) if row)


def _strip(rows: Sequence[Row], width: int) -> Pixels:
    """Black on white under a rule: the highest contrast there is."""
    heights = [round(font.size * STEP) for _, font in rows]
    edge = max((round(font.size) for _, font in rows), default=0) // 3
    strip = Image.new("RGB", (width, sum(heights) + 2 * edge), "white")
    pen = ImageDraw.Draw(strip)
    pen.rectangle((0, 0, width, max(1, edge // 4)), fill="black")
    top = edge
    for (text, font), height in zip(rows, heights, strict=True):
        pen.text((edge, top), text, fill="black", font=font)
        top += height
    return np.asarray(strip, np.uint8)
