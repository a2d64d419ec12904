"""Owns the tests of comparing print with a name and a date."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kyc.documents.pages import Line
from kyc.documents.printed import date_printed, names_printed

MakeLine = Callable[..., Line]


@pytest.mark.parametrize(
    ("print_", "zone", "agrees"),
    [
        (["ERIKSSON", "ANNA"], ["ERIKSSON", "ANNA"], True),
        (["Müller, Jürgen"], ["MUELLER", "JUERGEN"], True),
        (["MÜLLER"], ["MULLER"], True),
        (["O'CONNOR"], ["OCONNOR"], True),
        (["SMITH-JONES"], ["SMITH", "JONES"], True),
        (["ΠΑΠΑΔΟΠΟΥΛΟΣ"], ["PAPADOPOULOS"], True),
        (["ERIKS5ON", "ANNA"], ["ERIKSSON", "ANNA"], None),
        (["ERIKSON", "ANNA"], ["ERIKSSON", "ANNA"], None),
        (["SMITH", "ANNA"], ["ERIKSSON", "ANNA"], False),
        ([], ["ERIKSSON"], None),
        (["ERIKSSON"], [], None),
    ],
)
def test_it_compares_a_name(
    print_: list[str], zone: list[str], agrees: bool | None, line: MakeLine
) -> None:
    assert names_printed([line(text) for text in print_], zone) is agrees


@pytest.mark.parametrize(
    "text",
    [
        *("12.08.1974", "12/08/74", "1974-08-12", "12 AUG 1974", "12 AOÛT/AUG 74", "08/12/1974"),
        *("12081974", "Date of birth 12.08.1974", "12 АВГ 1974"),
    ],
)
def test_it_finds_a_date_as_documents_write_it(text: str, line: MakeLine) -> None:
    assert date_printed([line("UTOPIA"), line(text)], date(2074, 8, 12)) is True


@pytest.mark.parametrize("text", ["13.08.1974", "12.08.1975", "12 AUG 1975", "1974-09-12"])
def test_another_date_is_told(text: str, line: MakeLine) -> None:
    assert date_printed([line(text)], date(1974, 8, 12)) is False


def test_where_no_date_was_read_nothing_is_said(line: MakeLine) -> None:
    assert date_printed([line("ERIKSSON"), line("12345678901")], date(1974, 8, 12)) is None


def test_a_date_in_two_boxes_is_no_other_date(line: MakeLine) -> None:
    assert date_printed([line("12.08."), line("1974", x=66)], date(1974, 8, 12)) is not False


def test_what_was_read_without_confidence_says_nothing(line: MakeLine) -> None:
    unsure = [replace(line(text), score=0.5) for text in ("SMITH", "13.08.1974")]
    assert names_printed(unsure, ["ERIKSSON"]) is None
    assert date_printed(unsure, date(1974, 8, 12)) is None
