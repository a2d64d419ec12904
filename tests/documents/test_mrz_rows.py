"""Owns the tests of where the machine-readable zone is taken to be."""

from collections.abc import Callable

import numpy as np
import pytest

from kyc.documents.geometry import mask_of
from kyc.documents.mrz_rows import Row, find_rows, is_fragment, is_row, rows_to_cover, top_down
from kyc.documents.pages import Line

FIRST = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

MakeLine = Callable[..., Line]


def _is_covered(rows: list[Row], x: float, y: float) -> bool:
    return bool(mask_of(rows_to_cover(rows), 400, 1000)[round(y), round(x)])


@pytest.mark.parametrize(
    "text",
    [
        FIRST,
        SECOND,
        FIRST.replace("<", "«"),
        FIRST.replace("<", "Λ"),
        "P<UTOERIKSSON<<ANNA<MARIAKKKKKKKKKKKKKKKKKKK",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "D<UTO12345678901234567890123456",
    ],
)
def test_it_recognises_a_row(text: str) -> None:
    assert is_row(text)


def test_a_greek_word_is_no_part_of_a_row() -> None:
    assert not is_fragment("NΛATEIA NEA 86, BOΛOΣ")


@pytest.mark.parametrize(
    "text", ["REPUBLIC OF UTOPIA", "Date of birth / Date de naissance", "12.08.1974", "", "<<<"]
)
def test_it_takes_no_print_for_a_row(text: str) -> None:
    assert not is_row(text)


def test_it_bridges_the_fragments_of_a_row(line: MakeLine) -> None:
    rows = find_rows([line(SECOND[:28], 0, 100), line("ZE184226B<<<<<10", 330, 101)])
    assert len(rows) == 1
    assert _is_covered(rows, 305, 110)


def test_it_takes_a_plain_neighbour_on_the_row_with_it(line: MakeLine) -> None:
    rows = find_rows([line(SECOND[:30], 0, 100), line("4226", 310, 100)])
    assert [fragment.text for fragment in rows[0].fragments][-1] == "4226"


def test_a_number_further_off_beside_a_whole_row_is_none_of_it(line: MakeLine) -> None:
    rows = find_rows([line(SECOND, 0, 100), line("080976", 490, 100)])
    assert len(rows[0].fragments) == 1


def test_a_number_across_a_row_is_none_of_it(line: MakeLine) -> None:
    across = line("91630244", 310, 100)
    upright = Line(np.roll(across.quad, 1, axis=0), across.text, across.positions, 1.0)
    rows = find_rows([line(SECOND[:28], 0, 100), upright])
    assert len(rows[0].fragments) == 1


def test_it_leaves_a_date_on_the_row_alone(line: MakeLine) -> None:
    rows = find_rows([line(SECOND[:30], 0, 100), line("12.08.1974", 320, 100)])
    assert len(rows[0].fragments) == 1


def test_it_extends_a_short_row_to_the_longest(line: MakeLine) -> None:
    rows = find_rows([line(FIRST, 0, 100), line("L898902C36UTO7408122F12", 0, 140)])
    assert _is_covered(rows, 400, 150)


def test_it_completes_the_row_that_was_not_found_below(line: MakeLine) -> None:
    rows = find_rows([line(FIRST, 0, 100)])
    assert _is_covered(rows, 200, 110 + 34)
    assert not _is_covered(rows, 200, 110 - 50)


def test_it_completes_the_row_that_was_not_found_above(line: MakeLine) -> None:
    rows = find_rows([line(SECOND, 0, 200)])
    assert _is_covered(rows, 200, 210 - 34)
    assert not _is_covered(rows, 200, 210 + 60)


def test_it_completes_the_middle_row_of_three(line: MakeLine) -> None:
    rows = find_rows(
        [
            line("I<UTOD231458907<<<<<<<<<<<<<<<", 0, 100),
            line("ERIKSSON<<ANNA<MARIA<<<<<<<<<<", 0, 180),
        ]
    )
    assert _is_covered(rows, 150, 150)


def test_a_licence_row_stands_alone(line: MakeLine) -> None:
    rows = find_rows([line("D1UTO12345678901234567890<<<<6", 0, 100)])
    assert not _is_covered(rows, 150, 110 + 34)


def test_rows_read_downwards_whichever_way_the_page_is_turned(line: MakeLine) -> None:
    upright = [line(FIRST, 0, 100), line(SECOND, 0, 140)]
    turned = [
        Line(1000 - made.quad, made.text, made.positions, made.score) for made in reversed(upright)
    ]
    for lines in (upright, turned):
        assert [row.text for row in top_down(find_rows(lines))] == [FIRST, SECOND]


def test_a_lone_letter_beside_a_whole_row_is_no_part_of_it(line: MakeLine) -> None:
    stray = line("L", 445, 100)
    assert find_rows([line(FIRST, 0, 100), stray])[0].text == FIRST


def test_nothing_is_covered_where_no_row_is() -> None:
    assert rows_to_cover([]) == []
    assert find_rows([]) == []
    assert np.array_equal(mask_of([], 3, 3), np.zeros((3, 3)))
