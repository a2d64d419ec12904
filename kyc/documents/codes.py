"""Owns barcodes and matrix codes: those that decode and those that only look like one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np
import zxingcpp

from kyc.documents.geometry import axis, grow, share_covered
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.patterns import stripes, textures

SIDE, LEAST_SIDE, MOST_GROWTH = 1600, 1000, 3.0
MARGIN = 0.05
LEAST_FAILED_AREA = 0.004
MATRIX = ("PDF417", "QRCode", "Aztec", "DataMatrix", "MicroPDF417")
TEXT_SCORE, TEXT_SHARE = 0.75, 0.3
KNOWN_SHARE = 0.8


@dataclass(frozen=True)
class Code:
    """A place in page pixels; what it says is never looked at."""

    quad: Quad
    decoded: bool


def find_codes(page: Pixels, lines: Sequence[Line]) -> list[Code]:
    """Codes on a page; `lines` keep blocks of text from being taken for codes."""
    height, width = page.shape[:2]
    factor = _factor(max(height, width))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (round(width * factor), round(height * factor))
    grey = cv2.cvtColor(cv2.resize(page, size, interpolation=method), cv2.COLOR_RGB2GRAY)
    text = [line.quad for line in lines if line.score >= TEXT_SCORE and len(line.text) >= 2]
    located = [Code(code.quad / factor, code.decoded) for code in _located(grey)]
    found = [code.quad for code in located]
    alike = [quad / factor for quad in chain(stripes(grey), textures(grey))]
    return located + [
        Code(quad, decoded=False)
        for quad in alike
        if share_covered(quad, text) < TEXT_SHARE and share_covered(quad, found) < KNOWN_SHARE
    ]


def _factor(side: int) -> float:
    if side > SIDE:
        return SIDE / side
    return min(MOST_GROWTH, LEAST_SIDE / side) if side < LEAST_SIDE else 1.0


def _located(grey: Pixels) -> Iterator[Code]:
    """What zxing-cpp locates; a matrix code counts though its contents fail their checksum."""
    for code in zxingcpp.read_barcodes(grey, return_errors=True):
        quad = _corners(code.position)
        big = cv2.contourArea(quad.astype(np.float32)) > LEAST_FAILED_AREA * grey.size
        if code.valid or (big and str(code.format).removeprefix("BarcodeFormat.") in MATRIX):
            box = axis(quad)
            margin = MARGIN * max(box.length, box.height)
            yield Code(grow(quad, margin, margin), code.valid)


def _corners(position: zxingcpp.Position) -> Quad:
    places = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[place.x, place.y] for place in places], float)
