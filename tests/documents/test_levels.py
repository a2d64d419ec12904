"""Owns the tests of a place's values and of their percentiles: numpy's own are the truth."""

import numpy as np
import pytest

from kyc.documents.geometry import upright_box
from kyc.documents.levels import percentile, values_in


@pytest.mark.parametrize("share", [0, 3, 50, 97, 98, 100])
@pytest.mark.parametrize("shape", [(1,), (2,), (7, 9), (48, 333)])
def test_it_agrees_with_numpy(share: float, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    assert percentile(values, share) == pytest.approx(float(np.percentile(values, share)))


def test_it_agrees_where_two_values_lie_far_apart() -> None:
    values = np.array([0, 0, 0, 255], np.uint8)
    assert percentile(values, 75) == pytest.approx(float(np.percentile(values, 75)))


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile(np.empty((0, 4), np.uint8), 50)


def test_the_values_of_a_place_are_those_under_it() -> None:
    picture = np.zeros((20, 30), np.uint8)
    picture[5:9, 10:16] = 7
    assert values_in(upright_box(10, 5, 15, 8), picture).tolist() == [7] * 24


def test_a_place_beyond_the_picture_has_the_value_of_its_edge() -> None:
    picture = np.full((20, 30, 3), 9, np.uint8)
    assert values_in(upright_box(100, 100, 120, 110), picture).tolist() == [[9, 9, 9]]
