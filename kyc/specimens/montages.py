"""Owns several drawings on one sheet: two cards, both sides of one, a passport's spread."""

import numpy as np
from PIL import Image

from kyc.specimens.captions import Caption
from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing, Field
from kyc.specimens.entries import notes_of, says
from kyc.specimens.grounds import guilloche, specimen_mark, specimen_tag
from kyc.specimens.numbers import filled
from kyc.specimens.passports import SIZE
from kyc.specimens.pen import Pen
from kyc.specimens.people import Person
from kyc.specimens.photographs import moved
from kyc.specimens.states import state_of

_GAP = 36
_PAPER = (247, 246, 243)


def stacked(first: Drawing, second: Drawing, *, beside: bool = False) -> Drawing:
    """Two drawings on one white sheet, one below the other or side by side."""
    a, b = first.image, second.image
    if beside:
        size = a.width + b.width + 3 * _GAP, max(a.height, b.height) + 2 * _GAP
        places = ((_GAP, _GAP), (a.width + 2 * _GAP, _GAP))
    else:
        size = max(a.width, b.width) + 2 * _GAP, a.height + b.height + 3 * _GAP
        places = ((_GAP, _GAP), (_GAP, a.height + 2 * _GAP))
    sheet = Image.new("RGB", size, _PAPER)
    fields: list[Field] = []
    for drawing, (x, y) in zip((first, second), places, strict=True):
        sheet.paste(drawing.image, (x, y))
        fields += moved(drawing.fields, np.array([[1.0, 0, x], [0, 1.0, y], [0, 0, 1.0]]))
    return Drawing(sheet, tuple(fields))


def spread(data_page: Drawing, person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """The open passport: the page of remarks above the data page, with a fold between them."""
    above = _remarks(person, state, seed)
    height = above.image.height
    book = Image.new("RGB", (SIZE[0], height + data_page.image.height))
    book.paste(above.image, (0, 0))
    book.paste(data_page.image, (0, height))
    fold = np.array(book)
    depth = np.abs(np.arange(book.height) - height)[:, None, None]
    fold = (fold * (1 - 0.35 * np.exp(-depth / 14.0))).astype(np.uint8)
    lower = moved(data_page.fields, np.array([[1.0, 0, 0], [0, 1.0, height], [0, 0, 1.0]]))
    return Drawing(Image.fromarray(fold), (*above.fields, *lower))


def _remarks(person: Person, state: str, seed: int) -> Drawing:
    issuer = state_of(state)
    page = says(person, issuer)
    pen = Pen(guilloche(SIZE, issuer.tints, issuer.ink, seed + 1), issuer.ink)
    specimen_mark(pen)
    pen.write((90, 90), issuer.name, 44, "strong", issuer.ink, width=900)
    at = 220.0
    for item in (Caption.ADDRESS, Caption.PERSONAL):
        value = page.values[item]
        if value:
            pen.labelled((90, at), page.caption(item), value, notes_of(item), 1000, 36)
            at += 120
    serial = filled("@@ #######", dice(seed, f"remarks:{person.document_number}"))
    pen.write((90, at), serial, 34, note=("sensitive", "serial"))
    number = person.document_number
    pen.write((1120, 950), number, 40, "strong", note=("sensitive", "docno"), width=320)
    specimen_tag(pen, (300, 950), 34)
    return pen.done()
