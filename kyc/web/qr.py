"""Owns QR codes drawn for our own pages."""

import zxingcpp
from markupsafe import Markup


def qr_svg(content: str) -> Markup:
    """An SVG element, safe in a page: zxing writes it from the modules, not from the text."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
    svg = str(zxingcpp.write_barcode_to_svg(barcode))
    return Markup(svg[svg.index("<svg") :])  # noqa: S704 - see above
