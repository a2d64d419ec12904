"""Owns the strip below a picture that makes it recognisable as a copy."""

import numpy as np
from PIL import Image, ImageDraw

from kyc.documents.lettering import broken, drawable, font_of
from kyc.documents.pages import CopyMark, Pixels

LEAST_SIZE, MOST_SIZE, CHARACTERS_A_ROW = 12, 36, 42


def with_copy_mark(page: Pixels, mark: CopyMark) -> Pixels:
    """Append the mark's lines below the picture; nothing of the picture is written over.

    German law wants a copy recognisable as one (PAuswG section 20(2)).
    """
    width = page.shape[1]
    font = font_of(max(LEAST_SIZE, min(MOST_SIZE, width // CHARACTERS_A_ROW)))
    rows = [row for line in mark.lines for row in broken(drawable(line), font, width - font.size)]
    step = int(font.size * 1.35)
    strip = Image.new("RGB", (width, step * len(rows) + step // 2), "white")
    pen = ImageDraw.Draw(strip)
    pen.rectangle((0, 0, width, max(1, step // 12)), fill="black")
    for at, row in enumerate(rows):
        pen.text((step // 3, step // 4 + at * step), row, fill="black", font=font)
    return np.vstack([page, np.asarray(strip, np.uint8)])
