"""Owns the tests of faint and punched numbers, which a view with more contrast shows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.coverage import RedactionPolicy
from kyc.documents.engine import Engine
from kyc.documents.faint import Faint, Seen, may_be_number, see_faint
from kyc.documents.geometry import share_covered, thickness, upright_box
from kyc.documents.looks import look_twice
from kyc.documents.pages import Kind, Pixels
from kyc.documents.reading import brightest, read, whole
from kyc.documents.task import Task
from kyc.specimens.drawing import Drawing
from kyc.specimens.worn import perforated

BOX = (420, 420, 760, 480)


@pytest.fixture(scope="module")
def page(draw: Callable[..., Any]) -> Image.Image:
    drawn: Image.Image = draw([(80, 60, 40, "ERIKSSON"), (80, 160, 40, "ANNA MARIA")]).image
    return drawn


def _with_faint(page: Image.Image, depth: int = 12) -> Pixels:
    drawn = page.copy()
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(52)
    ground = drawn.getpixel((500, 450))
    assert isinstance(ground, tuple)
    pen.text(BOX[:2], "L898902C3", fill=tuple(v - depth for v in ground), font=font)
    return np.asarray(drawn, np.uint8)


def test_a_faint_number_is_read(engine: Engine, page: Image.Image) -> None:
    pixels = _with_faint(page)
    place = [upright_box(*BOX)]
    lines = read(engine, pixels, whole(pixels))
    seen = [line.quad for line in lines if share_covered(line.quad, place) < 0.3]
    (line,) = see_faint(engine, pixels, whole(pixels), Seen(tuple(seen))).lines
    assert line.text == "L898902C3"
    assert share_covered(upright_box(430, 432, 640, 460), [line.quad]) > 0.8


@pytest.mark.parametrize("seed", range(4))
def test_a_number_in_holes_is_found_dark_or_light(
    seed: int, engine: Engine, page: Image.Image
) -> None:
    drawn = perforated(Drawing(page, ()), "L898902C3", seed)
    pixels = np.asarray(drawn.image, np.uint8)
    found = see_faint(engine, pixels, whole(pixels), Seen()).lines
    (punched,) = drawn.fields
    assert share_covered(np.array(punched.quad, float), [line.quad for line in found]) > 0.7


def test_a_number_in_holes_is_found_though_it_is_five_times_as_high_as_print(
    engine: Engine, page: Image.Image
) -> None:
    drawn = perforated(Drawing(page, ()), "L898902C3", 1)
    pixels = np.asarray(drawn.image, np.uint8)
    quad = np.array(drawn.fields[0].quad, float)
    high = thickness(quad) / 4.6
    small = Seen((upright_box(80, 60, 280, 60 + high), upright_box(80, 160, 280, 160 + high)))
    found = see_faint(engine, pixels, whole(pixels), small)
    punched = [line.quad for line in found.lines if thickness(line.quad) > 0.8 * thickness(quad)]
    assert share_covered(quad, punched) > 0.7


@pytest.mark.parametrize(("printed", "is_asked"), [("L898902C3", False), ("X451236D7", True)])
def test_a_faint_number_is_covered_and_asked_about_unless_it_repeats_a_printed_one(
    printed: str, is_asked: bool, engine: Engine, page: Image.Image, policy: RedactionPolicy
) -> None:
    drawn = Image.fromarray(_with_faint(page, 7))
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(40)
    pen.text((80, 260), printed, "black", font)
    pen.text((800, 640), "12.08.1974", "black", font)
    task = Task(Kind.DOCUMENT_FRONT, policy, None, (), None)
    found = look_twice(np.asarray(drawn, np.uint8), task, engine)
    assert share_covered(upright_box(430, 432, 640, 460), [one.quad for one in found.regions]) > 0.9
    assert ("still_readable" in found.reasons) is is_asked


def test_what_was_seen_is_not_read_again(engine: Engine, page: Image.Image) -> None:
    pixels = np.asarray(page, np.uint8)
    seen = Seen(tuple(line.quad for line in read(engine, pixels, whole(pixels))))
    found = see_faint(engine, pixels, whole(pixels), seen)
    assert (found.lines, found.unread) == ((), ())


def test_a_scrap_of_a_page_is_left_alone(engine: Engine) -> None:
    scrap = np.full((20, 300, 3), 255, np.uint8)
    assert see_faint(engine, scrap, whole(scrap), Seen()) == Faint()


def test_print_beneath_a_big_word_was_not_seen_with_it() -> None:
    print_, word = upright_box(100, 100, 200, 120), upright_box(50, 40, 400, 180)
    assert Seen((word,)).share(print_) == 0
    assert Seen((print_,)).share(print_) == 1
    assert Seen((), (word,)).share(print_) == 1


def test_coloured_overprint_is_pale_beside_black_print(engine: Engine, page: Image.Image) -> None:
    drawn = page.copy()
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((400, 400, 700, 480), fill=(255, 90, 120))
    pen.text((420, 420), "L898902C3", fill=(30, 30, 34), font=ImageFont.load_default(30))
    pixels = np.asarray(drawn, np.uint8)
    assert brightest(pixels)[405, 405] == 255
    in_black = {line.text for line in read(engine, pixels, whole(pixels), in_black=True)}
    assert "L898902C3" in in_black


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("0852", True), ("ZRN VKM8TX", True), ("SPECIMEN", False), ("12.08.1974", False),
     ("12 AUG 1974", False), ("085", False), ("page 12", False)],
)  # fmt: skip
def test_a_part_of_a_number_is_told_from_words_and_dates(text: str, may_be: bool) -> None:
    assert may_be_number(text) is may_be
