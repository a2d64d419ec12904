"""Owns what is promised of numbers that meet something else: where they are, what is over them."""

import numpy as np
import pytest

from kyc.specimens import Drawing, draw_identity_card, draw_passport, invented_person
from kyc.specimens.crossed import CROSSED
from kyc.specimens.montages import spread
from kyc.specimens.states import STATES

PERSON = invented_person(6, "ESP")
NUMBER = PERSON.document_number


@pytest.fixture(scope="module")
def page() -> Drawing:
    return draw_passport(PERSON, state="ESP", seed=1)


@pytest.fixture(scope="module")
def book(page: Drawing) -> Drawing:
    return spread(page, PERSON, state="ESP", seed=1)


def _grey(drawing: Drawing) -> np.ndarray:
    return np.asarray(drawing.image.convert("L")).astype(int)


@pytest.mark.parametrize("name", CROSSED)
def test_the_same_seed_draws_alike(name: str, book: Drawing) -> None:
    once, again = (CROSSED[name](book, NUMBER, 5) for _ in range(2))
    assert np.array_equal(_grey(once), _grey(again))
    assert once.fields == again.fields


def test_a_word_lies_over_a_ghost_number_and_reaches_beyond_it(page: Drawing) -> None:
    crossed = CROSSED["ghost_under_word"](page, NUMBER, 2)
    *others, field = crossed.fields
    assert (tuple(others), field.kind, field.text) == (page.fields, "ghost", NUMBER)
    reddened = np.asarray(crossed.image).astype(int) - np.asarray(page.image)
    rows, columns = np.nonzero(reddened[..., 1] < -8)
    quad = np.array(field.quad)
    assert np.ptp(columns) > np.ptp(quad[:, 0])
    assert np.ptp(rows) > 1.5 * np.ptp(quad[:, 1])


@pytest.mark.parametrize("state", STATES)
def test_a_glued_number_begins_where_a_date_ends_and_meets_no_other_field(state: str) -> None:
    card = draw_identity_card(PERSON, state=state, seed=1)
    *others, number = CROSSED["glued"](card, NUMBER, 3).fields
    left, top = number.quad[0]
    height = number.quad[2][1] - top
    ends = [f.quad[1][0] for f in others if f.kind in ("dob", "doi", "doe")]
    assert min(abs(left - end) for end in ends) < height
    for field in others:
        (x0, y0), (x1, y1) = field.quad[0], field.quad[2]
        beside = x1 <= left + height / 2 or number.quad[2][0] <= x0
        assert beside or y1 <= top or number.quad[2][1] <= y0


def test_patches_lie_over_dates_alone(page: Drawing) -> None:
    changed = np.argwhere(_grey(CROSSED["dates_overprinted"](page, NUMBER, 2)) != _grey(page))
    dates = [np.array(f.quad) for f in page.fields if f.kind in ("dob", "doi", "doe")]
    for quad in dates:
        (left, top), (right, bottom) = quad.min(axis=0) - 16, quad.max(axis=0) + 16
        y, x = changed[:, 0], changed[:, 1]
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        assert inside.any()
        changed = changed[~inside]
    assert not len(changed)


def test_a_number_punched_through_is_mirrored_about_the_fold(book: Drawing) -> None:
    punched = CROSSED["punched_through"](book, NUMBER, 4)
    below, above = punched.fields[-2:]
    assert [f.kind for f in (below, above)] == ["perf", "perf"]
    fold = book.image.height // 2
    assert above.quad[0][1] == pytest.approx(2 * fold - below.quad[2][1], abs=1)
    changed = _grey(punched) != _grey(book)
    upper, lower = changed[:fold][::-1], changed[fold:]
    assert (upper & lower).sum() > 0.9 * lower.sum()
