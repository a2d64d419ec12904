"""Owns the vectors of ICAO 9303 and properties of the zones that are drawn."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.specimens.mrz import (
    Zone,
    check_digit,
    td1,
    td2,
    td3,
    transliterate,
    zone_mrv,
    zone_td1,
    zone_td3,
)
from kyc.specimens.national import french_card, french_number, licence_row
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


def test_td2_is_the_example_of_part_6_appendix_b() -> None:
    person = replace(ERIKSSON, document_number="D23145890", personal_number="")
    assert td2(person, "UTO", "I") == (
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "D231458907UTO7408122F1204159<<<<<<<6",
    )


@pytest.mark.parametrize(
    ("width", "optional", "second"),
    [(44, "6ZE184226B", "L8988901C4" + 3 * "X" + "4009078F96121096ZE184226B<<<<<<"),
     (36, "", "L8988901C4" + 3 * "X" + "4009078F9612109<<<<<<<<")],
)  # fmt: skip
def test_a_visa_is_the_example_of_part_7_appendix_b(width: int, optional: str, second: str) -> None:
    zone = Zone(
        "V", "UTO", "Eriksson", "Anna Maria", "L8988901C", 3 * "X",
        date(1940, 9, 7), "F", date(1996, 12, 10), optional,
    )  # fmt: skip
    first = "V<UTOERIKSSON<<ANNA<MARIA".ljust(width, "<")
    assert zone_mrv(zone, width) == (first, second)


STEVENSON = Zone(
    "I", "UTO", "Stevenson", "Peter John", "D23145890734", "UTO",
    date(1934, 7, 12), "M", date(1995, 7, 12),
)  # fmt: skip


def test_a_long_number_runs_on_as_in_the_example_of_part_5() -> None:
    assert zone_td1(STEVENSON) == (
        "I<UTOD23145890<7349<<<<<<<<<<<",
        "3407127M9507122UTO<<<<<<<<<<<2",
        "STEVENSON<<PETER<JOHN<<<<<<<<<",
    )


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("AB2134<<<", "5"), ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8"),
     ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<", "2")],
)  # fmt: skip
def test_check_digits_are_those_of_part_3_section_4_9(text: str, digit: str) -> None:
    assert check_digit(text) == digit


@pytest.mark.parametrize("text", ["a", "É", "12 4", "٣"])
def test_a_check_digit_over_a_foreign_character_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a character of the zone"):
        check_digit(text)


def test_a_long_name_is_cut_so_that_the_cut_shows() -> None:
    surname, given = "Nilavadhanananda", "Chayapa Dejthamrong Krasuang Rattana"
    first, _ = zone_td3(
        replace(STEVENSON, code="P", number="X", surname=surname, given_names=given)
    )
    assert first == "P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"
    last = zone_td1(replace(STEVENSON, surname="A" * 40))[2]
    assert last == "A" * 27 + "<<P"


def test_germany_is_one_letter_in_the_zone() -> None:
    first, second = td3(invented_person(1, "DEU"), "DEU")
    assert first.startswith("P<D<<")
    assert second[10:13] == "D<<"


def test_an_empty_optional_field_has_a_filler_for_its_check_digit() -> None:
    _, second = zone_td3(replace(STEVENSON, code="P", number="X1"))
    assert second[28:43] == "<" * 15


def test_a_name_in_a_script_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no transliteration"):
        transliterate("北京")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Müller", "MUELLER"),
        ("Näidis", "NAEIDIS"),
        ("Łukasz", "LUKASZ"),
        ("Anne-Marie", "ANNE<MARIE"),
        ("Šķēle", "SKELE"),
        ("D'Arc", "DARC"),
        ("Ægir Þórðarson", "AEGIR<THORDARSON"),
        ("Bœuf", "BOEUF"),
        ("Weiß", "WEISS"),
        ("Øyvind Åsgård", "OEYVIND<AASGAARD"),
        ("Щукина Юлия", "SHCHUKINA<IULIIA"),
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


def test_a_french_card_is_the_one_that_france_published() -> None:
    holder = replace(
        ERIKSSON,
        surname="Berthier",
        given_names="Corinne",
        date_of_birth=date(1965, 12, 6),
    )
    first, second = french_card(holder, "880692310285")
    assert first == "IDFRABERTHIER<<<<<<<<<<<<<<<<<" + "923052"
    assert second[:35] == "8806923102858CORINNE<<<<<<<6512068F"
    assert second[35] == check_digit(first + second[:35])
    assert len(french_number(holder)) == 12


def test_given_names_on_a_french_card_are_parted_by_two_fillers_and_cut() -> None:
    _, second = french_card(replace(ERIKSSON, given_names="Anne-Marie Louise"), "880692310285")
    assert second[13:27] == "ANNE<<MARIE<<L"


def test_a_french_licences_row_is_the_one_that_france_published() -> None:
    holder = replace(
        ERIKSSON,
        surname="Martin",
        document_number="13AA00002",
        date_of_expiry=date(2018, 12, 31),
    )
    assert licence_row(holder, "FRA") == "D1FRA13AA000026181231MARTIN<<9"


@pytest.mark.parametrize("state", ["NLD", "EST", "D"])
def test_another_states_row_has_thirty_characters_and_one_check_digit(state: str) -> None:
    row = licence_row(ERIKSSON, state)
    assert (len(row), row[:2], row[2 : 2 + len(state)]) == (30, "D1", state)
    assert row[29] == check_digit(row[:29])
