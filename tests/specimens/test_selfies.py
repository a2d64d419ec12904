"""Owns what the drawn selfie shows, and what its labels leave out."""

import numpy as np
import pytest

from kyc.specimens import draw_identity_card, draw_passport, draw_selfie, invented_person
from kyc.specimens.selfies import SIZE

PERSON = invented_person(5, "EST")
LINES = ("Only for Example", "2026-11-22", "Code ABCDEF")


def test_it_shows_the_held_card_and_every_line_of_the_statement() -> None:
    taken = draw_selfie(PERSON, draw_passport(PERSON, state="EST"), LINES, seed=2)
    statement = [field.text for field in taken.fields if field.kind == "statement"]
    kinds = [field.kind for field in taken.fields]
    assert statement == list(LINES)
    assert kinds.count("portrait") == 2
    assert {"mrz", "docno", "pno"} <= set(kinds)


def test_names_and_dates_of_the_card_are_not_labelled() -> None:
    taken = draw_selfie(PERSON, draw_identity_card(PERSON, state="EST"), LINES, seed=2)
    assert not {"name", "dob", "doe", "nat"} & {field.kind for field in taken.fields}


@pytest.mark.parametrize("seed", range(6))
def test_every_label_is_inside_the_frame(seed: int) -> None:
    taken = draw_selfie(PERSON, draw_passport(PERSON, state="EST"), LINES, seed=seed)
    for field in taken.fields:
        for x, y in field.quad:
            assert 0 <= x <= SIZE[0]
            assert 0 <= y <= SIZE[1]


def test_the_same_seed_draws_the_same_selfie() -> None:
    card = draw_identity_card(PERSON, state="EST")
    once, again = (draw_selfie(PERSON, card, LINES, seed=3) for _ in range(2))
    assert np.array_equal(np.asarray(once.image), np.asarray(again.image))
    assert once.fields == again.fields


@pytest.mark.parametrize("line", ["Näidis OÜ, käsitsi kirjutatud", "Только для Примера", "x" * 60])
def test_a_line_stays_on_the_paper_in_any_script_and_length(line: str) -> None:
    taken = draw_selfie(PERSON, draw_identity_card(PERSON), (line,), seed=1)
    (field,) = (f for f in taken.fields if f.kind == "statement")
    assert max(x for x, _ in field.quad) < 1560
