"""Owns barcodes and matrix codes: those that decode and those that only look like one."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import zxingcpp

from kyc.documents.geometry import axis, grow, mask_of, share_covered
from kyc.documents.pages import Line, Pixels, Quad

SIDE, LEAST_SIDE, MOST_GROWTH = 1600, 1000, 3.0
MARGIN = 0.05
LEAST_FAILED_AREA = 0.004
MATRIX = ("PDF417", "QRCode", "Aztec", "DataMatrix", "MicroPDF417")
TEXT_SCORE, TEXT_SHARE = 0.75, 0.3


def find_codes(page: Pixels, lines: Sequence[Line]) -> list[Quad]:
    """Quads of codes in page pixels; `lines` keep blocks of text from being taken for codes."""
    height, width = page.shape[:2]
    factor = _factor(max(height, width))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (round(width * factor), round(height * factor))
    grey = cv2.cvtColor(cv2.resize(page, size, interpolation=method), cv2.COLOR_RGB2GRAY)
    text = [line.quad for line in lines if line.score >= TEXT_SCORE and len(line.text) >= 2]
    decoded = [quad / factor for quad in _decoded(grey)]
    striped = [quad / factor for quad in stripes(grey)]
    return decoded + [quad for quad in striped if share_covered(quad, text) < TEXT_SHARE]


def _factor(side: int) -> float:
    if side > SIDE:
        return SIDE / side
    return min(MOST_GROWTH, LEAST_SIDE / side) if side < LEAST_SIDE else 1.0


def _decoded(grey: Pixels) -> Iterator[Quad]:
    """What zxing-cpp locates; a matrix code counts though its contents fail their checksum."""
    for code in zxingcpp.read_barcodes(grey, return_errors=True):
        quad = _corners(code.position)
        big = cv2.contourArea(quad.astype(np.float32)) > LEAST_FAILED_AREA * grey.size
        if code.valid or (big and str(code.format).removeprefix("BarcodeFormat.") in MATRIX):
            box = axis(quad)
            margin = MARGIN * max(box.length, box.height)
            yield grow(quad, margin, margin)


def _corners(position: zxingcpp.Position) -> Quad:
    places = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[place.x, place.y] for place in places], float)


def stripes(grey: Pixels) -> Iterator[Quad]:
    """Areas in which nearly all strong edges run one way, as bars do and text does not.

    The structure tensor's coherence over a window of about one bar group decides.
    """
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    dx, dy = cv2.Scharr(smooth, cv2.CV_32F, 1, 0), cv2.Scharr(smooth, cv2.CV_32F, 0, 1)
    window = (max(grey.shape) // 40 | 1,) * 2
    xx, yy, xy = (cv2.blur(a * b, window) for a, b in ((dx, dx), (dy, dy), (dx, dy)))
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (energy + 1)
    strong = energy > max(4.0 * float(energy.mean()), 2.0e5)
    mask = ((coherence > 0.9) & strong).astype(np.uint8) * 255
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones(window, np.uint8))
    for contour in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        quad = _striped(contour, grey, coherence)
        if quad is not None:
            yield quad


def _striped(
    contour: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]",
    grey: Pixels,
    coherence: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
) -> Quad | None:
    rectangle = cv2.minAreaRect(contour)
    sides = sorted(rectangle[1])
    long_side = max(grey.shape)
    if sides[0] < long_side / 50 or sides[1] < long_side / 12 or sides[1] > 25 * sides[0]:
        return None
    area = cv2.contourArea(contour)
    if area < 0.7 * sides[0] * sides[1]:
        return None
    quad = np.asarray(cv2.boxPoints(rectangle), float)
    inside = mask_of([quad], *grey.shape) > 0
    if float(coherence[inside].mean()) < 0.85 or _bars(quad, grey) < 12:
        return None
    margin = MARGIN * sides[1]
    return grow(quad, margin, margin)


def _bars(quad: Quad, grey: Pixels) -> int:
    """Dark-light changes along the better of the two middle lines."""
    middle = quad.mean(axis=0)
    counts = []
    for half in ((quad[1] - quad[0]) / 2, (quad[3] - quad[0]) / 2):
        steps = np.linspace(-0.95, 0.95, max(32, int(np.hypot(*half) * 2)))
        points = np.round(middle + steps[:, None] * half).astype(int)
        x = np.clip(points[:, 0], 0, grey.shape[1] - 1)
        y = np.clip(points[:, 1], 0, grey.shape[0] - 1)
        values = grey[y, x].astype(int)
        bright = values > (values.min() + values.max()) / 2
        counts.append(int(np.count_nonzero(bright[1:] != bright[:-1])))
    return max(counts)
