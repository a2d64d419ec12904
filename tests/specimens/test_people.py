"""Owns what is promised of invented people: of age, valid for nobody, repeatable."""

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.specimens import STATES, invented_person
from kyc.specimens.states import state_of


def test_invented_people_are_of_age_and_hold_valid_documents() -> None:
    for seed in range(200):
        person = invented_person(seed)
        assert person.date_of_birth.year <= 2000
        assert person.date_of_expiry.year - person.date_of_issue.year == 10


@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(STATES))
def test_the_same_seed_invents_the_same_person(seed: int, state: str) -> None:
    assert invented_person(seed, state) == invented_person(seed, state)


@pytest.mark.parametrize("state", [s for s in STATES if state_of(s).checker])
def test_no_personal_number_can_be_somebodys(state: str) -> None:
    checker = importlib.import_module(f"stdnum.{state_of(state).checker}")
    for seed in range(60):
        assert not checker.is_valid(invented_person(seed, state).personal_number)


def test_an_estonian_number_begins_with_century_sex_and_date_of_birth() -> None:
    person = invented_person(11, "EST")
    century = {"M": "3", "F": "4"}[person.sex]
    assert person.personal_number.startswith(century + person.date_of_birth.strftime("%y%m%d"))
    assert len(person.personal_number) == 11
