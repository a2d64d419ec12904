"""Owns the tests of the facts that remain of a document."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kyc.documents.facts import UNKNOWN, document_number, facts_of
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.pages import Claimed, Line

FIRST = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
CLAIMED = Claimed("Eriksson", "Anna Maria", "1974-08-12")
BEFORE, AFTER = date(2012, 4, 15), date(2012, 4, 16)


def _mrz(first: str = FIRST, second: str = SECOND) -> Mrz:
    found = parse((first, second))
    assert found is not None
    return found


def test_it_states_what_agrees() -> None:
    assert facts_of(_mrz(), CLAIMED, BEFORE) == {
        "mrz_check_digits": True,
        "mrz_name_agrees": True,
        "mrz_birth_date_agrees": True,
        "printed_name_agrees": None,
        "printed_birth_date_agrees": None,
        "printed_expiry_agrees": None,
        "issuing_state_agrees": None,
        "document_type_agrees": None,
        "expired": False,
        "expires_on": "2012-04-15",
        "issuing_state": "UTO",
        "nationality": "UTO",
        "document_type": "passport",
    }


def test_it_states_what_does_not() -> None:
    facts = facts_of(_mrz(), Claimed("Smith", "Anna", "1974-08-13"), AFTER)
    assert (facts["mrz_name_agrees"], facts["mrz_birth_date_agrees"]) == (False, False)
    assert facts["expired"] is True


def test_it_states_nothing_without_a_zone() -> None:
    assert facts_of(None, CLAIMED, AFTER) == UNKNOWN


def test_it_compares_nothing_that_was_not_claimed() -> None:
    facts = facts_of(_mrz(), None, None)
    assert facts["mrz_name_agrees"] is facts["mrz_birth_date_agrees"] is facts["expired"] is None


def test_no_fact_holds_a_number_of_the_document() -> None:
    told = str(facts_of(_mrz(), CLAIMED, AFTER))
    assert "L898902C3" not in told
    assert "ZE184226B" not in told


def test_a_misread_birth_date_is_not_compared() -> None:
    facts = facts_of(_mrz(second=SECOND.replace("7408122", "7408132")), CLAIMED, AFTER)
    assert facts["mrz_birth_date_agrees"] is None


def test_it_gives_the_number_for_the_callers_hash() -> None:
    assert document_number(_mrz()) == "L898902C3"


def test_it_gives_no_number_whose_check_digit_disagrees() -> None:
    assert document_number(_mrz(second="L898903C3" + SECOND[9:])) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("P<", "passport"),
        ("PD", "passport"),
        ("V<", "visa"),
        ("I<", "identity_card"),
        ("IR", "residence_permit"),
        ("AR", "residence_permit"),
    ],
)
def test_it_names_the_kind_of_document(code: str, kind: str) -> None:
    second = SECOND
    assert facts_of(_mrz(code + FIRST[2:], second), None, None)["document_type"] == kind


@pytest.mark.parametrize(
    ("code", "claimed", "agrees"),
    [
        ("P<", "passport", True),
        ("P<", "identity_card", False),
        ("I<", "identity_card", True),
        ("I<", "passport", False),
        ("I<", "residence_permit", None),
        ("IR", "residence_permit", True),
        ("IR", "identity_card", False),
        ("P<", "", None),
    ],
)
def test_it_compares_the_kind_with_what_was_said(
    code: str, claimed: str, agrees: bool | None
) -> None:
    told = replace(CLAIMED, document_type=claimed)
    assert facts_of(_mrz(code + FIRST[2:]), told, None)["document_type_agrees"] is agrees


@pytest.mark.parametrize(
    ("zone", "claimed", "agrees"),
    [("UTO", "UTO", True), ("UTO", "DEU", False), ("D<<", "DEU", True), ("UTO", "", None)],
)
def test_it_compares_the_issuing_state_with_what_was_said(
    zone: str, claimed: str, agrees: bool | None
) -> None:
    told = replace(CLAIMED, country=claimed)
    assert facts_of(_mrz("P<" + zone + FIRST[5:]), told, None)["issuing_state_agrees"] is agrees


PRINTED = ("printed_name_agrees", "printed_birth_date_agrees", "printed_expiry_agrees")


def test_it_compares_the_zone_with_what_is_printed(line: Callable[..., Line]) -> None:
    page = [line("ERIKSSON"), line("ANNA MARIA"), line("12 AUG 1974"), line("15.04.2012")]
    facts = facts_of(_mrz(), CLAIMED, None, page)
    assert [facts[key] for key in PRINTED] == [True, True, True]


def test_another_name_and_another_date_in_print_are_told(line: Callable[..., Line]) -> None:
    page = [line("SMITH"), line("JOHN"), line("12.08.1975"), line("15.04.2018")]
    facts = facts_of(_mrz(), CLAIMED, None, page)
    assert [facts[key] for key in PRINTED] == [False, False, False]


def test_without_a_zone_print_is_compared_with_what_was_typed(line: Callable[..., Line]) -> None:
    page = [line("Eriksson"), line("Anna"), line("1974-08-12")]
    facts = facts_of(None, CLAIMED, None, page)
    assert [facts[key] for key in PRINTED] == [True, True, None]


def test_a_typed_date_that_is_none_is_not_compared(line: Callable[..., Line]) -> None:
    told = replace(CLAIMED, date_of_birth="unknown")
    facts = facts_of(None, told, None, [line("12.08.1974")])
    assert facts["printed_birth_date_agrees"] is None


def test_it_writes_out_the_german_letter() -> None:
    assert facts_of(_mrz("P<D<<" + FIRST[5:]), None, None)["issuing_state"] == "DEU"


FRENCH_CARD = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")
FRENCH_LICENCE, DUTCH_LICENCE = (
    ("D1FRA13AA000026181231MARTIN<<9",),
    ("D1NLD15094962111659VW87Z78NB84",),
)


def _zone(rows: tuple[str, ...]) -> Mrz:
    found = parse(rows)
    assert found is not None
    return found


def test_a_french_card_says_all_but_its_expiry_and_a_nationality(
    line: Callable[..., Line],
) -> None:
    told = Claimed("Berthier", "Corinne", "1965-12-06", "FRA", "identity_card")
    page = [line("BERTHIER"), line("Corinne"), line("06.12.1965")]
    facts = facts_of(_zone(FRENCH_CARD), told, AFTER, page)
    assert {key for key, value in facts.items() if value is True} == {
        *("mrz_check_digits", "mrz_name_agrees", "mrz_birth_date_agrees"),
        *("printed_name_agrees", "printed_birth_date_agrees"),
        *("issuing_state_agrees", "document_type_agrees"),
    }
    assert (facts["issuing_state"], facts["document_type"]) == ("FRA", "identity_card")
    assert facts["expired"] is facts["expires_on"] is facts["nationality"] is None


def test_a_french_licence_says_surname_number_and_expiry(line: Callable[..., Line]) -> None:
    told = Claimed("Martin", "Paul", "1981-07-14", "FRA", "driving_licence")
    page = [line("MARTIN"), line("Paul"), line("14.07.1981"), line("31.12.2018")]
    facts = facts_of(_zone(FRENCH_LICENCE), told, date(2019, 1, 1), page)
    assert (facts["expires_on"], facts["expired"]) == ("2018-12-31", True)
    assert facts["document_type_agrees"] is facts["mrz_name_agrees"] is True
    assert [facts[key] for key in PRINTED] == [True, True, True]
    assert facts["mrz_birth_date_agrees"] is None
    assert document_number(_zone(FRENCH_LICENCE)) == "13AA00002"


def test_a_licence_of_another_surname_is_told() -> None:
    told = Claimed("Bernard", "Paul", "1981-07-14", "FRA", "driving_licence")
    assert facts_of(_zone(FRENCH_LICENCE), told, None)["mrz_name_agrees"] is False


def test_a_licence_whose_line_names_nobody_is_compared_with_what_was_typed(
    line: Callable[..., Line],
) -> None:
    told = Claimed("Jansen", "Eva", "1965-03-10", "NLD", "driving_licence")
    page = [line("Jansen"), line("Eva"), line("10.03.1965")]
    facts = facts_of(_zone(DUTCH_LICENCE), told, AFTER, page)
    assert facts["mrz_name_agrees"] is None
    assert [facts[key] for key in PRINTED] == [True, True, None]
    assert (facts["issuing_state"], facts["document_type"]) == ("NLD", "driving_licence")
    assert document_number(_zone(DUTCH_LICENCE)) is None
