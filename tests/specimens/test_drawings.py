"""Owns what holds for every drawing: labelled, decodable, the same for the same seed."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import zxingcpp

from kyc.specimens import (
    STATES,
    Drawing,
    draw_driving_licence,
    draw_identity_card,
    draw_passport,
    draw_residence_permit,
    invented_person,
    label_json,
)

SENSITIVE = {"docno", "pno", "mrz", "barcode", "can", "serial", "address", "pob", "height"}
ESSENTIAL = {
    "name", "dob", "doi", "doe", "nat", "sex", "type", "issuer", "portrait", "signature",
}  # fmt: skip


def _kinds(drawing: Drawing) -> list[str]:
    return [field.kind for field in drawing.fields]


def test_every_drawing_has_something_to_cover_within_its_bounds(drawing: Drawing) -> None:
    assert any(field.cls == "sensitive" for field in drawing.fields)
    width, height = drawing.image.size
    for field in drawing.fields:
        for x, y in field.quad:
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_kind_is_either_to_be_covered_or_to_be_kept(drawing: Drawing) -> None:
    for field in drawing.fields:
        assert field.kind in (SENSITIVE if field.cls == "sensitive" else ESSENTIAL)


def test_no_two_labels_lie_over_each_other(drawing: Drawing) -> None:
    boxes = [(*field.quad[0], *field.quad[2]) for field in drawing.fields]
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other_left, other_top, other_right, other_bottom in boxes[i + 1 :]:
            beside = right <= other_left or other_right <= left
            assert beside or bottom <= other_top or other_bottom <= top


@pytest.mark.parametrize("state", STATES)
def test_labels_never_lie_over_each_other_in_any_state(state: str) -> None:
    for seed in range(3):
        person = invented_person(seed, state)
        test_no_two_labels_lie_over_each_other(draw_passport(person, state=state))
        test_no_two_labels_lie_over_each_other(draw_identity_card(person, state=state))
        back = draw_identity_card(person, side="back", state=state)
        test_no_two_labels_lie_over_each_other(back)
        test_no_two_labels_lie_over_each_other(draw_driving_licence(person, state=state))


def test_there_is_ink_under_every_text_label(drawing: Drawing) -> None:
    grey = np.asarray(drawing.image.convert("L"))
    for field in drawing.fields:
        if field.text is not None:
            (left, top), (right, bottom) = field.quad[0], field.quad[2]
            inside = grey[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
            assert inside.min() < 80
            assert 0.04 < (inside < 110).mean() < 0.6


def test_the_same_seed_draws_the_same_picture() -> None:
    person = invented_person(3, "LVA")
    once, again, other = (draw_passport(person, state="LVA", seed=s) for s in (4, 4, 5))
    assert np.array_equal(np.asarray(once.image), np.asarray(again.image))
    assert once.fields == again.fields
    assert not np.array_equal(np.asarray(once.image), np.asarray(other.image))


@pytest.mark.parametrize(
    ("state", "kind"), [("UTO", "QRCode"), ("ESP", "PDF417"), ("EST", "Code128")]
)
def test_the_code_on_a_back_can_be_read(state: str, kind: str) -> None:
    person = invented_person(2, state)
    back = draw_identity_card(person, side="back", state=state, seed=1)
    (code,) = zxingcpp.read_barcodes(np.asarray(back.image))
    assert code.format == getattr(zxingcpp.BarcodeFormat, kind)
    assert code.text.startswith(person.document_number)
    (left, top), _, (right, bottom), _ = next(
        field.quad for field in back.fields if field.kind == "barcode"
    )
    for corner in (code.position.top_left, code.position.bottom_right):
        assert left - 8 <= corner.x <= right + 8
        assert top - 8 <= corner.y <= bottom + 8


def test_a_state_without_codes_prints_none() -> None:
    back = draw_identity_card(invented_person(2, "DEU"), side="back", state="DEU")
    assert "barcode" not in _kinds(back)
    assert not zxingcpp.read_barcodes(np.asarray(back.image))


def test_an_empty_personal_number_is_not_on_the_document() -> None:
    with_one, without = invented_person(1, "EST"), invented_person(1, "DEU")
    assert "pno" in _kinds(draw_passport(with_one, state="EST"))
    assert "pno" not in _kinds(draw_passport(without, state="DEU"))


def test_front_and_back_carry_what_the_holder_has() -> None:
    person = invented_person(9, "ITA")
    front = draw_residence_permit(person, state="ITA")
    texts = {field.kind: field.text for field in front.fields}
    assert texts["docno"] == person.document_number
    assert texts["can"] == person.card_access_number
    zone = [f.text for f in draw_residence_permit(person, side="back", state="ITA").fields
            if f.kind == "mrz"]  # fmt: skip
    assert zone[0] is not None
    assert zone[0].startswith(f"IRITA{person.document_number}")


def test_an_expired_document_can_be_drawn() -> None:
    person = replace(invented_person(4, "FIN"), date_of_expiry=date(2021, 3, 2))
    texts = [field.text for field in draw_passport(person, state="FIN").fields]
    assert "02.03.2021" in texts


def test_labels_have_the_form_that_scoring_reads(drawing: Drawing) -> None:
    labels = label_json(drawing, "a.jpg")
    assert (labels["width"], labels["height"]) == drawing.image.size
    assert len(labels["fields"]) == len(drawing.fields)
    for entry in labels["fields"]:
        assert set(entry) == {"cls", "kind", "quad", "ocr_text"}
        assert [len(corner) for corner in entry["quad"]] == [2, 2, 2, 2]


def test_a_state_without_a_design_of_its_own_has_its_code_in_the_zone() -> None:
    passport = draw_passport(invented_person(1), state="PRT")
    zone = next(field.text for field in passport.fields if field.kind == "mrz")
    assert zone is not None
    assert zone.startswith("P<PRT")
