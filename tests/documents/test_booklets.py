"""Owns the tests of an open passport's geometry."""

from dataclasses import replace

import numpy as np
import pytest

from kyc.documents.booklets import Booklet, booklet_of
from kyc.documents.geometry import Vector, axis, upright_box
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.mrz_rows import Row
from kyc.documents.pages import Line, Quad

ROWS = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
MM = 6.0


def _turned(quad: Quad, degrees: float) -> Quad:
    turn = np.deg2rad(degrees)
    way = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray((quad - 1000) @ way + 1000)


def _rows(degrees: float = 0) -> list[Row]:
    """The zone of a page whose fold is at y = 1000, its left edge at x = 700."""
    places = (1000 + MM * 71.6, 1000 + MM * 78)
    boxes = (upright_box(736, y - 12, 736 + 113 * MM, y + 12) for y in places)
    return [
        Row(_turned(quad, degrees), (_line(quad, text),))
        for quad, text in zip(boxes, ROWS, strict=True)
    ]


def _line(quad: Quad, text: str = "REMARKS") -> Line:
    return Line(quad, text, tuple((at + 0.5) / len(text) for at in range(len(text))), 0.95)


@pytest.fixture(scope="module")
def mrz() -> Mrz:
    read = parse(ROWS)
    assert read is not None
    return read


def _booklet(mrz: Mrz, degrees: float = 0) -> Booklet:
    booklet = booklet_of(_rows(degrees), mrz)
    assert booklet is not None
    return booklet


@pytest.mark.parametrize("degrees", [0, 7, 90, 180, 270])
def test_the_fold_is_a_page_above_the_zone_whichever_way_it_lies(mrz: Mrz, degrees: float) -> None:
    booklet = _booklet(mrz, degrees)
    above = _turned(upright_box(800, 700, 1100, 760), degrees)
    assert booklet.above(axis(above).centre) == pytest.approx(270 / MM, abs=1)
    assert booklet.is_beyond(above)
    below = booklet.behind(above)
    assert not booklet.is_beyond(below)
    expected: Vector = axis(_turned(upright_box(800, 1240, 1100, 1300), degrees)).centre
    assert axis(below).centre == pytest.approx(expected, abs=MM)


def test_the_zone_and_the_other_page_are_not_what_is_printed_on(mrz: Mrz) -> None:
    booklet = _booklet(mrz)
    heights = (800, 1100, 1450)
    places = [booklet.is_printed_on(upright_box(800, y, 1100, y + 30)) for y in heights]
    assert places == [False, True, False]
    zone = [booklet.is_zone(upright_box(800, y, 1100, y + 30)) for y in heights]
    assert zone == [False, False, True]


def test_print_beyond_the_fold_opens_the_booklet(mrz: Mrz) -> None:
    booklet = _booklet(mrz)
    lines = [_line(upright_box(800, y, 1100, y + 30)) for y in (700, 760)]
    assert booklet.is_open(lines)
    assert not booklet.is_open([_line(upright_box(800, y, 1100, y + 30)) for y in (1100, 1160)])
    assert not booklet.is_open([_line(upright_box(800, y, 1100, y + 30)) for y in (20, 80)])


def test_no_other_zone_is_a_booklets(mrz: Mrz) -> None:
    assert booklet_of(_rows(), None) is None
    assert booklet_of(_rows(), replace(mrz, layout="MRV-A")) is None
    assert booklet_of([], mrz) is None
