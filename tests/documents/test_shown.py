"""Owns the tests of what a page's lines show: names, dates, titles, captions, the statement."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kyc.documents.geometry import axis
from kyc.documents.mrz_rows import find_rows
from kyc.documents.pages import Line, Region, Shown
from kyc.documents.shown import SURE, Expected, find_shown

NAMES = Expected(names=frozenset({"ERIKSSON", "ANNA"}))
MakeLine = Callable[..., Line]


def _told(lines: list[Line], expected: Expected = NAMES) -> set[str]:
    return {region.cls for region in find_shown(lines, (), expected)}


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        ("ERIKSSON", Shown.NAME),
        ("ERIK5SON", Shown.NAME),
        ("12.08.1974", Shown.DATE),
        ("EESTI VABARIIK", Shown.DOCUMENT),
        ("PERSONALAUSWEIS", Shown.DOCUMENT),
        ("ΔΕΛΤΙΟ ΤΑΥΤΟΤΗΤΑΣ", Shown.DOCUMENT),
        ("Date of birth", Shown.CAPTION),
    ],
)
def test_it_tells_what_a_line_shows(text: str, cls: Shown, line: MakeLine) -> None:
    assert _told([line(text)]) == {cls, Shown.TEXT}


@pytest.mark.parametrize("text", ["F", "EST", "TALLINN", "ANTON", "L898902C3"])
def test_nothing_else_is_more_than_text(text: str, line: MakeLine) -> None:
    assert _told([line(text)]) == {Shown.TEXT}


def test_a_name_is_told_without_the_words_beside_it(line: MakeLine) -> None:
    (region,) = _of(Shown.NAME, find_shown([line("TALLINN ERIKSSON MALE")], (), NAMES))
    assert 70 < region.quad[:, 0].min() < 85
    assert 155 < region.quad[:, 0].max() < 175


def test_a_value_between_two_captions_is_not_told_with_them(line: MakeLine) -> None:
    regions = _of(Shown.CAPTION, find_shown([line("Sex F Date of birth")], (), NAMES))
    assert len(regions) == 2
    assert not any(r.quad[:, 0].min() < 45 < r.quad[:, 0].max() for r in regions)


def test_a_caption_of_several_words_is_one_stretch(line: MakeLine) -> None:
    assert len(_of(Shown.CAPTION, find_shown([line("Date of birth")], (), NAMES))) == 1


def test_a_line_read_without_confidence_is_not_told(line: MakeLine) -> None:
    assert _told([replace(line("ERIKSSON"), score=SURE - 0.05)]) == set()


def test_a_box_much_higher_than_the_print_is_not_told(line: MakeLine) -> None:
    print_ = [line("Surname", y=40 * at) for at in range(4)]
    high = line("ERIKSSON", y=300)
    high.quad[2:, 1] += 60
    assert Shown.NAME not in _told([*print_, high])
    assert axis(high.quad).height == pytest.approx(80)


@pytest.mark.parametrize("caption", ["Signature", "Allkiri / Signature", "7."])
@pytest.mark.parametrize("drop", [-60, 60])
def test_a_name_beside_the_caption_of_a_signature_is_not_told(
    caption: str, drop: int, line: MakeLine
) -> None:
    page = [line(caption, y=200), line("ERIKSSON", y=200 + drop)]
    assert Shown.NAME not in _told(page)


def test_where_names_are_capitals_one_in_small_letters_is_handwriting(line: MakeLine) -> None:
    printed, written = line("ERIKSSON"), line("Eriksson", y=400)
    (region,) = _of(Shown.NAME, find_shown([printed, written], (), NAMES))
    assert region.quad[:, 1].max() < 100


def test_names_in_small_letters_are_told_where_no_capitals_are(line: MakeLine) -> None:
    assert Shown.NAME in _told([line("Eriksson")])


def test_a_row_of_the_zone_is_not_told(line: MakeLine) -> None:
    row = line("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<")
    assert find_shown([row], find_rows([row]), NAMES) == ()


def test_the_statement_is_told_however_it_was_read(line: MakeLine) -> None:
    expected = Expected(statement=("Only for Example Ltd",))
    page = [line("Only for Exannple Ltd", score=0.5), line("ERIKSSON", y=80)]
    assert _told(page, expected) == {Shown.STATEMENT, Shown.TEXT}


def test_an_empty_page_shows_nothing() -> None:
    assert find_shown([], (), NAMES) == ()


def _of(cls: Shown, regions: tuple[Region, ...]) -> list[Region]:
    return [region for region in regions if region.cls == cls]
