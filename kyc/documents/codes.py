"""Owns barcodes and matrix codes: those that decode and those that only look like one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np
import zxingcpp

from kyc.documents.geometry import axis, grow, mask_of, share_covered
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.patterns import soft_textures, stripes, textures

SIDE, LEAST_SIDE, MOST_GROWTH = 1600, 1000, 3.0
MARGIN = 0.05
LEAST_FAILED_AREA = 0.004
MATRIX = ("PDF417", "QRCode", "Aztec", "DataMatrix", "MicroPDF417")
TEXT_SCORE, TEXT_SHARE = 0.75, 0.3
KNOWN_SHARE = 0.8
MOST_COLOUR = 25.0


@dataclass(frozen=True)
class Code:
    """A place in page pixels; what it says is never looked at."""

    quad: Quad
    decoded: bool


@dataclass(frozen=True)
class Suspects:
    """Codes that were located, and what looks like one unless text is read there."""

    located: tuple[Code, ...] = ()
    alike: tuple[Quad, ...] = ()


def find_codes(page: Pixels, lines: Sequence[Line]) -> list[Code]:
    """Codes on a page; `lines` keep blocks of text from being taken for codes."""
    return codes_among(suspects(page), lines)


def suspects(page: Pixels) -> Suspects:
    """What may be a code, told from the pixels alone."""
    height, width = page.shape[:2]
    factor = enlargement(max(height, width))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (round(width * factor), round(height * factor))
    grey = cv2.resize(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), size, interpolation=method)
    located = tuple(Code(code.quad / factor, code.decoded) for code in _located(grey))
    alike = [quad / factor for quad in chain(stripes(grey), textures(grey))]
    soft = (quad / factor for quad in (soft_textures(grey) if factor <= 1 else ()))
    return Suspects(located, (*alike, *(quad for quad in soft if _is_colourless(quad, page))))


def _is_colourless(quad: Quad, page: Pixels) -> bool:
    """Codes are printed black; what is coloured is an emblem or a pattern."""
    inside = page[mask_of([quad], *page.shape[:2]) > 0]
    if not inside.size:
        return False
    return float((inside.max(axis=1) - inside.min(axis=1)).mean()) < MOST_COLOUR


def codes_among(suspected: Suspects, lines: Sequence[Line]) -> list[Code]:
    """All that were located, and of the others those where no text was read."""
    text = [line.quad for line in lines if line.score >= TEXT_SCORE and len(line.text) >= 2]
    found = [code.quad for code in suspected.located]
    return [
        *suspected.located,
        *(
            Code(quad, decoded=False)
            for quad in suspected.alike
            if share_covered(quad, text) < TEXT_SHARE and share_covered(quad, found) < KNOWN_SHARE
        ),
    ]


def enlargement(side: int) -> float:
    """The factor at which a picture of this side is searched for codes."""
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
