"""Owns the machine-readable codes on a card's back."""

import numpy as np
import zxingcpp
from PIL import Image, ImageOps

from kyc.specimens.pen import Pen
from kyc.specimens.people import Person

_RIGHT, _TOP = 1320, 40
_WIDTHS = {"PDF417": 400, "QRCode": 250, "Code128": 420}


def codes(pen: Pen, person: Person, kind: str) -> None:
    """What the state prints: `qr`, `pdf417`, `code128` or `none`; contents are the numbers."""
    number = person.document_number
    if kind == "qr":
        _code(pen, f"{number};{person.personal_number}", "QRCode", 4)
    elif kind == "pdf417":
        _code(pen, f"{number}{person.personal_number}", "PDF417", 4)
    elif kind == "code128":
        _code(pen, number, "Code128", 3)


def _code(pen: Pen, content: str, kind: str, scale: int) -> None:
    barcode = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind))
    modules = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(barcode, scale=scale)))
    width = _WIDTHS[kind]
    size = (width, round(modules.height * width / modules.width))
    drawn = modules.resize(size, Image.Resampling.LANCZOS)
    left = _RIGHT - width
    pen.image.paste(drawn.convert("RGB"), (left, _TOP))
    x0, y0, x1, y1 = ImageOps.invert(drawn).getbbox() or (0, 0, *size)
    pen.note_box("sensitive", "barcode", (left + x0, _TOP + y0, left + x1, _TOP + y1))
