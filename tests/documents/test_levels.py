"""Owns the tests of percentiles by counting: numpy's own are the truth."""

import numpy as np
import pytest

from kyc.documents.levels import percentile


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
