"""Owns the tests of numbers that are punched through both pages of an open passport."""

import numpy as np
import pytest

from kyc.documents.behind import find_behind
from kyc.documents.booklets import Booklet, booklet_of
from kyc.documents.coverage import RedactionPolicy
from kyc.documents.engine import Engine
from kyc.documents.faint import Reduced, Seen, see_faint
from kyc.documents.geometry import axis, share_covered, upright_box
from kyc.documents.looks import look_twice
from kyc.documents.mirrored import aligned, find_mirrored, find_upright
from kyc.documents.mrz.parse import parse
from kyc.documents.mrz_rows import find_rows, top_down
from kyc.documents.pages import Cls, Kind, Line, Pixels, Quad, Region
from kyc.documents.punched import Passport, Punched, find_punched
from kyc.documents.reading import read, whole
from kyc.documents.task import Task
from kyc.specimens import Drawing, draw_passport, invented_person
from kyc.specimens.crossed import CROSSED
from kyc.specimens.montages import spread
from kyc.specimens.worn import perforated

PERSON = invented_person(6, "ESP")
NUMBER = PERSON.document_number
LIGHT = 11
"""A seed by which the inside of holes is lighter than paper."""
BOX = upright_box(100, 100, 280, 120)


def _line(text: str, score: float = 0.9, quad: Quad = BOX) -> Line:
    return Line(quad, text, tuple((at + 0.5) / len(text) for at in range(len(text))), score)


def _pixels(drawing: Drawing) -> Pixels:
    half = drawing.image.resize((drawing.image.width // 2, drawing.image.height // 2))
    return np.asarray(half, np.uint8)


@pytest.fixture(scope="module")
def book() -> Drawing:
    return spread(draw_passport(PERSON, state="ESP", seed=1), PERSON, state="ESP", seed=1)


@pytest.fixture(scope="module")
def punched(book: Drawing) -> Drawing:
    return CROSSED["punched_through"](book, NUMBER, 4)


@pytest.fixture(scope="module")
def light() -> Drawing:
    """A page with light holes."""
    return perforated(draw_passport(PERSON, state="ESP", seed=1), NUMBER, LIGHT)


@pytest.fixture(scope="module")
def holes(punched: Drawing) -> tuple[Quad, Quad]:
    """Below the fold and above it, in pixels of the picture."""
    below, above = (np.array(field.quad) / 2 for field in punched.fields[-2:])
    return below, above


def _seen(engine: Engine, pixels: Pixels) -> tuple[list[Line], Booklet, Reduced]:
    lines = read(engine, pixels, whole(pixels))
    rows = find_rows(lines)
    booklet = booklet_of(rows, parse([row.text for row in top_down(rows)]))
    rough = see_faint(engine, pixels, whole(pixels), Seen()).rough
    assert booklet is not None
    assert rough is not None
    return lines, booklet, rough


def _passport(
    pixels: Pixels, seen: tuple[list[Line], Booklet, Reduced], number: str = NUMBER
) -> Passport:
    lines, booklet, rough = seen
    return Passport(pixels, rough, booklet, (number,), tuple(lines))


def test_a_part_of_a_number_is_completed_to_its_length() -> None:
    place = aligned(_line("8902C3"), "L898902C3")
    assert place is not None
    assert axis(place).length == pytest.approx(30 * 9.2, abs=1)
    assert place[:, 0].max() == pytest.approx(283, abs=1)


def test_other_print_beside_a_number_is_left_out_of_its_place() -> None:
    place = aligned(_line("WWL898902C3"), "L898902C3")
    assert place is not None
    assert place[:, 0].min() == pytest.approx(100 + 180 * 2 / 11, abs=3)


def test_five_characters_in_a_row_are_enough_beside_any_print() -> None:
    assert aligned(_line("NETHERLANDS902C3"), "L898902C3") is not None
    assert aligned(_line("NETHERLANDS02C3"), "L898902C3") is None


@pytest.mark.parametrize("text", ["L89", "SPECIMEN", "ERIKSSON8989", "3C209898L", "1234567"])
def test_what_has_too_few_characters_of_a_number_in_a_row_is_none(text: str) -> None:
    assert aligned(_line(text), "L898902C3") is None


def test_a_mirrored_number_is_read_beyond_the_fold(
    engine: Engine, punched: Drawing, holes: tuple[Quad, Quad]
) -> None:
    lines, booklet, rough = _seen(engine, _pixels(punched))
    (found,) = find_mirrored(engine, rough, booklet, [NUMBER], lines)
    assert share_covered(holes[1], [found]) > 0.9


def test_what_is_told_with_confidence_is_not_read_mirrored(
    engine: Engine, punched: Drawing, holes: tuple[Quad, Quad]
) -> None:
    lines, booklet, rough = _seen(engine, _pixels(punched))
    told = [*lines, _line("SIRHAN", 0.95, holes[1])]
    assert list(find_mirrored(engine, rough, booklet, [NUMBER], told)) == []


def test_the_same_holes_are_found_on_the_other_page(
    engine: Engine, punched: Drawing, holes: tuple[Quad, Quad]
) -> None:
    _, booklet, rough = _seen(engine, _pixels(punched))
    for one, other in (holes, holes[::-1]):
        behind = find_behind(rough, one, booklet)
        assert behind.likeness > 0.5
        assert share_covered(other, [behind.quad]) > 0.75


def test_a_number_without_a_twin_is_doubted(
    engine: Engine, punched: Drawing, holes: tuple[Quad, Quad]
) -> None:
    """As if glare or a thumb hid the page beyond the fold."""
    pixels = _pixels(punched).copy()
    left, top = (holes[1].min(axis=0) - 30).astype(int)
    right, bottom = (holes[1].max(axis=0) + 6).astype(int)
    pixels[top:bottom, left:right] = 255
    found = find_punched(engine, _passport(pixels, _seen(engine, pixels)))
    assert found.is_unsure
    assert share_covered(holes[0], found.quads) > 0.9


def test_an_open_passport_without_holes_has_none(engine: Engine, book: Drawing) -> None:
    pixels = _pixels(book)
    assert find_punched(engine, _passport(pixels, _seen(engine, pixels))) == Punched()


def test_a_closed_passport_has_no_other_page(
    engine: Engine, punched: Drawing, holes: tuple[Quad, Quad]
) -> None:
    pixels = _pixels(punched)
    lines, booklet, rough = _seen(engine, pixels)
    own = [line for line in lines if booklet.is_printed_on(line.quad)]
    found = find_punched(engine, _passport(pixels, (own, booklet, rough)))
    assert share_covered(holes[0], found.quads) > 0.9
    assert share_covered(holes[1], found.quads) < 0.1
    assert not found.is_unsure


def test_another_number_is_not_read_in_the_holes(engine: Engine, punched: Drawing) -> None:
    _, booklet, rough = _seen(engine, _pixels(punched))
    assert list(find_mirrored(engine, rough, booklet, ["X1Y2Z3W4Q"], ())) == []
    assert list(find_upright(engine, rough, booklet, ["X1Y2Z3W4Q"], ())) == []


@pytest.mark.parametrize(
    ("text", "score", "wide", "doubted"),
    [(NUMBER[2:4], 0.95, 80, True), (NUMBER[2:4], 0.8, 80, False), (NUMBER[2], 0.95, 80, False),
     (NUMBER[2:4], 0.95, 25, False), ("#?", 0.95, 80, False)],
)  # fmt: skip
def test_two_sure_characters_of_a_number_as_high_as_in_holes_are_doubted(
    engine: Engine, book: Drawing, text: str, score: float, wide: int, *, doubted: bool
) -> None:
    pixels = _pixels(book)
    lines, booklet, rough = _seen(engine, pixels)
    part = _line(text, score, upright_box(200, 700, 200 + wide, 750))
    found = find_punched(engine, _passport(pixels, ([*lines, part], booklet, rough)))
    assert found == Punched((), doubted)


def test_holes_that_make_no_known_number_are_covered_and_doubted(
    engine: Engine, light: Drawing
) -> None:
    pixels = _pixels(light)
    passport = _passport(pixels, _seen(engine, pixels), "X1Y2Z3W4Q")
    found = find_punched(engine, passport)
    place = np.array(light.fields[-1].quad) / 2
    assert found.is_unsure
    assert share_covered(place, found.quads) > 0.5


def test_a_printed_number_is_none_of_holes_though_its_box_is_high(
    engine: Engine, book: Drawing
) -> None:
    lines, booklet, rough = _seen(engine, _pixels(book))
    for wide, found in ((160, 0), (420, 1)):
        box = upright_box(200, 800, 200 + wide, 850)
        places = find_upright(engine, rough, booklet, [NUMBER], [*lines, _line(NUMBER, 0.9, box)])
        assert len(list(places)) == found


def test_both_places_of_a_number_punched_through_are_covered(
    engine: Engine, punched: Drawing, holes: tuple[Quad, Quad], policy: RedactionPolicy
) -> None:
    found = look_twice(_pixels(punched), Task(Kind.DOCUMENT_FRONT, policy, None, (), None), engine)
    covered = [region.quad for region in found.regions]
    assert min(share_covered(quad, covered) for quad in holes) > 0.9


@pytest.mark.parametrize(
    ("cls", "box", "kept"),
    [
        (Cls.OTHER_NUMBER, (90, 80, 420, 170), (90, 100, 420, 140)),
        (Cls.OTHER_NUMBER, (110, 105, 620, 170), (110, 105, 620, 140)),
        (Cls.OTHER_NUMBER, (90, 200, 420, 290), (90, 200, 420, 290)),
        (Cls.MRZ, (90, 80, 420, 170), (90, 80, 420, 170)),
    ],
)
def test_a_line_s_box_is_as_high_as_the_holes_in_it_and_as_long_as_before(
    cls: Cls, box: tuple[float, float, float, float], kept: tuple[float, float, float, float]
) -> None:
    punched = Punched((upright_box(100, 100, 400, 140),))
    narrowed = punched.narrowed(Region(cls, upright_box(*box)))
    assert narrowed.cls is cls
    assert narrowed.quad == pytest.approx(upright_box(*kept))
