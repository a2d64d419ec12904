"""Owns the tests of which later readings count beside surer ones."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kyc.documents.outweighed import believed
from kyc.documents.pages import Line

MakeLine = Callable[..., Line]
NAMES = frozenset({"INES", "CASTANO"})


@pytest.mark.parametrize(
    ("sure", "later"),
    [
        ("05 SEP 2025", "4 05 SEP 20254 SPEC"),
        ("23.12.1957", "23.2957"),
        ("INES", "2 1NES"),
    ],
)
def test_a_date_or_name_once_read_for_sure_is_no_number_later(
    sure: str, later: str, line: MakeLine
) -> None:
    first = [line(sure, 0, 0)]
    assert believed([line(later, 0, 0)], first, [], NAMES) == []


def test_a_date_that_another_view_reads_for_sure_is_no_number(line: MakeLine) -> None:
    assert believed([line("2802197", 0, 0)], [], [line("28.02.1977", 0, 0)], NAMES) == []


def test_a_number_with_more_digits_than_the_date_is_read(line: MakeLine) -> None:
    later = line("12.12.1981-12345", 0, 0)
    assert believed([later], [line("12.12.1981", 0, 0)], [], NAMES) == [later]


def test_another_number_across_a_date_is_read(line: MakeLine) -> None:
    later = line("90447361", 0, 0)
    assert believed([later], [line("12.12.1981", 0, 0)], [], NAMES) == [later]


def test_a_number_across_a_name_is_read(line: MakeLine) -> None:
    later = line("9044736", 0, 0)
    assert believed([later], [line("CASTANO", 0, 0)], [], NAMES) == [later]


def test_a_date_that_was_read_without_confidence_settles_nothing(line: MakeLine) -> None:
    later = line("05 SEP 20254", 0, 0)
    unsure = replace(line("05 SEP 2025", 0, 0), score=0.7)
    assert believed([later], [unsure], [], NAMES) == [later]


def test_small_print_under_a_big_date_is_read(line: MakeLine) -> None:
    later = line("55", 0, 0)
    big = line("05 SEP 2055", 0, 0)
    big = replace(big, quad=(big.quad - big.quad[0]) * 5 + later.quad[0])
    assert believed([later], [big], [], NAMES) == [later]


def test_one_character_over_and_over_counts_only_where_it_was_read_for_sure(
    line: MakeLine,
) -> None:
    edge = line("00000", 0, 60)
    assert believed([replace(edge, score=0.73)], [], [], NAMES) == []
    assert believed([edge], [], [], NAMES) == [edge]
    other = replace(line("00001", 0, 60), score=0.73)
    assert believed([other], [], [], NAMES) == [other]


def test_an_unsure_reading_upside_down_does_not_count(line: MakeLine) -> None:
    turned = _turned(line("4PW6TR 9 TTS", 0, 60))
    first = [line("ROZALIA", 0, 0)]
    assert believed([replace(turned, score=0.65)], first, [], NAMES) == []
    assert believed([replace(turned, score=0.95)], first, [], NAMES) != []


def test_an_unsure_reading_on_a_page_that_has_lines_both_ways_counts(line: MakeLine) -> None:
    turned = replace(_turned(line("4PW6TR 9 TTS", 0, 60)), score=0.65)
    first = [line("ROZALIA", 0, 0), _turned(line("UTOPIA", 0, 90))]
    assert believed([turned], first, [], NAMES) == [turned]


def test_an_unsure_number_on_small_letters_does_not_count(line: MakeLine) -> None:
    caption, later = line("Ime / Given names", 0, 0), line("Im0=3be8 09745>40", 0, 0)
    assert believed([replace(later, score=0.61)], [caption], [], NAMES) == []
    assert believed([replace(later, score=0.9)], [caption], [], NAMES) != []


def test_an_unsure_number_on_capitals_counts(line: MakeLine) -> None:
    capitals, later = line("IOSBSII", 0, 0), replace(line("1058511", 0, 0), score=0.61)
    assert believed([later], [capitals], [], NAMES) == [later]


def _turned(line: Line) -> Line:
    return replace(line, quad=np.roll(line.quad, 2, axis=0))
