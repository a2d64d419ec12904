"""Owns the tests of telling dates from numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.documents.dates import date_spans, fold


@pytest.mark.parametrize(
    "text",
    [
        "31.12.2020",
        "31/12/20",
        "12/31/2020",
        "2020-12-31",
        "74-08-12",
        "12 AUG/AOUT 74",
        "01 MÁR/MAR 22",
        "30 MAR/MAR 1972",
        "20 Juin/Jun 1978",
        "8 Août/Aug 2006",
        "13 LIP/JUL 2006",
        "07 JUN 1984",
        "12 0CT 1999",
        "14 МАЙ 2021",
        "13071990",
        "21.121971",
        "06 072010",
        "12/23",
        "23 11 1959",
        "1420.05.12",
    ],
)
def test_it_knows_a_date(text: str) -> None:
    assert date_spans(text) == [(0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "99.99.2020",
        "12.13.1850",
        "47501220010",
        "AB123456",
        "111111-11648",
        "1234512.05.2020",
        "12.05.20201",
        "45 AUG 2020",
        "12 XQZ 20",
    ],
)
def test_it_takes_no_number_for_a_date(text: str) -> None:
    assert date_spans(text) == []


@pytest.mark.parametrize(
    "text", ["12.12.1981-1234", "28 12 81-9874", "1981-12-28-9874", "12.05.1990+123A"]
)
def test_a_date_tied_to_digits_is_a_personal_number(text: str) -> None:
    assert date_spans(text) == []


@pytest.mark.parametrize(
    "text", ["4b26 OCT 2034", "4a 26.10.2034", "26 OCT 20344c", "4a12.10.2024 4b12.10.2034"]
)
def test_the_marks_of_a_licences_fields_are_no_part_of_a_date(text: str) -> None:
    assert date_spans(text)
    assert all(text[slice(*span)].startswith(("26", "12")) for span in date_spans(text))
    assert all(text[slice(*span)].endswith("4") for span in date_spans(text))


def test_it_finds_both_ends_of_a_period() -> None:
    assert date_spans("17.10.03-09.05.2013") == [(0, 8), (9, 19)]


def test_it_finds_a_date_behind_digits_that_begin_none() -> None:
    text = "0.0.8. 2/28/1975"
    assert date_spans(text) == [(7, len(text))]


def test_it_finds_a_date_behind_letters() -> None:
    text = "on12.05.2020"
    assert date_spans(text) == [(2, len(text))]


@given(st.dates(date(1900, 1, 1), date(2060, 12, 31)), st.sampled_from([".", "-", "/", " "]))
def test_every_date_is_known_in_every_numeric_order(day: date, mark: str) -> None:
    for order in ("%d{0}%m{0}%Y", "%Y{0}%m{0}%d", "%m{0}%d{0}%Y"):
        text = day.strftime(order.format(mark))
        assert date_spans(text) == [(0, len(text))]


@given(st.text(max_size=40))
def test_folding_keeps_positions(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=40))
def test_spans_lie_in_the_text_and_apart(text: str) -> None:
    spans = date_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in spans)
