"""Owns the tests of what is covered on a page of lines."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.documents.find import Context, find_text
from kyc.documents.geometry import share_covered
from kyc.documents.labels import number_label
from kyc.documents.mrz_rows import find_rows
from kyc.documents.pages import Cls, Line, Region

MakeLine = Callable[..., Line]


def _hidden(line: Line, regions: list[Region]) -> float:
    return share_covered(line.quad, [region.quad for region in regions])


def test_it_covers_the_number_and_not_the_words_before_it(line: MakeLine) -> None:
    text = line("Passport Number  AB1234567")
    region = find_text([text], Context())[0]
    assert region.quad[:, 0].min() > 140
    assert region.quad[:, 0].max() >= 260


def test_a_number_without_a_digit_is_covered_under_its_label(line: MakeLine) -> None:
    value = line("CVYPGMHMM", 0, 30)
    regions = find_text([line("Document No.", 0, 0), value], Context())
    assert _hidden(value, regions) > 0.95


def test_a_name_under_the_label_of_a_number_stays(line: MakeLine) -> None:
    assert find_text([line("Document No.", 0, 0), line("CVYPAGMHMM", 0, 30)], Context()) == []


def test_it_keeps_a_date_in_two_boxes(line: MakeLine) -> None:
    assert find_text([line("22 05", 0), line("2007", 60)], Context()) == []


def test_it_keeps_two_overlapping_halves_of_a_date(line: MakeLine) -> None:
    assert find_text([line("26072", 0), line("2006", 45)], Context()) == []


def test_it_covers_two_boxes_that_are_no_date(line: MakeLine) -> None:
    assert len(find_text([line("99 999", 0), line("20075", 70)], Context())) == 2


@pytest.mark.parametrize(
    ("label", "cls"),
    [
        ("Passport No", Cls.DOCUMENT_NUMBER),
        ("Isikukood/Personal code", Cls.PERSONAL_NUMBER),
        ("CAN", Cls.CARD_ACCESS_NUMBER),
        ("Asmens kodas", Cls.PERSONAL_NUMBER),
        ("Número de soporte", Cls.SERIAL_NUMBER),
    ],
)
def test_a_short_value_under_a_label_is_covered(label: str, cls: Cls, line: MakeLine) -> None:
    value = line("0007", 0, 30)
    found = find_text([line(label, 0, 0), value], Context())
    assert [region.cls for region in found] == [cls]
    assert _hidden(value, found) > 0.95


@pytest.mark.parametrize("value", ["12.08.1974", "ERIKSSON", "UTO"])
def test_what_is_no_number_under_a_label_is_kept(value: str, line: MakeLine) -> None:
    assert find_text([line("Document No", 0, 0), line(value, 0, 30)], Context()) == []


def test_a_value_far_below_a_label_is_not_its_value(line: MakeLine) -> None:
    assert find_text([line("Document No", 0, 0), line("0007", 0, 300)], Context()) == []


def test_a_number_takes_the_class_of_its_label(line: MakeLine) -> None:
    found = find_text([line("Personal No", 0, 0), line("47501220010", 0, 30)], Context())
    assert {region.cls for region in found} == {Cls.PERSONAL_NUMBER}


def test_a_number_without_a_label_is_covered_all_the_same(line: MakeLine) -> None:
    found = find_text([line("13837403")], Context())
    assert [region.cls for region in found] == [Cls.OTHER_NUMBER]


def test_no_label_is_seen_in_plain_print() -> None:
    assert number_label("Date of birth / Date de naissance") is None


def test_part_of_a_number_that_the_zone_holds_is_covered(line: MakeLine) -> None:
    ghost = line("0177 ZS")
    known = ((Cls.DOCUMENT_NUMBER, "ZS0000177"),)
    assert find_text([ghost], Context()) == []
    assert [r.cls for r in find_text([ghost], Context(known=known))] == [Cls.DOCUMENT_NUMBER]


def test_a_year_is_no_part_of_a_known_number(line: MakeLine) -> None:
    known = ((Cls.PERSONAL_NUMBER, "12081974123"),)
    assert find_text([line("12.08.1974")], Context(known=known)) == []


STATEMENT = ("Example Hosting", "22.11.2026", "QKXRB")


@pytest.mark.parametrize("read", ["Examp1e Hosting", "22.ll.2026", "22.11.20261", "QKXR8"])
def test_the_statement_stays_readable_as_handwriting_is_read(read: str, line: MakeLine) -> None:
    assert find_text([line(read)], Context(statement=STATEMENT)) == []


@pytest.mark.parametrize("read", ["AB1234567", "47501220010", "22112026999"])
def test_a_number_beside_the_statement_is_covered(read: str, line: MakeLine) -> None:
    assert find_text([line(read)], Context(statement=STATEMENT)) != []


def test_rows_of_the_zone_are_covered_whole(line: MakeLine) -> None:
    row = line("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 100, 200)
    found = find_text([row], Context(tuple(find_rows([row]))))
    assert {region.cls for region in found} == {Cls.MRZ}
    assert _hidden(row, found) > 0.99


@given(st.integers(10_000, 999_999_999_999), st.integers(0, 359))
def test_a_number_is_covered_at_every_angle(number: int, degrees: int) -> None:
    text = str(number)
    if number >= 10_101_900:
        text = "9" + text
    turn = np.deg2rad(degrees)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    box = np.array([[0, 0], [120, 0], [120, 20], [0, 20]], float) @ turned + 300
    positions = tuple((at + 0.5) / len(text) for at in range(len(text)))
    found = find_text([Line(box, text, positions, 1.0)], Context())
    assert share_covered(box, [region.quad for region in found]) > 0.97


def test_a_date_that_the_zone_vouches_for_stays_though_it_was_misread(line: MakeLine) -> None:
    misread = line("12.98.1974")
    assert find_text([misread], Context()) != []
    assert find_text([misread], Context(dates=("12081974",))) == []
    assert find_text([line("13.57.1964")], Context(dates=("12081974",))) != []
