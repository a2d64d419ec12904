"""Owns what a reader sees: the word SPECIMEN on everything, the zone as composed, the statement."""

from collections.abc import Callable

from PIL import Image

from kyc.specimens import Drawing, draw_passport, draw_selfie, invented_person

Read = Callable[[Image.Image], tuple[str, ...]]


def _letters(lines: tuple[str, ...]) -> str:
    return " ".join(lines).replace(" ", "").replace("O", "0").upper()


def test_every_drawing_is_marked_as_a_specimen(drawing: Drawing, read: Read) -> None:
    near = drawing.image.reduce(2)
    assert "SPECIMEN" in [line.strip() for line in read(near)]


def test_the_zone_reads_as_it_was_composed(read: Read) -> None:
    drawing = draw_passport(invented_person(5, "EST"), state="EST", seed=1)
    zone = [field for field in drawing.fields if field.kind == "mrz"]
    seen = _letters(read(drawing.image))
    for field in zone:
        assert field.text is not None
        assert field.text.rstrip("<").replace("O", "0") in seen


def test_the_statement_and_the_mark_can_be_read_at_the_width_of_a_screen(read: Read) -> None:
    lines = ("Only for Example Ltd", "2026-11-22", "Code KQ7-4PX")
    person = invented_person(5, "EST")
    taken = draw_selfie(person, draw_passport(person, state="EST"), lines, seed=2)
    seen = _letters(read(taken.image.resize((1200, 900))))
    for line in lines:
        assert _letters((line,)) in seen
    assert "SPECIMEN" in seen
