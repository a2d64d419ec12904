"""Owns the tests of quads' arithmetic: axes, growth, overlap."""

import numpy as np
import pytest

from kyc.documents.geometry import (
    axis,
    grow,
    mask_of,
    overlapping,
    share_covered,
    thickness,
    upright_box,
)
from kyc.documents.pages import Quad

TILTED = np.array([[100, 50], [180, 110], [150, 150], [70, 90]], float)
"""A box of 100 x 50 px that reads down to the right, three to four."""


def turned(quad: Quad, steps: int) -> Quad:
    """The same box read in another direction."""
    return np.roll(quad, -steps, axis=0)


def test_an_axis_tells_length_height_and_directions_of_a_tilted_box() -> None:
    box = axis(TILTED)
    assert (box.length, box.height) == pytest.approx((100, 50))
    assert box.along == pytest.approx([0.8, 0.6])
    assert box.across == pytest.approx([-0.6, 0.8])
    assert box.origin == pytest.approx([100, 50])
    assert box.centre == pytest.approx([125, 100])


@pytest.mark.parametrize("steps", range(4))
def test_a_box_is_as_thick_whichever_way_it_reads(steps: int) -> None:
    assert thickness(turned(TILTED, steps)) == pytest.approx(50)


def test_growing_pushes_each_side_out_by_its_own_margin() -> None:
    grown = axis(grow(TILTED, 10, 3))
    assert (grown.length, grown.height) == pytest.approx((120, 56))
    assert grown.centre == pytest.approx(axis(TILTED).centre)


def test_a_box_without_a_size_has_an_axis_and_grows_nowhere() -> None:
    point = np.zeros((4, 2))
    assert (axis(point).length, thickness(point)) == (0, 0)
    assert (grow(point, 5, 5) == 0).all()


def test_only_boxes_whose_frames_meet_overlap() -> None:
    near, far = upright_box(180.5, 140, 300, 200), upright_box(182, 50, 300, 200)
    assert [near is other for other in overlapping(TILTED, [far, near])] == [True]
    assert overlapping(TILTED, []) == []


def test_the_share_under_others_is_that_of_their_masks() -> None:
    draw = np.random.default_rng(7)
    others = [grow(TILTED + draw.normal(0, 90, 2), 0, -15) for _ in range(40)]
    shape, covers = mask_of([TILTED], 400, 400) > 0, mask_of(others, 400, 400) > 0
    share = (shape & covers).sum() / shape.sum()
    assert 0 < share < 1
    assert share_covered(TILTED, others) == pytest.approx(share, abs=0.01)


def test_what_lies_apart_covers_nothing() -> None:
    assert share_covered(TILTED, [upright_box(400, 400, 500, 500)]) == 0
    assert share_covered(TILTED, iter(())) == 0
