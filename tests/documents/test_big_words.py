"""Owns the tests of the doubt about what stands under a pale word in big letters."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.big_words import is_overwritten
from kyc.documents.pages import Line, Pixels, Quad

PALE, DARK = (226, 170, 176), (40, 36, 34)


def _page() -> Pixels:
    return np.full((700, 1000, 3), (228, 232, 236), np.uint8)


def _written(
    page: Pixels, text: str, size: int, at: tuple[int, int], colour: tuple[int, int, int]
) -> Line:
    """Draws the text and tells it as a reader would."""
    image = Image.fromarray(page)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    draw.text(at, text, colour, font)
    left, top, right, bottom = draw.textbbox(at, text, font=font)
    page[:] = np.asarray(image)
    return _line(
        text, np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)
    )


def _line(text: str, quad: Quad, score: float = 0.98) -> Line:
    return Line(quad, text, tuple((i + 0.5) / len(text) for i in range(len(text))), score)


def _print(page: Pixels) -> list[Line]:
    words = ("ERIKSSON", "ANNA MARIA", "12.08.1984", "15.04.2032", "UTOPIAN", "F")
    return [_written(page, word, 30, (60, 60 + 50 * row), DARK) for row, word in enumerate(words)]


def _turned(page: Pixels, lines: list[Line], degrees: float) -> tuple[Pixels, list[Line]]:
    about = cv2.getRotationMatrix2D((500.0, 350.0), degrees, 1.0)
    turned = cv2.warpAffine(page, about, (1000, 700), borderValue=(228, 232, 236))
    moved = [_line(line.text, np.c_[line.quad, np.ones(4)] @ about.T, line.score) for line in lines]
    return np.asarray(turned, np.uint8), moved


@pytest.mark.parametrize("degrees", [0, 8, 90, 180])
def test_a_pale_word_in_big_letters_is_doubted_whichever_way_the_page_lies(degrees: float) -> None:
    page = _page()
    lines = [*_print(page), _written(page, "SPECIMEN", 100, (300, 420), PALE)]
    assert is_overwritten(*_turned(page, lines, degrees))


@pytest.mark.parametrize(("colour", "is_doubted"), [(PALE, True), (DARK, False)])
def test_the_edge_of_a_shadow_across_a_word_is_no_stroke_of_it(
    colour: tuple[int, int, int], is_doubted: bool
) -> None:
    page = _page()
    lines = [*_print(page), _written(page, "SPECIMEN", 100, (300, 420), colour)]
    shade = np.where(np.arange(1000) < 500, 0.35, 1.0)[None, :, None]
    shaded = (page * cv2.blur(np.broadcast_to(shade, page.shape), (91, 91))).astype(np.uint8)
    assert is_overwritten(shaded, lines) is is_doubted


def test_a_word_that_leans_more_than_its_box_is_not() -> None:
    page = _page()
    word = _written(page, "SPECIMEN", 90, (220, 400), PALE)
    leaning, (moved,) = _turned(page, [word], 26)
    middle = moved.quad.mean(axis=0)
    flat = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), -8, 1.0)
    lines = [*_print(leaning), _line("SPECIMEN", np.c_[moved.quad, np.ones(4)] @ flat.T)]
    assert not is_overwritten(leaning, lines)


def test_a_word_that_leans_less_than_its_box_is_doubted() -> None:
    page = _page()
    word = _written(page, "SPECIMEN", 90, (220, 400), PALE)
    leaning, (moved,) = _turned(page, [word], 12)
    middle = moved.quad.mean(axis=0)
    steep = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), 8, 1.0)
    lines = [*_print(leaning), _line("SPECIMEN", np.c_[moved.quad, np.ones(4)] @ steep.T)]
    assert is_overwritten(leaning, lines)


@pytest.mark.parametrize("text", ["C4P879WXL", "MM 9. AM/B"])
def test_a_number_in_big_letters_and_a_row_of_categories_are_no_word(text: str) -> None:
    page = _page()
    assert not is_overwritten(page, [*_print(page), _written(page, text, 90, (300, 420), PALE)])


def test_a_signature_that_reads_as_the_holders_name_is_not() -> None:
    page = _page()
    lines = [*_print(page), _written(page, "Anna Eriksson", 90, (300, 420), PALE)]
    assert is_overwritten(page, lines, frozenset({"MARLOWE"}))
    assert not is_overwritten(page, lines, frozenset({"ANNA", "ERIKSSON"}))


def test_a_title_as_dark_as_print_is_not() -> None:
    page = _page()
    assert not is_overwritten(
        page, [*_print(page), _written(page, "PASSPORT", 100, (300, 420), DARK)]
    )


def _crossed(degrees: float) -> tuple[Pixels, list[Line]]:
    """Print along the page, and a pale word in big letters that is turned against it."""
    page, over = _page(), _page()
    lines = _print(page)
    word = _written(over, "SPECIMEN", 100, (300, 420), PALE)
    slanted, [moved] = _turned(over, [word], degrees)
    return np.minimum(page, slanted), [*lines, moved]


@pytest.mark.parametrize("degrees", [-19, 19])
def test_a_word_that_rises_by_less_than_its_height_over_a_number_is_doubted(degrees: float) -> None:
    assert is_overwritten(*_crossed(degrees))


@pytest.mark.parametrize("degrees", [-30, 24, 30])
def test_a_word_steeply_aslant_is_not_for_it_takes_no_lines_place(degrees: float) -> None:
    assert not is_overwritten(*_crossed(degrees))


def test_pale_print_of_the_usual_height_is_not() -> None:
    page = _page()
    assert not is_overwritten(
        page, [*_print(page), _written(page, "SPECIMEN", 34, (300, 420), PALE)]
    )


@pytest.mark.parametrize(("text", "score"), [("MEN", 0.98), ("SPECIMEN", 0.6)])
def test_a_piece_or_a_guess_is_no_word(text: str, score: float) -> None:
    page = _page()
    lines = _print(page)
    word = _written(page, text, 100, (300, 420), PALE)
    assert not is_overwritten(page, [*lines, _line(text, word.quad, score)])


def test_an_empty_page_is_not() -> None:
    assert not is_overwritten(_page(), [])
