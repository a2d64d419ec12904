"""Owns the tests of drawing pictures anew: no pixel is skipped, and places are laid straight."""

import numpy as np
import pytest

from kyc.documents.geometry import upright_box
from kyc.documents.scaling import halved, laid_straight, scaled


def test_a_half_is_the_mean_of_each_four_pixels() -> None:
    picture = np.array([[0, 40, 7], [80, 120, 7], [7, 7, 7]], np.uint8)
    assert halved(picture).tolist() == [[60]]


def test_an_only_row_or_column_stays() -> None:
    assert halved(np.array([[10, 30, 50, 70]], np.uint8)).tolist() == [[20, 60]]
    assert halved(np.array([[10]], np.uint8)).tolist() == [[10]]


@pytest.mark.parametrize("shape", [(90, 131), (90, 131, 3), (301, 40), (31, 33)])
@pytest.mark.parametrize("size", [(32, 32), (64, 96), (131, 90), (160, 96)])
def test_a_picture_has_the_size_that_was_asked_for(
    shape: tuple[int, ...], size: tuple[int, int]
) -> None:
    small = scaled(np.full(shape, 77, np.uint8), *size)
    assert small.shape == (size[1], size[0], *shape[2:])
    assert (small == 77).all()


def test_no_pixel_is_skipped_on_the_way_to_a_much_smaller_picture() -> None:
    dark = np.zeros((512, 512), np.uint8)
    for at in range(8):
        lit = dark.copy()
        lit[64 + at, 200 + at] = 255
        lit[64 + at, 201 + at] = 255
        assert scaled(lit, 128, 128).any()


def test_what_stands_somewhere_stands_there_when_it_is_smaller() -> None:
    page = np.full((600, 1000), 255, np.uint8)
    page[300:330, 500:550] = 0
    rows, columns = np.nonzero(scaled(page, 480, 288) < 128)
    scale = 1000 / 480, 600 / 288
    assert abs(float(columns.mean() + 0.5) * scale[0] - 525) < 1.5
    assert abs(float(rows.mean() + 0.5) * scale[1] - 315) < 1.5


def test_a_place_is_laid_straight_from_its_first_corner_on() -> None:
    page = np.zeros((60, 80, 3), np.uint8)
    page[20:40, 10:50] = 200
    page[20:30, 10:30] = 90
    place = upright_box(10, 20, 50, 40)
    straight = laid_straight(page, place, 40, 20)
    assert straight.shape == (20, 40, 3)
    assert (straight == page[20:40, 10:50]).all()
    upside_down = laid_straight(page, np.roll(place, 2, axis=0), 40, 20)
    assert upside_down[2, 2, 0] == 200
    assert upside_down[17, 37, 0] == 90
