"""Owns the tests of the facts that remain of a document."""

from datetime import date

import pytest

from kyc.documents.facts import UNKNOWN, document_number, facts_of
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.pages import Claimed

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


def test_it_writes_out_the_german_letter() -> None:
    assert facts_of(_mrz("P<D<<" + FIRST[5:]), None, None)["issuing_state"] == "DEU"
