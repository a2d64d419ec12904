"""Owns barcodes and matrix codes: those that decode and those that only look like one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from kyc.documents.ends import ends_in_quiet
from kyc.documents.geometry import axis, grow, share_covered
from kyc.documents.levels import percentile, values_in
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.patterns import Relief, busy_places, soft_textures, stripes, textures

SIDE, LEAST_SIDE, MOST_GROWTH = 1600, 1000, 3.0
MARGIN = 0.05
QUIET, CLOSER, LEAST_CLOSE, MOST_CLOSE = 0.2, 2.0, 16, 900
"""How a place is looked at once more: with so much around it, so many times larger, if not huge."""

LEAST_FAILED_AREA, MOST_FAILED_AREA = 0.004, 0.15
MATRIX = ("PDF417", "QRCode", "Aztec", "DataMatrix", "MicroPDF417")
BARS = ("Code128", "Code39", "Code93", "Codabar", "ITF", "EANUPC")
FORMATS = tuple(getattr(zxingcpp.BarcodeFormat, name) for name in (*MATRIX, *BARS))
"""What documents and the labels on them bear. Films, parcels and fresh food bear others, which look
like codes all the same; to try all of them takes half as long again."""

TEXT_SCORE, TEXT_SHARE = 0.75, 0.3
INSIDE, LEAST_INSIDE = 0.6, 2
KNOWN_SHARE, EXPLAINED = 0.8, 0.4
"""Of a place that looks like a code: what is one already, and what makes it the edge of one."""

TURNED = 0.85
"""Of a place's steepness down, the steepness across below which bars may lie turned in it: theirs
is 0.6 and less."""

MOST_COLOUR, MOST_INK = 25.0, 0.1
"""Mean distance of a place's channels; and of what dark bars have of the light ones' channels: ink
that is black has 0.02 at most, in light of any colour, and emblems 0.16 and more.
"""

MOST_SOFTENED = 1.3
"""A picture that is enlarged more is soft everywhere."""


@dataclass(frozen=True)
class Code:
    """A place in page pixels; what it says is never looked at.

    `whole` is one that no reader confirms, but that ends where its place does.
    """

    quad: Quad
    decoded: bool
    whole: bool = False

    @property
    def is_doubtful(self) -> bool:
        return not (self.decoded or self.whole)


@dataclass(frozen=True)
class Suspects:
    """Codes that were located, and what looks like one unless text is read there.

    `whole` are those of the latter that end in quiet.
    """

    located: tuple[Code, ...] = ()
    alike: tuple[Quad, ...] = ()
    whole: tuple[Quad, ...] = ()


def find_codes(page: Pixels, lines: Sequence[Line]) -> list[Code]:
    """Codes on a page; `lines` keep blocks of text from being taken for codes."""
    return codes_among(suspects(page), lines)


def suspects(page: Pixels) -> Suspects:
    """What may be a code, told from the pixels alone."""
    grey, factor = _searched(page)
    relief = Relief.of(grey)
    located = list(_located(relief))
    soft = soft_textures(relief) if factor <= MOST_SOFTENED else ()
    alike = [
        *(quad for quad in stripes(relief) if _is_black(quad / factor, page)),
        *textures(relief),
        *(quad for quad in soft if _is_colourless(quad / factor, page)),
    ]
    doubtful = [*alike, *(code.quad for code in located if not code.decoded)]
    near = [code for quad in doubtful for code in _decoded(quad, grey)]
    return Suspects(
        tuple(Code(code.quad / factor, code.decoded) for code in (*located, *near)),
        tuple(quad / factor for quad in alike),
        tuple(quad / factor for quad in alike if ends_in_quiet(quad, relief.edges)),
    )


def _searched(page: Pixels) -> tuple[Pixels, float]:
    """The page in grey at the size at which codes are searched for, and how much larger it is."""
    factor = enlargement(max(page.shape[:2]))
    method = cv2.INTER_LINEAR if factor < 1 else cv2.INTER_CUBIC  # at most by a fifth
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    size = tuple(round(side * factor) for side in grey.shape[::-1])
    return np.asarray(cv2.resize(grey, size, interpolation=method), np.uint8), factor


def _is_colourless(quad: Quad, page: Pixels) -> bool:
    """Codes are printed black; what is coloured is an emblem or a pattern."""
    red, green, blue = values_in(quad, page).T
    most = np.maximum(np.maximum(red, green), blue)
    return float((most - np.minimum(np.minimum(red, green), blue)).mean()) < MOST_COLOUR


def _is_black(quad: Quad, page: Pixels) -> bool:
    """Whether dark bars lack all colours of the light ones alike, in light of any colour."""
    inside = values_in(quad, page)
    light = inside.max(axis=1)
    middle = (percentile(light, 5) + percentile(light, 95)) / 2
    dark, bright = inside[light < middle], inside[light >= middle]
    if not len(dark):
        return True
    return float(np.ptp(dark.mean(axis=0) / np.maximum(bright.mean(axis=0), 1))) < MOST_INK


def codes_among(suspected: Suspects, lines: Sequence[Line]) -> list[Code]:
    """All that were decoded, and of the others those that hold no print that was read."""
    text = [line.quad for line in lines if line.score >= TEXT_SCORE and len(line.text) >= 2]
    decoded = [code for code in suspected.located if code.decoded]
    located = [
        code for code in suspected.located if not code.decoded and not _holds_print(code.quad, text)
    ]
    known, found = ([code.quad for code in some] for some in (decoded, [*decoded, *located]))
    return [
        *decoded,
        *located,
        *(
            Code(
                quad,
                decoded=share_covered(quad, known) > EXPLAINED,
                whole=share_covered(quad, suspected.whole) > EXPLAINED,
            )
            for quad in suspected.alike
            if share_covered(quad, text) < TEXT_SHARE and share_covered(quad, found) < KNOWN_SHARE
            if not _holds_print(quad, text)
        ),
    ]


def _holds_print(quad: Quad, text: Sequence[Quad]) -> bool:
    """A code has no lines of text inside: a pattern over half a page has."""
    return sum(share_covered(line, [quad]) > INSIDE for line in text) >= LEAST_INSIDE


def enlargement(side: int) -> float:
    """The factor at which a picture of this side is searched for codes."""
    if side > SIDE:
        return SIDE / side
    return min(MOST_GROWTH, LEAST_SIDE / side) if side < LEAST_SIDE else 1.0


def _located(relief: Relief) -> Iterator[Code]:
    """What zxing-cpp locates; a matrix code counts though its contents fail their checksum.

    It is asked where a code can be at all, and for turned bars where edges run so, which takes as
    long again. So would white codes on black; they are found as textures.
    """
    for place in busy_places(relief):
        rows, columns = place
        view = np.ascontiguousarray(relief.grey[place])
        corner = np.array([columns.start, rows.start], float)
        turned = _may_be_turned(relief, place)
        for code in _read(view, return_errors=True, try_invert=False, try_rotate=turned):
            yield from _believed(code, _corners(code.position) + corner, relief.grey)


def _may_be_turned(relief: Relief, place: tuple[slice, slice]) -> bool:
    across, down = (cv2.mean(steep[place])[0] for steep in (relief.across, relief.down))
    return across < TURNED * down


def _read(view: Pixels, **asked: bool) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(view, formats=FORMATS, **asked))


def _believed(code: zxingcpp.Barcode, quad: Quad, grey: Pixels) -> Iterator[Code]:
    size = cv2.contourArea(quad.astype(np.float32)) / grey.size
    big = LEAST_FAILED_AREA < size < MOST_FAILED_AREA and _is_within(quad, grey)
    is_matrix = str(code.format).removeprefix("BarcodeFormat.") in MATRIX
    if code.valid or (is_matrix and big):
        yield Code(_with_margin(quad), code.valid)
    elif is_matrix:
        yield from _decoded(quad, grey)


def _decoded(quad: Quad, grey: Pixels) -> Iterator[Code]:
    """Codes that can be decoded in a place when it is enlarged."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    around = QUIET * float((high - low).max())
    start = np.clip(np.floor(low - around), 0, None).astype(int)
    end = np.ceil(high + around).astype(int)
    view = grey[start[1] : end[1], start[0] : end[0]]
    if not LEAST_CLOSE <= max(view.shape) <= MOST_CLOSE or not min(view.shape):
        return
    close = cv2.resize(view, None, fx=CLOSER, fy=CLOSER, interpolation=cv2.INTER_CUBIC)
    for code in _read(close):
        yield Code(_with_margin(_corners(code.position) / CLOSER + start), decoded=True)


def _is_within(quad: Quad, grey: Pixels) -> bool:
    """A code that begins outside of the picture is a pattern over all of it."""
    height, width = grey.shape[:2]
    return bool((quad >= 0).all() and (quad <= (width, height)).all())


def _with_margin(quad: Quad) -> Quad:
    box = axis(quad)
    margin = MARGIN * max(box.length, box.height)
    return grow(quad, margin, margin)


def _corners(position: zxingcpp.Position) -> Quad:
    places = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[place.x, place.y] for place in places], float)
