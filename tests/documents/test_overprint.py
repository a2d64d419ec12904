"""Owns the tests of taking coloured overprint out of a view while faint grey print stays."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from kyc.documents.overprint import without_overprint
from kyc.documents.pages import Pixels

Mask = npt.NDArray[np.bool_]

GROUND, DEPTH = (226, 232, 238), 20


def _mask(text: str, size: int, at: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", (640, 480), 0)
    ImageDraw.Draw(mask).text(at, text, 255, ImageFont.load_default(size))
    return mask


def _page(colour: tuple[int, int, int], light: float = 1.0) -> tuple[Pixels, Mask, Mask]:
    """A ghost number under a translucent word, and where each of the two is."""
    number, word = _mask("L898902C3", 48, (200, 230)), _mask("SPECIMEN", 130, (20, 180))
    page = Image.new("RGB", (640, 480), GROUND)
    page.paste(tuple(value - DEPTH for value in GROUND), (0, 0), number)
    page.paste(colour, (0, 0), word.point([value * 2 // 5 for value in range(256)]))
    lit = np.asarray(page).astype(float) * light
    return lit.astype(np.uint8), np.asarray(number) > 200, np.asarray(word) > 200


@pytest.mark.parametrize("colour", [(196, 40, 60), (40, 90, 190), (30, 140, 60)])
@pytest.mark.parametrize("light", [1.0, 0.5])
def test_a_ghost_number_is_darker_than_the_word_above_it(
    colour: tuple[int, int, int], light: float
) -> None:
    page, number, word = _page(colour, light)
    view = without_overprint(page).astype(float)
    plain = np.median(view[~number & ~word])
    assert np.median(view[number]) < plain - DEPTH
    assert abs(np.median(view[word & ~number]) - plain) < DEPTH / 2


def test_black_print_stays_black() -> None:
    page, _, _ = _page((196, 40, 60))
    print_ = np.asarray(_mask("ERIKSSON", 30, (40, 60))) > 200
    page[print_] = 20
    view = without_overprint(page)
    assert np.median(view[print_]) < 40
    assert view.shape == page.shape[:2]


def test_a_ground_without_colour_is_even_and_light() -> None:
    view = without_overprint(np.full((97, 131, 3), 120, np.uint8))
    assert view.shape == (97, 131)
    assert view.min() >= 195
