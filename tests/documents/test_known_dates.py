"""Owns the tests of dates that the zone vouches for."""

import pytest

from kyc.documents.known_dates import days_of, is_misread
from kyc.documents.mrz.parse import parse
from kyc.documents.pages import Claimed

ROWS = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def test_a_zone_vouches_for_birth_and_expiry_in_either_century() -> None:
    assert set(days_of(parse(ROWS), None)) == {"12081974", "12082074", "15042012"}


def test_a_date_whose_check_digit_disagrees_is_vouched_for_by_nobody() -> None:
    wrong = (ROWS[0], ROWS[1].replace("7408122", "7408123"))
    assert set(days_of(parse(wrong), None)) == {"15042012"}


def test_the_customer_vouches_for_the_date_of_birth() -> None:
    assert days_of(None, Claimed("Eriksson", "Anna", "1974-08-12")) == ("12081974",)
    assert days_of(None, Claimed("Eriksson", "Anna", "")) == ()


@pytest.mark.parametrize(
    "text",
    ["12.98.1974", "12081974", "1974.08.12", "12 08 1914", "12.08.974", "12/081974", "1974.8.12"],
)
def test_a_date_is_known_though_it_was_misread(text: str) -> None:
    assert is_misread(text, ("12081974",))


@pytest.mark.parametrize(
    "text",
    ["74081212345", "13057764", "1208197", "L2081974", "12.08.94", "12.08-975", "12.08.97412"],
)
def test_another_number_is_no_known_date(text: str) -> None:
    assert not is_misread(text, ("12081974",))
