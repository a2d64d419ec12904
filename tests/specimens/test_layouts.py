"""Owns what holds for the further layouts: bare and two-column cards, scripts, sheets, screens."""

import numpy as np
import pytest

from kyc.specimens import Drawing, draw_identity_card, draw_passport, invented_person, photograph
from kyc.specimens.further_licences import draw_lettered_licence, draw_licence_with_row
from kyc.specimens.montages import spread, stacked
from kyc.specimens.papers import draw_bare_card, draw_national_card, draw_two_column_card
from kyc.specimens.photographs import retaken
from kyc.specimens.screens import on_screen
from kyc.specimens.scripts import in_script
from kyc.specimens.sets import KINDS, LAYOUTS
from kyc.specimens.states import STATES
from kyc.specimens.visas import draw_large_card, draw_visa

PERSON = invented_person(4, "BGR")


def _boxes(drawing: Drawing) -> list[tuple[float, ...]]:
    return [(*field.quad[0], *field.quad[2]) for field in drawing.fields]


def _apart(drawing: Drawing) -> None:
    boxes = _boxes(drawing)
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other_left, other_top, other_right, other_bottom in boxes[i + 1 :]:
            beside = right <= other_left or other_right <= left
            assert beside or bottom <= other_top or other_bottom <= top


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "draw",
    [
        *(draw_bare_card, draw_two_column_card, draw_national_card, draw_visa, draw_large_card),
        *(draw_licence_with_row, draw_lettered_licence),
    ],
)
def test_labels_never_lie_over_each_other(draw: object, state: str) -> None:
    assert callable(draw)
    _apart(draw(invented_person(2, state), state=state, seed=1))


@pytest.mark.parametrize("kind", KINDS)
def test_every_layout_has_something_to_cover_inside_its_frame(kind: str) -> None:
    drawing = LAYOUTS[kind].draw(invented_person(3, "BGR"), "BGR", 3)
    assert any(field.cls == "sensitive" for field in drawing.fields)
    for field in drawing.fields:
        for x, y in field.quad:
            assert 0 <= x <= drawing.image.width
            assert 0 <= y <= drawing.image.height


def test_a_bare_card_has_numbers_and_no_caption(read: object) -> None:
    card = draw_bare_card(PERSON, state="BGR", seed=1)
    assert {"docno", "pno", "serial"} <= {field.kind for field in card.fields}
    assert callable(read)
    text = " ".join(read(card.image)).lower()
    assert "number" not in text
    assert "surname" not in text


@pytest.mark.parametrize(
    ("language", "name", "own"),
    [("bg", "Petrova", "петрова"), ("bg", "Tsvetelina", "цветелина"),
     ("bg", "Yordanova", "йорданова"), ("el", "Sofia", "σοφια"), ("et", "Tamm", "Tamm")],
)  # fmt: skip
def test_names_are_written_in_the_script_of_a_language(language: str, name: str, own: str) -> None:
    assert in_script(language, name) == own


def test_a_sheet_carries_both_drawings_labels_where_they_stand() -> None:
    first, second = (
        draw_identity_card(PERSON, side=side, state="BGR") for side in ("front", "back")
    )
    for beside in (True, False):
        sheet = stacked(first, second, beside=beside)
        assert len(sheet.fields) == len(first.fields) + len(second.fields)
        _apart(sheet)
        pixels = np.asarray(sheet.image)
        for drawing, fields in (
            (first, sheet.fields[: len(first.fields)]),
            (second, sheet.fields[len(first.fields) :]),
        ):
            for before, after in zip(
                _boxes(drawing), _boxes(Drawing(sheet.image, fields)), strict=True
            ):
                left, top, right, bottom = (round(v) for v in before)
                old = np.asarray(drawing.image)[top:bottom, left:right]
                new = pixels[round(after[1]) :, round(after[0]) :][: old.shape[0], : old.shape[1]]
                assert abs(old.astype(int) - new.astype(int)).mean() < 12


def test_a_spread_has_numbers_on_both_of_its_pages() -> None:
    page = draw_passport(PERSON, state="BGR")
    book = spread(page, PERSON, state="BGR", seed=1)
    upper = [field.kind for field in book.fields if field.quad[2][1] < 1056]
    assert {"docno", "serial", "pno", "address"} <= set(upper)
    assert len(book.fields) > len(page.fields) + 3
    _apart(book)


def test_a_screen_moves_labels_with_the_picture_and_shows_bands() -> None:
    card = draw_identity_card(PERSON, state="BGR")
    shown = on_screen(card, seed=2)
    shift = np.array(shown.fields[0].quad) - np.array(card.fields[0].quad)
    assert np.ptp(shift, axis=0).max() == pytest.approx(0)
    x, y = (int(v) for v in shift[0])
    seen = np.asarray(shown.image)[y : y + card.image.height, x : x + card.image.width]
    assert 8 < np.abs(seen.astype(int) - np.asarray(card.image).astype(int)).mean() < 80


@pytest.mark.parametrize(("small", "width"), [(False, 44), (True, 36)])
def test_a_visa_has_a_zone_of_its_format(small: bool, width: int) -> None:
    visa = draw_visa(PERSON, state="BGR", seed=1, small=small)
    rows = [field.text or "" for field in visa.fields if field.kind == "mrz"]
    assert [(row[0], len(row)) for row in rows] == [
        ("V", width),
        (PERSON.document_number[0], width),
    ]


def test_a_retaken_picture_shrinks_with_its_labels() -> None:
    card = draw_identity_card(PERSON, state="BGR")
    half = retaken(card, seed=1, share=0.5, blur=1.0, noise=3, motion=3, jpeg=70)
    assert half.image.size == (card.image.width // 2, card.image.height // 2)
    for before, after in zip(card.fields, half.fields, strict=True):
        assert np.allclose(np.array(before.quad) / 2, np.array(after.quad))


def test_fingers_cover_corners_and_no_field() -> None:
    card = draw_identity_card(PERSON, side="back", state="BGR")
    bare, held = (
        photograph(card, seed=3, rotation=0, perspective=0, noise=0, blur=0, held=held)
        for held in (False, True)
    )
    changed = np.abs(np.asarray(bare.image).astype(int) - np.asarray(held.image)).max(-1) > 20
    assert 2000 < changed.sum() < 0.05 * changed.size
    for left, top, right, bottom in _boxes(held):
        inside = changed[int(top) : int(bottom), int(left) : int(right)]
        assert inside.mean() < 0.02
