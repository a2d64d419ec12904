"""Vectors of ICAO 9303 and properties of the zones that are drawn."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.specimens.mrz import check_digit, td1, td3, transliterate
from kyc.specimens.people import Person, invented_person

ERIKSSON = replace(
    invented_person(0),
    surname="Eriksson",
    given_names="Anna Maria",
    sex="F",
    date_of_birth=date(1974, 8, 12),
    date_of_expiry=date(2012, 4, 15),
    document_number="L898902C3",
    personal_number="ZE184226B",
)


def test_td3_is_the_example_of_part_4_appendix_b() -> None:
    first, second = td3(ERIKSSON, "UTO")
    assert first == "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    assert second == "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def test_td1_has_the_check_digits_of_part_5_appendix_b() -> None:
    person = replace(ERIKSSON, document_number="D23145890", personal_number="")
    first, second, third = td1(person, "UTO")
    assert first == "I<UTOD231458907<<<<<<<<<<<<<<<"
    assert second == "7408122F1204159UTO<<<<<<<<<<<6"
    assert third == "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Müller", "MUELLER"),
        ("Näidis", "NAEIDIS"),
        ("Łukasz", "LUKASZ"),
        ("Anne-Marie", "ANNE<MARIE"),
        ("Šķēle", "SKELE"),
        ("D'Arc", "DARC"),
    ],
)
def test_names_are_written_as_part_3_says(name: str, written: str) -> None:
    assert transliterate(name) == written


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", min_size=1, max_size=40))
def test_a_check_digit_is_one_digit_and_changes_with_a_neighbouring_value(text: str) -> None:
    assert len(check_digit(text)) == 1
    first = "1" if text[0] != "1" else "2"
    if (ord(first) - ord(text[0])) % 10 and text[0].isdigit():
        assert check_digit(first + text[1:]) != check_digit(text)


@given(st.integers(min_value=0, max_value=5000))
def test_zones_have_their_lengths_and_only_their_characters(seed: int) -> None:
    person: Person = invented_person(seed)
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
    for lines, length in ((td3(person, "EST"), 44), (td1(person, "EST"), 30)):
        assert all(len(line) == length and set(line) <= allowed for line in lines)
