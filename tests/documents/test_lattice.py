"""Owns the tests of holes that are found by their distances, without being read."""

import numpy as np
import pytest
from PIL import ImageFilter

from kyc.documents.booklets import Booklet
from kyc.documents.geometry import share_covered, upright_box
from kyc.documents.lattice import find_lattices
from kyc.documents.pages import Line, Pixels
from kyc.specimens import Drawing, draw_passport, invented_person
from kyc.specimens.passports import SIZE
from kyc.specimens.worn import perforated

PERSON = invented_person(6, "ESP")
NUMBER = PERSON.document_number
SCALE = 0.6
MM = 12 * SCALE
BOOKLET = Booklet(
    np.array([SIZE[0] / 2 * SCALE, 0.0]),
    np.array([1.0, 0.0]),
    np.array([0.0, -1.0]),
    MM,
    upright_box(70 * SCALE, 900 * SCALE, 1400 * SCALE, 940 * SCALE),
)


@pytest.fixture(scope="module")
def page() -> Drawing:
    return draw_passport(PERSON, state="ESP", seed=1)


def _pixels(drawing: Drawing, blur: float = 0.4) -> Pixels:
    width, height = drawing.image.size
    small = drawing.image.resize((round(width * SCALE), round(height * SCALE))).filter(
        ImageFilter.GaussianBlur(blur)
    )
    return np.asarray(small, np.uint8)


def _lines(drawing: Drawing) -> list[Line]:
    heading = upright_box(60, 20, 900, 120)
    quads = [heading, *(np.array(field.quad) for field in drawing.fields)]
    return [Line(quad * SCALE, "A", (0.5,), 0.9) for quad in quads]


@pytest.mark.parametrize("seed", [7, 11])
def test_holes_dark_or_light_are_found_where_they_are(page: Drawing, seed: int) -> None:
    drawn = perforated(page, NUMBER, seed)
    (found,) = find_lattices(_pixels(drawn), BOOKLET, _lines(drawn))
    place = np.array(drawn.fields[-1].quad) * SCALE
    assert share_covered(place, [found]) > 0.8
    assert share_covered(found, [place]) > 0.7


@pytest.mark.parametrize("seed", range(4))
def test_print_has_no_holes(seed: int) -> None:
    person = invented_person(seed, "POL")
    page = draw_passport(person, state="POL", seed=seed)
    assert find_lattices(_pixels(page), BOOKLET, _lines(page)) == []


def test_a_printers_screen_is_no_number(page: Drawing) -> None:
    """Dots all over the page, as tints and pictures are printed of."""
    pixels = _pixels(page).copy()
    step = round(0.95 * MM)
    dots = np.zeros(pixels.shape[:2], bool)
    dots[::step, ::step] = dots[1::step, ::step] = dots[::step, 1::step] = True
    pixels[dots & (pixels.min(axis=2) > 150)] -= 90
    assert find_lattices(pixels, BOOKLET, _lines(page)) == []


def test_dots_beside_the_print_are_cloth(page: Drawing) -> None:
    """A band of dots right of the page, which counts only where print reaches as far."""
    plain = _pixels(page)
    step, (high, wide) = round(0.95 * MM), (round(7 * MM), round(50 * MM))
    cloth = np.full((plain.shape[0], wide + 40, 3), 230, np.uint8)
    for row in range(0, high, step):
        for column in range(0, wide, step):
            cloth[200 + row : 203 + row, 20 + column : 23 + column] = 60
    pixels = np.hstack([plain, cloth])
    assert find_lattices(pixels, BOOKLET, _lines(page)) == []
    far = Line(upright_box(900, 20, pixels.shape[1], 500), "A", (0.5,), 0.9)
    assert len(find_lattices(pixels, BOOKLET, [*_lines(page), far])) == 1


def test_a_page_without_print_is_not_searched(page: Drawing) -> None:
    assert find_lattices(_pixels(page), BOOKLET, []) == []
