"""Owns the tests of pictures that show several pages."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kyc.documents.geometry import part
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.pages import Cls, Line, Region
from kyc.documents.repeats import (
    completed,
    completions,
    is_repeat,
    likely_punched,
    not_repeats,
    numbers_of,
    shows_several_pages,
)

MakeLine = Callable[..., Line]
BACK = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)


@pytest.fixture
def card(line: MakeLine) -> list[Line]:
    texts = ("ERIKSSON", "L898902C3", "12.08.1974")
    return [line(text, 100, 100 + 60 * at) for at, text in enumerate(texts)]


def test_numbers_and_dates_that_stand_twice_are_of_two_pages(
    card: list[Line], line: MakeLine
) -> None:
    other = [line("L898902C3", 100, 800), line("12.08.1974", 100, 860)]
    assert shows_several_pages([*card, *other])


def test_one_number_may_stand_twice_on_a_page(card: list[Line], line: MakeLine) -> None:
    assert not shows_several_pages([*card, line("L898902C3", 100, 800)])


def test_what_the_zone_repeats_is_on_one_page(card: list[Line], line: MakeLine) -> None:
    zone = line("L898902C36UTO7408122F1204159ZE184226B<<<<<10", 100, 800)
    assert not shows_several_pages([*card, zone])


def _back() -> Mrz:
    mrz = parse(BACK)
    assert mrz is not None
    return mrz


def test_a_printed_name_beside_a_back_s_zone_is_on_the_front(card: list[Line]) -> None:
    assert shows_several_pages(card, _back())


def test_a_back_alone_is_one_page(line: MakeLine) -> None:
    lines = [line(row, 100, 400 + 40 * at) for at, row in enumerate(BACK)]
    assert not shows_several_pages([*lines, line("SPECIMEN OFFICE", 100, 100)], _back())


def test_a_number_printed_or_in_the_zone_is_known(card: list[Line]) -> None:
    assert numbers_of(card, parse(BACK)) == {"L898902C3", "D23145890"}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("L898902C3", True), ("L 898902G3", True), ("898902C3", False), ("ERIKSSON", False)],
)
def test_a_repeat_has_every_character(text: str, is_one: bool) -> None:
    assert is_repeat(text, frozenset({"L898902C3"})) is is_one


def test_a_part_of_a_number_tells_where_the_whole_stands(line: MakeLine) -> None:
    whole = completed(line("8902C", 100, 100), frozenset({"L898902C3"}))
    assert whole is not None
    assert whole[[0, 1], 0].tolist() == pytest.approx([70, 160])


def test_a_number_whose_end_is_too_faint_is_completed(card: list[Line], line: MakeLine) -> None:
    (whole,) = completions([*card, line("98902C3", 100, 600)], None)
    assert whole[[0, 1], 0].tolist() == pytest.approx([80, 170])


def test_a_part_with_one_character_misread_tells_where_the_whole_stands(line: MakeLine) -> None:
    whole = completed(line("B902C3", 100, 100), frozenset({"L898902C3"}))
    assert whole is not None
    assert whole[[0, 1], 0].tolist() == pytest.approx([70, 160])


def test_a_date_is_no_part_of_the_national_number_that_begins_with_it(line: MakeLine) -> None:
    assert completed(line("12.08.1974", 100, 100), frozenset({"12081974001"})) is None


@pytest.mark.parametrize(("text", "starts"), [("02C3", 50), ("L898", 100)])
def test_an_end_of_letters_and_digits_tells_where_the_whole_stands(
    text: str, starts: float, card: list[Line], line: MakeLine
) -> None:
    (whole,) = completions([*card, line(text, 100, 600)], None)
    assert whole[[0, 1], 0].tolist() == pytest.approx([starts, starts + 90])


@pytest.mark.parametrize(
    "text", ["L898902C3", "8902", "902C", "ERIKSSON", "98902C3AAAAAAAAAAAAAAAAAAAA"]
)
def test_a_whole_number_or_a_short_part_of_it_needs_no_completion(
    text: str, card: list[Line], line: MakeLine
) -> None:
    assert list(completions([*card, line(text, 100, 600)], None)) == []


def test_a_known_number_that_was_read_whole_leaves_nothing_in_doubt(line: MakeLine) -> None:
    repeat, end = line("L898902C3", 100, 600), line("8902C3", 100, 700)
    found = [Region(Cls.DOCUMENT_NUMBER, one.quad) for one in (repeat, end)]
    numbers = frozenset({"L898902C3"})
    assert not_repeats(found, [repeat, end], numbers) == found[1:]
    weak = replace(repeat, score=0.8)
    assert not_repeats(found, [weak, end], numbers) == found
    assert not_repeats(found, [repeat, end], frozenset()) == found


def test_a_place_of_which_a_known_number_is_not_all_covered_is_doubted(line: MakeLine) -> None:
    repeat = line("L898902C3", 100, 600)
    half = [Region(Cls.DOCUMENT_NUMBER, part(repeat.quad, 0, 0.5))]
    assert not_repeats(half, [repeat], frozenset({"L898902C3"})) == half


def test_four_digits_are_the_end_of_a_number_that_a_look_before_read(line: MakeLine) -> None:
    before = [line("ZS 0000177", 300, 100)]
    (whole,) = completions([line("0177", 100, 600)], None, before)
    assert whole[[0, 1], 0].tolist() == pytest.approx([50, 140])


def test_a_year_is_no_end_of_a_number(line: MakeLine) -> None:
    before = [line("AB0001984", 300, 100)]
    assert list(completions([line("1984", 100, 600)], None, before)) == []


def test_a_row_of_the_zone_is_no_number_that_a_part_is_completed_to(line: MakeLine) -> None:
    row = line("L898902C36UTO7408122F1204159ZE184226B<<<<<10", 100, 800)
    assert list(completions([row, line("L898902C3", 100, 100)], None)) == []


@pytest.mark.parametrize("text", ["90", "ERIKSSON", "89O2", "88802", "B8902D"])
def test_too_little_or_other_words_are_no_part(text: str, line: MakeLine) -> None:
    assert completed(line(text, 100, 100), frozenset({"L898902C3"})) is None


def test_what_may_be_punched_is_as_long_as_a_passports_number_the_zones_first(
    line: MakeLine,
) -> None:
    mrz = parse(BACK)
    lines = [line(text, 100, 100) for text in ("A1234567", "123456", "38001085718", "D23145890")]
    assert likely_punched(lines, mrz) == ["D23145890", "A1234567"]
    assert likely_punched(lines[1:3]) == []
