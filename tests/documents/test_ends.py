"""Owns the tests of whether a code ends where its place does."""

import cv2
import numpy as np
import pytest

from kyc.documents.codes import Code, Suspects, codes_among, find_codes
from kyc.documents.ends import ends_in_quiet
from kyc.documents.geometry import upright_box
from kyc.documents.pages import Pixels
from kyc.documents.patterns import Grey, Relief

LEFT, TOP, RIGHT, BOTTOM = 200, 150, 500, 300


def _page() -> Grey:
    modules = np.random.default_rng(3).integers(0, 2, (50, 100)).repeat(3, 0).repeat(3, 1)
    page = np.full((500, 700), 225, np.uint8)
    page[TOP:BOTTOM, LEFT:RIGHT] = 30 + 195 * modules
    return page


def _edges(page: Grey) -> Grey:
    return Relief.of(page).edges


def test_what_quiet_surrounds_ends_there() -> None:
    assert ends_in_quiet(upright_box(LEFT - 3, TOP - 3, RIGHT + 3, BOTTOM + 3), _edges(_page()))


@pytest.mark.parametrize(
    "box",
    [
        (LEFT, TOP, RIGHT - 40, BOTTOM),
        (LEFT + 40, TOP, RIGHT, BOTTOM),
        (LEFT, TOP, RIGHT, BOTTOM - 30),
        (LEFT, TOP + 30, RIGHT, BOTTOM),
    ],
)
def test_what_goes_on_beyond_a_side_does_not_end_there(box: tuple[int, int, int, int]) -> None:
    assert not ends_in_quiet(upright_box(*box), _edges(_page()))


def test_where_no_edges_can_be_told_nothing_is_known() -> None:
    soft = np.asarray(cv2.GaussianBlur(_page(), (0, 0), 9.0), np.uint8)
    assert not ends_in_quiet(upright_box(LEFT, TOP, RIGHT, BOTTOM), _edges(soft))


def _coloured(page: Grey) -> Pixels:
    return np.repeat(page[:, :, None], 3, axis=2)


def test_a_code_that_no_reader_knows_is_doubted_only_where_its_end_is() -> None:
    page = _page()
    assert [code.is_doubtful for code in find_codes(_coloured(page), [])] == [False]
    lines = np.arange(TOP, BOTTOM)[:, None] % 12 < 4
    page[TOP:BOTTOM, RIGHT : RIGHT + 150] = np.where(lines, 40, 225)
    assert any(code.is_doubtful for code in find_codes(_coloured(page), []))


def test_what_lies_on_a_whole_one_is_no_further_doubt() -> None:
    whole, part = upright_box(0, 0, 100, 60), upright_box(0, 0, 60, 60)
    found = codes_among(Suspects(alike=(whole, part), whole=(whole,)), [])
    assert found
    assert not any(code.is_doubtful for code in found)
    assert Code(part, decoded=False).is_doubtful
