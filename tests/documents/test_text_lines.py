"""Owns the tests of reading lines: which way is up, told once a page."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kyc.documents.geometry import upright_box
from kyc.documents.pages import Quad
from kyc.documents.text_lines import TextLines, is_turned

DARK_BEGINNING, DARK_END = "12", "21"


class Recogniser:
    """Reads a line that is dark at its beginning surely, and the same line turned unsurely."""

    def __init__(self) -> None:
        self.runs = 0

    def get_modelmeta(self) -> Any:
        return SimpleNamespace(custom_metadata_map={"character": "1\n2"})

    def run(self, _: None, given: dict[str, Any]) -> list[Any]:
        self.runs += 1
        line = given["x"][0, 0]
        first, second = (float(half.mean()) for half in np.array_split(line, 2, axis=1))
        answer = np.zeros((1, 2, 3), np.float32)
        glyphs, sure = ((1, 2), 0.9) if first < second else ((2, 1), 0.6)
        for step, glyph in enumerate(glyphs):
            answer[0, step, glyph] = sure
        return [answer]


class Turner:
    """Doubts every line that it sees, or none."""

    def __init__(self, *, doubts: bool) -> None:
        self.doubts, self.runs = doubts, 0

    def get_inputs(self) -> Any:
        return [SimpleNamespace(name="x")]

    def run(self, _: None, given: dict[str, Any]) -> list[Any]:
        self.runs += 1
        return [np.array([[0.0, float(self.doubts)]] * len(given["x"]))]


LINES = [upright_box(20, 40 * at, 260, 40 * at + 30) for at in range(3)]


def page(*, upside_down: bool) -> Any:
    """Lines that begin in black and end in white."""
    view = np.full((130, 280), 255, np.uint8)
    view[:, :140] = 0
    return view[::-1, ::-1] if upside_down else view


def read(view: Any, turner: Turner, alike: list[Quad] | None = None) -> tuple[list[Any], int]:
    recogniser = Recogniser()
    lines = TextLines(recogniser, turner, readers=1).read(view, LINES, alike or [])
    return lines, recogniser.runs


@pytest.mark.parametrize("upside_down", [False, True])
def test_lines_that_may_be_upside_down_are_read_both_ways_and_no_third_time(
    *, upside_down: bool
) -> None:
    lines, runs = read(page(upside_down=upside_down), Turner(doubts=True))
    assert [line.text for line in lines] == [DARK_BEGINNING] * 3
    assert runs == 2 * len(LINES)
    assert is_turned([line.quad for line in lines], vertical=False) is upside_down


def test_lines_that_nobody_doubts_are_read_once() -> None:
    lines, runs = read(page(upside_down=True), Turner(doubts=False))
    assert [line.text for line in lines] == [DARK_END] * 3
    assert runs == len(LINES)


@pytest.mark.parametrize("upside_down", [False, True])
def test_later_lines_run_as_those_that_were_read_before(*, upside_down: bool) -> None:
    before, _ = read(page(upside_down=upside_down), Turner(doubts=True))
    turner = Turner(doubts=True)
    lines, runs = read(page(upside_down=upside_down), turner, [line.quad for line in before])
    assert [line.text for line in lines] == [DARK_BEGINNING] * 3
    assert (runs, turner.runs) == (len(LINES), 0)


def test_standing_lines_tell_nothing_of_lying_ones() -> None:
    lying, standing = upright_box(0, 0, 90, 20), np.roll(upright_box(0, 0, 20, 90), -1, axis=0)
    assert is_turned([standing], vertical=False) is None
    assert is_turned([standing, lying], vertical=True) is False
    assert is_turned([np.roll(standing, 2, axis=0), lying], vertical=True) is True
    assert is_turned([standing, lying], vertical=False) is False


def test_as_many_lines_each_way_tell_nothing() -> None:
    line = upright_box(0, 0, 90, 20)
    assert is_turned([line, np.roll(line, 2, axis=0)], vertical=False) is None
