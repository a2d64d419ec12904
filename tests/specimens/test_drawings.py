"""What holds for every drawing: marked, labelled, decodable, the same for the same seed."""

from collections.abc import Callable

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kyc.specimens import (
    STATES,
    Drawing,
    draw_driving_licence,
    draw_identity_card,
    draw_passport,
    draw_residence_permit,
    draw_selfie,
    invented_person,
    label_json,
    photograph,
)
from kyc.specimens.drawing import Field
from kyc.specimens.photographs import moved

PERSON = invented_person(5)

DRAWN: dict[str, Callable[[], Drawing]] = {
    "passport": lambda: draw_passport(PERSON, state="EST", seed=1),
    "card_front": lambda: draw_identity_card(PERSON, state="DEU", seed=1),
    "card_back": lambda: draw_identity_card(PERSON, side="back", state="DEU", seed=1),
    "permit": lambda: draw_residence_permit(PERSON, state="FRA", seed=1),
    "licence": lambda: draw_driving_licence(PERSON, state="POL", seed=1),
}


@pytest.fixture(params=DRAWN, scope="module")
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return DRAWN[request.param]()


def test_every_drawing_has_something_to_cover_within_its_bounds(drawing: Drawing) -> None:
    assert any(field.cls == "sensitive" for field in drawing.fields)
    width, height = drawing.image.size
    for field in drawing.fields:
        for x, y in field.quad:
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_the_same_seed_draws_the_same_picture() -> None:
    once, again = DRAWN["card_front"](), DRAWN["card_front"]()
    assert np.array_equal(np.asarray(once.image), np.asarray(again.image))
    assert once.fields == again.fields


def test_the_codes_on_a_back_can_be_read() -> None:
    back = DRAWN["card_back"]()
    contents = {code.text for code in zxingcpp.read_barcodes(np.asarray(back.image))}
    assert PERSON.document_number + PERSON.personal_number in contents
    assert PERSON.personal_number in contents


def test_labels_have_the_form_that_scoring_reads(drawing: Drawing) -> None:
    labels = label_json(drawing, "a.jpg")
    assert (labels["width"], labels["height"]) == drawing.image.size
    assert {"cls", "kind", "quad", "ocr_text"} == set(labels["fields"][0])


def test_a_photograph_keeps_every_label_inside_the_frame() -> None:
    taken = photograph(DRAWN["passport"](), seed=3, glare=0.5, rotation=5)
    width, height = taken.image.size
    for field in taken.fields:
        for x, y in field.quad:
            assert 0 <= x <= width
            assert 0 <= y <= height


@settings(max_examples=30)
@given(
    st.floats(min_value=-500, max_value=500),
    st.floats(min_value=0.2, max_value=3),
)
def test_labels_move_with_the_picture(shift: float, scale: float) -> None:
    field = Field("sensitive", "docno", ((0, 0), (10, 0), (10, 5), (0, 5)), "X")
    lay = np.array([[scale, 0, shift], [0, scale, shift], [0, 0, 1.0]])
    quad = moved((field,), lay)[0].quad
    assert quad[2] == pytest.approx((10 * scale + shift, 5 * scale + shift), abs=1e-6)


def test_a_selfie_shows_the_held_card_and_every_line_of_the_statement() -> None:
    lines = ("Only for Example", "2026-11-22", "Code ABCDEF")
    taken = draw_selfie(PERSON, DRAWN["passport"](), lines, seed=2)
    kinds = [field.kind for field in taken.fields]
    assert kinds.count("statement") == len(lines)
    assert "mrz" in kinds


def test_invented_people_are_of_age_and_hold_valid_documents() -> None:
    for seed in range(200):
        person = invented_person(seed)
        assert person.date_of_birth.year <= 2000
        assert person.date_of_expiry.year - person.date_of_issue.year == 10


def test_every_state_can_be_drawn() -> None:
    for state in STATES:
        assert draw_driving_licence(PERSON, state=state, seed=1).fields
