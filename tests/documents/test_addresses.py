"""Owns the tests of addresses that no caption announces."""

import pytest

from kyc.documents.addresses import is_address


@pytest.mark.parametrize(
    "text",
    [
        "LINDENSTRASSE 41, BERLIN",
        "UL. ŚWIERKOWA 57, POZNAŃ",
        "FŐ UTCA 29, PÉCS",
        "УЛ. РОЗА 73, СОФИА",
        ". PO3A 73, COΦA",
        "UL. SWERKOWA S7, POZNAN",
        "ORCHARD LANE 17B",
        "HLAVNÁ 12/4 KOŠICE",
    ],
)
def test_a_street_with_its_number_is_an_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "ERIKSSON",
        "12 AUG 1974",
        "25 M0R 2032",
        "2. ANNA MARIA",
        "HEIGHT 172 CM",
        "UTO 12",
        "page 12 of the book",
        "P<UTOERIKSSON<<ANNA 12",
        "L898902C3",
        "03 98C 0022",
        "28 MAB 19S4 JUN",
        "CITY POLICE (12)",
    ],
)
def test_dates_names_numbered_fields_and_measures_are_none(text: str) -> None:
    assert not is_address(text)


def test_a_line_with_the_holders_name_is_none() -> None:
    assert not is_address("ERIKSSON 12 ANNA", frozenset({"ANNA"}))
