"""Owns the tests of the default-deny rule: digits are covered unless they are a date."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kyc.documents.dates import date_spans
from kyc.documents.numbers import number_spans


def _covered(text: str) -> str:
    marks = ["."] * len(text)
    for start, end in number_spans(text):
        marks[start:end] = "#" * (end - start)
    return "".join(marks)


@pytest.mark.parametrize(
    "number",
    [
        "12345",
        "47501220010",
        "C19389564",
        "111111-11648",
        "ZS 0000177",
        "AB 123 456 C",
        "J11120296E",
        "5188L2V",
        "KB0000000",
        "131052-308T",
        "-426U",
        "940992310285",
        "12 34 56",
        "811228-9874",
        "12.12.1981-1234",
        "OOOOO123",
        "АН 123456",
        "CPVNTTKXM",
        "22.15.200",
        "32/05/2014",
        "32/05/201",
        "22.05-200",
        "855712/1234",
        "Nr12/3456",
    ],
)
def test_it_covers_a_number(number: str) -> None:
    assert _covered(number).strip("#") == ""


@pytest.mark.parametrize(
    "text",
    [
        "ERIKSSON",
        "12.08.1974",
        "15 APR/AVR 12",
        "Budapest 07",
        "Type 3",
        "4. Augums / Height",
        "2.Várdsi-0/ Gen",
        "10",
        "17.10.03-09.05.2013",
        "Main Street 12",
        "22.05.2",
        "22/05/200",
        ".08.2006",
        ".05.198",
        "Spo1/544|5619",
        "raeria7049",
    ],
)
def test_it_keeps(text: str) -> None:
    assert "#" not in _covered(text)


@pytest.mark.parametrize("text", [".08.20061", ".13.2006", "A.08.200"])
def test_what_is_no_part_of_a_date_is_a_number(text: str) -> None:
    assert "#" in _covered(text)


def test_it_covers_the_number_and_keeps_the_date_beside_it() -> None:
    text = "AB123456 12.08.1974"
    assert _covered(text) == "########" + "." * 11


DIGITS = "0123456789٣४"
LETTERS = "ABKXÅЖabz"


@given(st.text(st.sampled_from(DIGITS + LETTERS + " .-/,:<"), max_size=30))
def test_every_run_of_five_digits_is_covered_unless_it_is_in_a_date(text: str) -> None:
    covered = set().union(*(range(*span) for span in number_spans(text)))
    dated = set().union(*(range(*span) for span in date_spans(text)))
    for run in re.finditer(r"\d{5,}", text):
        assert set(range(*run.span())) <= covered | dated


@given(st.integers(10_000, 99_999_999_999), st.text(st.sampled_from("ABCXYZ "), max_size=8))
def test_a_number_is_covered_whatever_letters_stand_before_it(number: int, words: str) -> None:
    text = f"{words}{number}"
    assume(not date_spans(text))
    assert _covered(text).endswith("#" * len(str(number)))


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=40))
def test_words_without_digits_are_kept(text: str) -> None:
    assume(not re.search("[OQD]{4}", text))
    assert number_spans(text) == []


@pytest.mark.parametrize("text", ["CPT9ZFHTL", "LT1VKMZ8X", "C9FHTLZ", "CYJKZZ0LG", "CVYPGMHMM"])
def test_a_number_with_one_digit_is_known_by_its_lack_of_vowels(text: str) -> None:
    assert number_spans(text) == [(0, len(text))]


@pytest.mark.parametrize("text", ["SCHWYTZ", "STRENGTH", "MRKZ VRT", "ŠTVRTOK", "GRZYBCZYK"])
def test_a_word_with_few_vowels_is_no_number(text: str) -> None:
    assert number_spans(text) == []
