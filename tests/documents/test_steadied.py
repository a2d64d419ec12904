"""Owns the tests of undoing a shake."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np
import pytest

from kyc.documents.engine import Engine
from kyc.documents.pages import Line
from kyc.documents.reading import whole
from kyc.documents.sight import see
from kyc.documents.steadied import (
    Grey,
    Shake,
    samples_of,
    see_steadied,
    steadied,
    surest,
    undone,
)

MakeLine = Callable[..., Line]
WORDS = ("UTOPIA", "ERIKSSON", "ANNA MARIA", "12.08.1974")


def _page() -> Grey:
    page = np.full((260, 420), 225, np.uint8)
    for at, word in enumerate(WORDS):
        cv2.putText(page, word, (40, 50 + 55 * at), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2)
    return page


def _shaken(page: Grey, angle: float, length: float) -> Grey:
    """The mean of pictures taken along the way, as a camera takes them."""
    steps = np.linspace(-(length - 1) / 2, (length - 1) / 2, 64)
    size = (page.shape[1], page.shape[0])
    moved = [
        cv2.warpAffine(
            page,
            np.array([[1, 0, s * np.cos(angle)], [0, 1, s * np.sin(angle)]]),
            size,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for s in steps
    ]
    return np.asarray(np.mean(moved, axis=0).round(), np.uint8)


def _likeness(one: Grey, other: Grey) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("angle", [0.0, 0.4, np.pi / 2, 2.3])
def test_a_shake_that_is_known_is_undone(angle: float) -> None:
    shaken = _shaken(_page(), angle, 9)
    lost = 1 - _likeness(shaken, _page())
    assert 1 - _likeness(undone(shaken, Shake(angle, 9)), _page()) < 0.5 * lost


def test_a_shake_the_other_way_is_not_undone_by_it() -> None:
    shaken = _shaken(_page(), 0.0, 9)
    turned = undone(shaken, Shake(np.pi / 2, 9))
    assert _likeness(turned, _page()) < _likeness(shaken, _page())


@dataclass(frozen=True)
class _Reader:
    """Reads lines the better the more they look as they do on the page that was not shaken."""

    def read(self, view: Any, quads: Any) -> list[Line]:
        true, _ = samples_of(_page(), [line.quad for line in _lines(1.0)])
        alike = _likeness(view, true)
        return [Line(quad, "ANNA", (), alike) for quad in quads]


def _lines(score: float) -> list[Line]:
    places = [(35, 20 + 55 * at, 250, 60 + 55 * at) for at in range(4)]
    quads = [np.array([[a, b], [c, b], [c, d], [a, d]], float) for a, b, c, d in places]
    return [Line(quad, "UTOPIA", (), score) for quad in quads]


ENGINE = cast(Engine, SimpleNamespace(lines=_Reader()))


@pytest.mark.parametrize("angle", [0.2, 1.5])
def test_the_way_and_the_length_are_found_by_what_is_read(angle: float) -> None:
    page = cv2.cvtColor(_shaken(_page(), angle, 9), cv2.COLOR_GRAY2RGB)
    still = steadied(ENGINE, np.asarray(page), _lines(0.6))
    assert still is not None
    assert still.shape == page.shape
    assert _likeness(still[..., 0], _page()) > _likeness(page[..., 0], _page()) + 0.03


def test_print_that_nobody_can_read_is_read_without_the_shake(engine: Engine, draw: Any) -> None:
    texts = ("ERIKSSON", "L898902C3", "ZE184226B", "12.08.1974", "UTOPIA")
    drawn = draw([(480, 60 + 110 * at, 34, text) for at, text in enumerate(texts)])
    page = _shaken(np.asarray(drawn.image), 0.3, 16)
    glance = see(engine, page, whole(page))
    still, sight = see_steadied(engine, page, glance)
    assert {line.text for line in sight.lines} >= set(texts)
    assert not {line.text for line in glance.lines} >= set(texts[1:3])
    assert still.shape == page.shape


def test_a_page_that_was_read_well_stays_as_it_is() -> None:
    page = cv2.cvtColor(_shaken(_page(), 0.2, 9), cv2.COLOR_GRAY2RGB)
    assert steadied(ENGINE, np.asarray(page), _lines(0.95)) is None


def test_a_page_without_lines_stays_as_it_is() -> None:
    assert steadied(ENGINE, np.zeros((60, 60, 3), np.uint8), []) is None


def test_a_page_that_is_read_no_better_stays_as_it_is() -> None:
    deaf = cast(Engine, SimpleNamespace(lines=SimpleNamespace(read=lambda *_: [])))
    page = cv2.cvtColor(_shaken(_page(), 0.2, 9), cv2.COLOR_GRAY2RGB)
    assert steadied(deaf, np.asarray(page), _lines(0.6)) is None


def test_of_two_readings_the_surer_one_is_kept(line: MakeLine) -> None:
    sure, unsure = line("12.08.1974", 0, 0), replace(line("120 974", 0, 0), score=0.6)
    assert surest([unsure], [sure]) == [sure]


def test_what_one_reading_has_alone_is_kept(line: MakeLine) -> None:
    lines = [line("ANNA", 0, 0), replace(line("90447", 0, 60), score=0.5)]
    assert surest(lines[:1], lines[1:]) == lines


def test_print_under_a_word_in_big_letters_is_kept(line: MakeLine) -> None:
    small = replace(line("90447", 0, 0), score=0.5)
    big = line("SPECIMEN", 0, 0)
    big = replace(big, quad=big.quad * 5)
    assert any(one is small for one in surest([big], [small]))


ROW = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"


def test_a_zone_in_large_print_says_nothing_of_the_other_lines() -> None:
    page = cv2.cvtColor(_shaken(_page(), 0.2, 9), cv2.COLOR_GRAY2RGB)
    zone = replace(_lines(1.0)[0], text=ROW)
    assert steadied(ENGINE, np.asarray(page), [zone, *_lines(0.85)[1:]]) is not None


def test_a_zone_in_doubt_steadies_no_page_that_was_read_well() -> None:
    page = cv2.cvtColor(_shaken(_page(), 0.2, 9), cv2.COLOR_GRAY2RGB)
    zone = replace(_lines(0.4)[3], text=ROW)
    assert steadied(ENGINE, np.asarray(page), [*_lines(0.95), zone]) is None


def test_lines_that_the_shake_hid_are_looked_for_beside_the_zone(line: MakeLine) -> None:
    places = [line.quad for line in _lines(1.0)]
    finder = SimpleNamespace(find=lambda _: places)
    page = np.asarray(cv2.cvtColor(_shaken(_page(), 0.2, 9), cv2.COLOR_GRAY2RGB))
    zone = replace(line(ROW, 40, 225), score=0.98)
    found = cast(Engine, SimpleNamespace(lines=_Reader(), boxes=finder))
    assert steadied(found, page, [zone]) is not None
    none = cast(Engine, SimpleNamespace(lines=_Reader(), boxes=SimpleNamespace(find=lambda _: [])))
    assert steadied(none, page, [zone]) is None
