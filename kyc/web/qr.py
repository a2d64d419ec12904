"""Owns QR codes drawn for our own pages."""

import re

import zxingcpp
from markupsafe import Markup


def qr_svg(content: str) -> Markup:
    """An SVG element, safe in a page: zxing writes it from the modules, not from the text."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
    svg = str(zxingcpp.write_barcode_to_svg(barcode))
    shape = svg[svg.index("<svg") :]
    # Sized by the style sheet: the fixed width and height become the view box.
    scaled = re.sub(
        r'<svg width="(\d+)" height="(\d+)"', r'<svg viewBox="0 0 \1 \2"', shape, count=1
    )
    return Markup(re.sub(r"<desc>.*?</desc>", "", scaled))  # noqa: S704 - see above
