"""Owns the tests of pages that lie on their side or stand on their head."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kyc.documents.engine import Engine
from kyc.documents.geometry import share_covered, upright_box
from kyc.documents.looks import look_twice
from kyc.documents.pages import Claimed, Cls, Findings, Kind, Line, Region, Shown
from kyc.documents.task import Task
from kyc.documents.turned import Turn, turn_of
from kyc.policy.redaction import load_policy

MakeLine = Callable[..., Line]
WIDTH, HEIGHT = 600, 400
PAGE = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
HOLDER = Claimed("Eriksson", "Anna Maria", "1974-08-12")
TASK = Task(Kind.DOCUMENT_FRONT, load_policy("", ""), HOLDER, (), None)


def _read(line: MakeLine, quarters: int = 0) -> list[Line]:
    """Three lines of a page that has to be turned by so many quarters to stand upright."""
    turn = Turn(quarters, WIDTH, HEIGHT)
    rows = ("UTOPIA", "ERIKSSON", "ANNA MARIA")
    upright = [line(text, 40, 50 * at + 40) for at, text in enumerate(rows)]
    return [replace(one, quad=turn.back(one.quad)) for one in upright]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_the_way_most_lines_run_tells_how_a_page_is_turned(quarters: int, line: MakeLine) -> None:
    assert turn_of(PAGE, _read(line, quarters)) == Turn(quarters, WIDTH, HEIGHT)


def test_an_upright_page_is_left_as_it_is(line: MakeLine) -> None:
    assert turn_of(PAGE, _read(line)) is None


def test_a_spread_whose_pages_are_printed_crosswise_is_left_as_it_is(line: MakeLine) -> None:
    assert turn_of(PAGE, [*_read(line, 1), line("SPECIMEN", 300, 300)]) is None


def test_lines_without_confidence_and_short_ones_tell_nothing(line: MakeLine) -> None:
    weak = [replace(one, score=0.7) for one in _read(line, 2)]
    short = [replace(one, text="123") for one in _read(line, 2)]
    assert turn_of(PAGE, weak) is None
    assert turn_of(PAGE, short) is None
    assert turn_of(PAGE, _read(line, 2)[:2]) is None


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_places_are_turned_with_their_page_and_back(quarters: int) -> None:
    page = PAGE.copy()
    page[30:50, 100:220] = 255
    place = upright_box(100, 30, 220, 50)
    turn = Turn(quarters, WIDTH, HEIGHT)
    rows, columns = np.nonzero(turn.of(page)[..., 0])
    low, high = turn.turned(place).min(axis=0), turn.turned(place).max(axis=0)
    assert (low == (columns.min(), rows.min())).all()
    assert (high == (columns.max() + 1, rows.max() + 1)).all()
    assert (turn.back(turn.turned(place)) == place).all()


def test_what_is_spared_and_what_is_shown_are_turned_back_too() -> None:
    place = upright_box(10, 20, 110, 40)
    turn = Turn(1, WIDTH, HEIGHT)
    hidden = Region(Cls.DOCUMENT_NUMBER, turn.turned(place), turn.turned(place))
    shown = Region(Shown.NAME, turn.turned(place))
    undone = turn.undone(Findings((hidden,), shown=(shown,)))
    assert (undone.regions[0].quad == place).all()
    assert undone.regions[0].spare is not None
    assert (undone.regions[0].spare == place).all()
    assert (undone.shown[0].quad == place).all()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_passport_is_covered_where_an_upright_one_is(
    quarters: int, engine: Engine, passport: Any
) -> None:
    upright = np.asarray(passport.image.convert("RGB"))
    away = Turn(-quarters % 4, upright.shape[1], upright.shape[0])
    lying = look_twice(away.of(upright), TASK, engine)
    standing = look_twice(upright, TASK, engine)
    covered = [away.turned(region.quad) for region in standing.regions]
    assert lying.reasons == standing.reasons == ()
    assert len(lying.regions) == len(covered)
    for region in lying.regions:
        assert share_covered(region.quad, covered) > 0.98
