"""Owns the tests of words that nothing explains: covered among values, never a name or a title."""

from collections.abc import Callable

import pytest

from kyc.documents.geometry import share_covered
from kyc.documents.pages import Line
from kyc.documents.unexplained import find_unexplained, is_named

MakeLine = Callable[..., Line]
NAMES = frozenset({"ERIKSSON", "ANNA"})


@pytest.fixture
def column(line: MakeLine) -> list[Line]:
    """Values below each other, whose captions were not read."""
    texts = ("ERIKSSON", "ANNA", "12.08.1974", "15.04.2032")
    return [line(text, 100, 100 + 60 * at) for at, text in enumerate(texts)]


def _found(lines: list[Line], value: Line) -> bool:
    found = find_unexplained([*lines, value], NAMES).quads
    return share_covered(value.quad, found) > 0.7


@pytest.mark.parametrize("text", ["ZENITH", "HARBOUR ROAD 83, ARCADIA"])
def test_a_word_in_a_column_of_values_is_found(
    text: str, column: list[Line], line: MakeLine
) -> None:
    assert _found(column, line(text, 100, 340))


def test_names_on_the_page_say_that_none_of_the_others_is_one(
    column: list[Line], line: MakeLine
) -> None:
    value = line("ZENITH", 100, 340)
    assert find_unexplained([*column, value], NAMES).named
    assert not find_unexplained([*column, value], frozenset({"MARLOWE"})).named


@pytest.mark.parametrize(
    "text",
    ["ERIKSS0N", "REPUBLIC OF UTOPIA", "RÉP U B LIQUE", "SPECIMEN", "ESTONIAN", "MINISTRY"],
)
def test_what_stays_readable_is_explained_by_what_it_says(
    text: str, column: list[Line], line: MakeLine
) -> None:
    assert not _found(column, line(text, 100, 340))


@pytest.mark.parametrize(
    ("text", "score"), [("VatandasligiNanonality", 0.81), ("3. AETIONNATION", 0.62)]
)
def test_a_caption_that_was_misread_is_no_value(
    text: str, score: float, column: list[Line], line: MakeLine
) -> None:
    assert not _found(column, line(text, 100, 340, score))


def test_a_place_of_two_words_that_were_glued_is_found(column: list[Line], line: MakeLine) -> None:
    assert _found(column, line("NewArcadia", 100, 340))


@pytest.mark.parametrize(
    ("text", "share", "unsure"),
    [
        ("ZENITH", 1.55, True),
        ("ZENITH", 1.0, False),
        ("ZENITH", 2.0, False),
        ("Zenith", 1.55, False),
    ],
)
def test_capitals_that_are_nearly_as_high_as_the_values_are_told(
    text: str, share: float, unsure: bool, column: list[Line], line: MakeLine
) -> None:
    value = line(text, 100, 340)
    value.quad[2:, 1] = 340 + share * 20
    told = find_unexplained([*column, value], NAMES)
    assert told.unsure is unsure
    assert bool(told.quads) is (share == 1.0)


def test_a_caption_above_explains_a_value(column: list[Line], line: MakeLine) -> None:
    assert not _found([*column, line("Nationality", 100, 316)], line("ZENI", 100, 340))


def test_a_caption_explains_no_more_than_the_value_right_below_it(
    column: list[Line], line: MakeLine
) -> None:
    lines = [*column, line("Nationality", 100, 310), line("01.02.2024", 100, 326)]
    assert _found(lines, line("ZENITH", 100, 347))
    assert not _found(lines[:-1], line("ZENITH", 100, 347))


def test_a_word_away_from_all_values_is_no_value(column: list[Line], line: MakeLine) -> None:
    assert not _found(column, line("ZENITH", 900, 900))


def test_a_place_behind_a_date_is_found(line: MakeLine) -> None:
    date = line("12.08.1974", 100, 200)
    assert _found([line("ERIKSSON", 100, 100), date], line("ZENITH", 260, 200))


def test_a_name_in_another_script_stands_beside_the_latin_one(
    column: list[Line], line: MakeLine
) -> None:
    assert not _found([*column, line("ANNA", 300, 340)], line("AHHA", 100, 340))


@pytest.mark.parametrize(
    ("text", "named"), [("ERIK5SON", True), ("Anna", True), ("ERIC", False), ("12", False)]
)
def test_a_name_is_known_though_a_letter_is_misread(text: str, named: bool) -> None:
    assert is_named(text, NAMES) is named


def test_a_value_in_an_unknown_script_is_told(column: list[Line], line: MakeLine) -> None:
    value = line("ABCDEFGHIJKLMN", 100, 340)
    unread = Line(value.quad, "  , ", (0.1, 0.3, 0.6, 0.9), 0.9)
    assert find_unexplained([*column, unread], NAMES).unread
    assert not find_unexplained([*column, value], NAMES).unread


def test_a_caption_of_which_one_language_was_not_read_is_no_value(
    column: list[Line], line: MakeLine
) -> None:
    value = line("HARBOUR ROAD 73", 100, 340)
    caption = Line(value.quad, "   /  f birth", tuple(at / 13 for at in range(13)), 0.9)
    assert not find_unexplained([*column, caption], NAMES).unread


def test_an_address_in_an_unknown_script_is_found_by_its_number(
    column: list[Line], line: MakeLine
) -> None:
    value = line("ABCDEFGHIJKLMN", 100, 340)
    unread = Line(value.quad, ". 73, ", tuple(at / 6 for at in range(6)), 0.9)
    assert _found(column, unread)
