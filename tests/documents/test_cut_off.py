"""Owns the tests of numbers that a detector's box cut off."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.cut_off import followed
from kyc.documents.geometry import upright_box
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.spans import quad_of

TOP, LEFT, HEIGHT = 100, 200, 40
FONT = ImageFont.load_default(32)


def _page(text: str, turned: float = 0.0) -> tuple[Pixels, float]:
    """A page with one line of print, and where that ends."""
    picture = Image.new("RGB", (900, 300), (228, 224, 214))
    pen = ImageDraw.Draw(picture)
    pen.text((LEFT, TOP), text, fill=(30, 30, 40), font=FONT)
    end = LEFT + pen.textlength(text, font=FONT)
    return np.asarray(picture.rotate(turned, center=(LEFT, TOP), fillcolor=(228, 224, 214))), end


def _line(text: str, start: float, end: float) -> Line:
    places = tuple((at + 0.5) / len(text) for at in range(len(text)))
    return Line(upright_box(start, TOP - 2, end, TOP + HEIGHT), text, places, 0.95)


def _width(text: str) -> float:
    return float(FONT.getlength(text))


def _turned(quad: Quad, degrees: float) -> Quad:
    angle = np.radians(-degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray((quad - (LEFT, TOP)) @ turn + (LEFT, TOP))


def test_a_number_is_followed_to_its_end() -> None:
    page, end = _page("2690306386268")
    (line,) = followed(page, [_line("2690306386", LEFT - 5, LEFT + _width("26903063862"))])
    assert end - 2 < line.quad[1, 0] < end + HEIGHT / 2


def test_a_number_is_followed_to_its_beginning() -> None:
    page, _ = _page("2690306386268")
    start = LEFT + _width("26")
    (line,) = followed(page, [_line("90306386268", start, LEFT + _width("2690306386268") + 5)])
    assert LEFT - HEIGHT / 2 < line.quad[0, 0] < LEFT + 2


def test_a_number_that_runs_aslant_is_followed() -> None:
    page, end = _page("2690306386268", turned=9)
    short = _line("2690306386", LEFT - 5, LEFT + _width("26903063862"))
    (line,) = followed(page, [replace(short, quad=_turned(short.quad, 9))])
    assert _turned(line.quad, -9)[1, 0] > end - 3


def test_a_whole_number_stays_as_it_is() -> None:
    page, end = _page("2690306386268")
    whole = _line("2690306386268", LEFT - 8, end + 8)
    assert list(followed(page, [whole])) == [whole]


@pytest.mark.parametrize("behind", [" ROU", " 06.01.1969", "   1"])
def test_what_stands_behind_a_space_is_not_taken_along(behind: str) -> None:
    page, _ = _page("2690306386268" + behind)
    whole = _line("2690306386268", LEFT - 4, LEFT + _width("2690306386268") + 2)
    assert list(followed(page, [whole])) == [whole]


def test_a_pattern_that_goes_on_and_on_is_not_followed() -> None:
    page, end = _page("2690306386268")
    page = page.copy()
    page[TOP : TOP + HEIGHT, round(end) - 4 :] = 40
    whole = _line("2690306386268", LEFT - 8, end)
    assert list(followed(page, [whole])) == [whole]


@pytest.mark.parametrize(
    "text", ["BERGSTRASSE", "NICHT OHNE 12 JAHRE", "P<UTOERIKSSON<<ANNA<<<<<<"]
)
def test_words_and_the_rows_of_a_zone_stay_as_they_are(text: str) -> None:
    page, end = _page(text)
    cut = _line(text[:-2], LEFT - 8, end - _width(text[-2:]) + 2)
    assert list(followed(page, [cut])) == [cut]


def test_only_that_end_is_followed_where_the_number_stands() -> None:
    page, end = _page("Number 269010638")
    start = LEFT + _width("Nu")
    (line,) = followed(page, [_line("mber 269010", start, end - _width("638") + 2)])
    assert line.quad[0, 0] == pytest.approx(start)
    assert line.quad[1, 0] > end - 2


def test_without_contrast_nothing_is_followed() -> None:
    page = np.full((300, 900, 3), 215, np.uint8)
    page[TOP : TOP + HEIGHT, LEFT:500] = 200
    cut = _line("2690306386", LEFT, 400)
    assert list(followed(page, [cut])) == [cut]


def test_characters_stay_where_they_were_read() -> None:
    page, _ = _page("2690306386268")
    short = _line("2690306386", LEFT - 5, LEFT + _width("26903063862"))
    (line,) = followed(page, [short])
    before, after = (quad_of(one, (2, 5)) for one in (short, line))
    assert np.allclose(before, after, atol=0.5)


def test_at_the_picture_edge_nothing_is_there_to_be_followed() -> None:
    page, _ = _page("2690306386268")
    short = _line("2690306386", LEFT - 5, LEFT + _width("26903063862"))
    edge = page[:, : round(float(short.quad[1, 0])) + 3]
    (line,) = followed(edge, [short])
    assert line.quad[1, 0] < edge.shape[1] + HEIGHT
