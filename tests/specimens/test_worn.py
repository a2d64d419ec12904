"""Owns what is promised of numbers made hard to find: drawn, labelled where they stand, alone."""

import numpy as np
import pytest
import zxingcpp

from kyc.specimens import Drawing, draw_identity_card, draw_passport, invented_person
from kyc.specimens.chance import dice
from kyc.specimens.worn import WEAR, free_place

PERSON = invented_person(6, "ESP")
NUMBER = PERSON.document_number
KINDS = {"perforated": "perf", "vertical": "vertical", "ghost": "ghost", "engraved": "docno"}


def _page() -> Drawing:
    return draw_passport(PERSON, state="ESP", seed=1)


def _grey(drawing: Drawing) -> np.ndarray:
    return np.asarray(drawing.image.convert("L")).astype(int)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_number_is_added_where_its_label_says(name: str, seed: int) -> None:
    page = _page()
    worn = WEAR[name](page, NUMBER, seed)
    *others, field = worn.fields
    assert (tuple(others), field.kind, field.text) == (page.fields, KINDS[name], NUMBER)
    changed = np.argwhere(_grey(worn) != _grey(page))
    quad = np.array(field.quad)
    low, high = changed.min(axis=0)[::-1], changed.max(axis=0)[::-1]
    assert (low >= quad.min(axis=0) - 8).all()
    assert (high <= quad.max(axis=0) + 8).all()


@pytest.mark.parametrize("name", WEAR)
def test_the_same_seed_wears_alike(name: str) -> None:
    page = draw_identity_card(PERSON, side="back", state="ESP", seed=1)
    once, again = (WEAR[name](page, NUMBER, 5) for _ in range(2))
    assert np.array_equal(_grey(once), _grey(again))
    assert once.fields == again.fields


def test_a_ghost_is_paler_than_print() -> None:
    page = _page()
    worn = WEAR["ghost"](page, NUMBER, 3)
    fainter = _grey(page) - _grey(worn)
    assert 8 < fainter.max() <= 46


def test_a_vertical_number_reads_up_or_down_the_page() -> None:
    for seed in range(4):
        quad = np.array(WEAR["vertical"](_page(), NUMBER, seed).fields[-1].quad)
        along = quad[1] - quad[0]
        assert abs(along[0]) < 1
        assert abs(along[1]) > 3 * abs(quad[3] - quad[0]).max()


def test_an_overprint_lies_over_the_number_alone() -> None:
    page = _page()
    worn = WEAR["overprinted"](page, NUMBER, 2)
    (field,) = (field for field in page.fields if field.kind == "docno")
    changed = np.argwhere(_grey(worn) != _grey(page))[:, ::-1]
    quad = np.array(field.quad)
    assert (changed >= quad.min(axis=0) - 16).all()
    assert (changed <= quad.max(axis=0) + 16).all()
    assert worn.fields == page.fields


def test_a_smeared_code_decodes_no_more() -> None:
    page = draw_identity_card(PERSON, side="back", state="ESP", seed=1)
    assert zxingcpp.read_barcodes(np.asarray(page.image))
    assert not zxingcpp.read_barcodes(np.asarray(WEAR["smeared_code"](page, NUMBER, 4).image))


def test_a_free_place_has_neither_ink_nor_label() -> None:
    page = _page()
    x, y = free_place(page, (200, 40), dice(1, "place"))
    assert _grey(page)[y : y + 40, x : x + 200].min() >= 100
    for field in page.fields:
        quad = np.array(field.quad)
        low, high = quad.min(axis=0), quad.max(axis=0)
        assert high[0] < x or low[0] > x + 200 or high[1] < y or low[1] > y + 40
