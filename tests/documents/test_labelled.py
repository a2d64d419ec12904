"""Owns the tests of personal details that captions announce."""

from collections.abc import Callable

import numpy as np
import pytest

from kyc.documents.captions import Detail, captions
from kyc.documents.geometry import share_covered
from kyc.documents.labelled import Found, find_details, words_of
from kyc.documents.numbered import find_numbered
from kyc.documents.pages import Cls, Line, Region

MakeLine = Callable[..., Line]


def _hidden(line: Line, found: Found) -> float:
    return share_covered(line.quad, [region.quad for region in found.regions])


@pytest.mark.parametrize(
    ("caption", "value", "cls"),
    [
        ("Place of birth", "TALLINN", Cls.PERSONAL_DETAIL),
        ("Sünnikoht / Place of birth", "TALLINN", Cls.PERSONAL_DETAIL),
        ("Dzimšanas vieta", "RIGA", Cls.PERSONAL_DETAIL),
        ("Τόπος γέννησης", "PATRA", Cls.PERSONAL_DETAIL),
        ("Address", "1 HARBOUR ROAD, ARCADIA", Cls.ADDRESS),
        ("Anschrift", "LINDENSTRASSE 12", Cls.ADDRESS),
        ("Trvalý pobyt", "LIPOVA 25", Cls.ADDRESS),
        ("Height", "172", Cls.PERSONAL_DETAIL),
        ("Augenfarbe", "BRAUN", Cls.PERSONAL_DETAIL),
        ("Blood group", "A+", Cls.PERSONAL_DETAIL),
        ("Religion", "NONE", Cls.PERSONAL_DETAIL),
        ("Parents", "JOHN MARY", Cls.PERSONAL_DETAIL),
    ],
)
def test_a_value_below_its_caption_is_covered(
    caption: str, value: str, cls: Cls, line: MakeLine
) -> None:
    below = line(value, 0, 30)
    found = find_details([line(caption), below])
    assert {region.cls for region in found.regions} == {cls}
    assert _hidden(below, found) > 0.95
    assert not found.missed


@pytest.mark.parametrize(
    ("text", "share"), [("à : PARIS 1ER (75)", 0.25), ("à: LYON", 0.5), ("À :BREST", 0.6)]
)
def test_the_one_letter_of_old_french_cards_announces_a_place(
    text: str, share: float, line: MakeLine
) -> None:
    place = line(text)
    found = find_details([line("06.12.1965", 0, -30), place])
    assert {region.cls for region in found.regions} == {Cls.PERSONAL_DETAIL}
    assert _hidden(place, found) > share


@pytest.mark.parametrize("text", ["HGT 170 cm", "HGT: 5-08"])
def test_the_three_letters_of_american_licences_announce_a_height(
    text: str, line: MakeLine
) -> None:
    value = line(text)
    assert _hidden(value, find_details([value])) > 0.4


@pytest.mark.parametrize("text", ["A1: B", "CATEGORIE A: 2001", "ANNA", "A B C"])
def test_another_a_announces_nothing(text: str) -> None:
    assert Detail.BIRTHPLACE not in {caption.detail for caption in captions(text)}


def test_a_caption_cut_short_announces_a_place(line: MakeLine) -> None:
    below = line("SOFIA", 0, 30)
    assert _hidden(below, find_details([line("  / of birth"), below])) > 0.95


def test_a_caption_cut_short_above_a_date_announces_that(line: MakeLine) -> None:
    lines = [line("  / of birth"), line("12.08.1974", 0, 30), line("ZENITH", 0, 50)]
    found = find_details(lines)
    assert not found.regions
    assert not found.missed


def test_a_value_beside_its_caption_is_covered(line: MakeLine) -> None:
    value = line("TALLINN", 160)
    assert _hidden(value, find_details([line("Place of birth"), value])) > 0.95


def test_a_value_in_the_captions_own_line_is_covered(line: MakeLine) -> None:
    text = line("Height: 172 cm")
    [region] = find_details([text]).regions
    assert region.quad[:, 0].min() > 60
    assert region.quad[:, 0].max() >= 140


def test_an_address_goes_on_in_the_next_line(line: MakeLine) -> None:
    second = line("10115 BERLIN", 0, 58)
    found = find_details([line("Anschrift"), line("LINDENWEG 1", 0, 30), second])
    assert _hidden(second, found) > 0.95


def test_a_birthplace_does_not_go_on_in_the_next_line(line: MakeLine) -> None:
    second = line("SPECIMEN OFFICE", 0, 58)
    found = find_details([line("Place of birth"), line("TALLINN", 0, 30), second])
    assert _hidden(second, found) < 0.1


@pytest.mark.parametrize("value", ["12.08.1974", "12 AUG 1974", "12.08.1974 TALLINN"])
def test_a_date_under_a_birthplaces_caption_stays(value: str, line: MakeLine) -> None:
    found = find_details([line("Place of birth"), line(value, 0, 30)])
    assert found.regions == ()
    assert found.missed == {Detail.BIRTHPLACE}


def test_what_was_located_is_told_by_its_detail(line: MakeLine) -> None:
    found = find_details([line("Place of birth"), line("TALLINN", 0, 30)])
    assert found.located == {Detail.BIRTHPLACE}
    assert find_details([line("Place of birth")]).located == frozenset()


@pytest.mark.parametrize("caption", ["Place of birth", "Address", "Parents"])
def test_the_holders_name_under_a_caption_stays(caption: str, line: MakeLine) -> None:
    names = words_of("Eriksson Anna-Maria")
    for value in ("ERIKSSON", "ANNA-MARIA", "Anna-Maria Eriksson"):
        assert find_details([line(caption), line(value, 0, 30)], names).regions == ()


@pytest.mark.parametrize(
    "caption",
    [
        "Surname / Nom", "Given names", "Nationality", "Date of birth", "Sex", "Authority",
        "Date of issue", "Eesnimed", "Staatsangehörigkeit", "Płeć", "Autorité", "Issued by",
    ],
)  # fmt: skip
def test_what_other_captions_announce_stays(caption: str, line: MakeLine) -> None:
    assert find_details([line(caption), line("TALLINN", 0, 30)]) == Found()


def test_an_unlabelled_word_stays(line: MakeLine) -> None:
    assert find_details([line("TALLINN"), line("REPUBLIC OF UTOPIA", 0, 30)]) == Found()


def test_another_caption_is_no_value(line: MakeLine) -> None:
    lines = [line("Place of birth"), line("Authority", 0, 30), line("SPECIMEN OFFICE", 0, 60)]
    found = find_details(lines)
    assert found.regions == ()
    assert found.missed == {Detail.BIRTHPLACE}


def test_the_value_of_the_next_column_stays(line: MakeLine) -> None:
    lines = [line("Place of birth"), line("Authority", 300), line("TALLINN", 0, 30)]
    office = line("SPECIMEN OFFICE", 300, 30)
    assert _hidden(office, find_details([*lines, office])) < 0.01


def test_a_column_in_the_same_box_is_cut_off(line: MakeLine) -> None:
    captions_row = line("Place of birth        Authority")
    values = line("TALLINN               SPECIMEN OFFICE", 0, 30)
    [region] = find_details([captions_row, values]).regions
    assert region.quad[:, 0].max() < 150


def test_a_row_of_the_zone_below_a_caption_is_left_to_its_own_rule(line: MakeLine) -> None:
    row = line("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0, 30)
    assert find_details([line("Place of birth"), row]).regions == ()


def test_a_word_far_below_a_caption_stays(line: MakeLine) -> None:
    far = line("TALLINN", 0, 120)
    assert _hidden(far, find_details([line("Place of birth"), far])) == 0


def test_where_a_value_must_stand_that_was_not_seen_is_covered(line: MakeLine) -> None:
    unseen = line("TALLINN", 0, 28)
    found = find_details([line("Place of birth")])
    assert _hidden(unseen, found) > 0.9
    assert found.missed == {Detail.BIRTHPLACE}


def test_a_place_that_is_covered_already_is_not_empty(line: MakeLine) -> None:
    covered = line("SAINT PETERSBURG", 0, 28)
    assert find_details([line("Place of birth")], covered=[covered.quad]).regions == ()


def test_a_detail_that_was_read_is_explained_and_an_empty_place_is_not(line: MakeLine) -> None:
    read = find_details([line("Place of birth"), line("TALLINN", 0, 30)])
    empty = find_details([line("Place of birth")])
    assert all(read.explains(one) for one in read.regions)
    assert [empty.explains(one) for one in empty.regions] == [False]


def test_a_number_is_not_explained_by_captions(line: MakeLine) -> None:
    number = Region(Cls.OTHER_NUMBER, line("904471").quad)
    assert not find_details([line("Place of birth"), line("TALLINN", 0, 30)]).explains(number)


@pytest.mark.parametrize("height", ["1700m", "19/€m", "154 6m", "180 5m"])
def test_a_height_whose_unit_is_misread_is_covered(height: str, line: MakeLine) -> None:
    assert find_details([line(height)]).regions


@pytest.mark.parametrize("text", ["1999", "12 MAY", "170 MMM"])
def test_what_has_no_unit_is_no_height(text: str, line: MakeLine) -> None:
    assert not find_details([line(text)]).regions


def test_nothing_that_stands_there_is_covered_unseen(line: MakeLine) -> None:
    country, date = line("EST", 170, 26), line("12.08.1974", 0, 55)
    found = find_details([line("Place of birth"), country, date])
    assert (_hidden(country, found), _hidden(date, found)) == (0, 0)


def test_a_street_is_covered_without_a_caption(line: MakeLine) -> None:
    street = line("LINDENSTRASSE 41, BERLIN")
    found = find_details([street])
    assert _hidden(street, found) > 0.95
    assert [region.cls for region in found.regions] == [Cls.ADDRESS]


def test_a_town_of_the_address_is_covered_where_it_stands_again(line: MakeLine) -> None:
    again, other = line("BERLIN", 400, 300), line("HAMBURG", 400, 400)
    found = find_details([line("LINDENSTRASSE 41, BERLIN"), again, other])
    assert (_hidden(again, found) > 0.95, _hidden(other, found)) == (True, 0)


def test_a_name_that_is_a_town_too_stays(line: MakeLine) -> None:
    name = line("BERLIN", 400, 300)
    found = find_details([line("LINDENSTRASSE 41, BERLIN"), name], words_of("BERLIN"))
    assert _hidden(name, found) == 0


@pytest.mark.parametrize("text", ["/ of bih", "/ f birth", "/ of bit"])
def test_a_caption_of_which_its_end_can_be_read_announces_the_birthplace(
    text: str, line: MakeLine
) -> None:
    value = line("PLOVDIV", 0, 30)
    assert _hidden(value, find_details([line(text), value])) > 0.95


@pytest.mark.parametrize("text", ["/ D of birth", "of", "/ of issue"])
def test_other_ends_of_captions_announce_none(text: str, line: MakeLine) -> None:
    value = line("PLOVDIV", 0, 30)
    assert _hidden(value, find_details([line(text), value])) == 0


@pytest.mark.parametrize("text", ["plaats / Place of birth", "/ Place of birth"])
def test_a_value_of_which_the_captions_beginning_is_lost_is_covered(
    text: str, line: MakeLine
) -> None:
    value, office = line("DEN HAAG", -60, 26), line("SPECIMEN OFFICE", 290, -8)
    found = find_details([line(text), value, office])
    assert _hidden(value, found) > 0.95
    assert _hidden(office, found) == 0


@pytest.mark.parametrize("text", ["Place of birth", "sex / Place of birth"])
def test_a_word_that_begins_before_a_whole_caption_is_no_value(text: str, line: MakeLine) -> None:
    found = find_details([line(text), line("ROTTERDAM", -60, 26)])
    assert Detail.BIRTHPLACE in found.missed


def test_a_word_before_a_caption_whose_beginning_is_lost_stays(line: MakeLine) -> None:
    state = line("NLD", -80, 26)
    found = find_details([line("plaats / Place of birth"), state, line("ZWOLLE", 0, 26)])
    assert _hidden(state, found) == 0


def test_a_caption_that_can_be_read_is_no_other_one_misread(line: MakeLine) -> None:
    state = line("ITA", 0, 30)
    assert _hidden(state, find_details([line("Tipo / Type Codice / Code"), state])) == 0


def test_a_word_is_no_height(line: MakeLine) -> None:
    assert find_details([line("Height"), line("ERIKA", 0, 30)]).regions == ()


def test_a_caption_cut_in_two_boxes_is_still_one(line: MakeLine) -> None:
    value = line("ORLEANS", 0, 30)
    found = find_details([line("Lieu de nais"), line("sance / Place of birth", 125), value])
    assert _hidden(value, found) > 0.95


@pytest.mark.parametrize("text", ["172 cm", "172cm", "1,71 m", "1.71m"])
def test_a_height_with_its_unit_needs_no_caption(text: str, line: MakeLine) -> None:
    assert [region.cls for region in find_details([line(text)]).regions] == [Cls.PERSONAL_DETAIL]


@pytest.mark.parametrize("text", ["172", "90 cm", "12.08", "cm", "172 cm wide"])
def test_a_number_without_such_a_unit_is_no_height(text: str, line: MakeLine) -> None:
    assert find_details([line(text)]) == Found()


def _licence(line: MakeLine) -> dict[str, Line]:
    texts = {
        "1.": "ERIKSSON", "2.": "ANNA", "3.": "12.08.1974", "4a.": "01.02.2020",
        "4b.": "01.02.2030", "5.": "K1234567", "8.": "MILL STREET 3",
    }  # fmt: skip
    found = {}
    for at, (mark, value) in enumerate(texts.items()):
        found[mark] = line(mark, 0, at * 40)
        found[value] = line(value, 50, at * 40)
    return found | {"ARCADIA": line("ARCADIA", 200, 80), "OFFICE": line("OFFICE", 200, 120)}


def test_a_licence_hides_birthplace_and_address_and_nothing_else(line: MakeLine) -> None:
    lines = _licence(line)
    found = find_details(list(lines.values()))
    hidden = {text for text, one in lines.items() if _hidden(one, found) > 0.5}
    assert hidden == {"ARCADIA", "MILL STREET 3"}
    assert {region.cls for region in found.regions} == {Cls.PERSONAL_DETAIL, Cls.ADDRESS}


def test_large_print_across_a_licence_is_no_field(line: MakeLine) -> None:
    large = np.array([[150, -60], [600, -60], [600, 240], [150, 240]], float)
    turn = np.array([[0.95, -0.31], [0.31, 0.95]])
    tilted = np.array([[150, 60], [600, 60], [600, 110], [150, 110]], float) @ turn
    for quad in (large, tilted):
        overlay = Line(quad, "SPECIMEN", line("SPECIMEN").positions, 1.0)
        expected = find_details(list(_licence(line).values()))
        found = find_details([*_licence(line).values(), overlay])
        assert len(found.regions) == len(expected.regions)


def test_a_place_in_one_box_with_its_date_is_covered_alone(line: MakeLine) -> None:
    lines = [line("3. 12.08.1974 ARCADIA"), line("4a. 01.02.2020", 0, 40), line("4b.", 0, 80)]
    numbered = find_numbered(lines)
    assert numbered is not None
    assert numbered.is_located
    [region] = numbered.regions
    assert region.quad[:, 0].min() > 125


@pytest.mark.parametrize("name", ["ANNA", "2. ANNA"])
def test_a_name_that_a_tilt_brings_to_the_row_of_the_date_stays(name: str, line: MakeLine) -> None:
    lines = _licence(line)
    tilted = line(name, 200, 76)
    lines = {text: one for text, one in lines.items() if text not in {"ARCADIA", "ANNA", "2."}}
    found = find_details([*lines.values(), tilted], frozenset({"ANNA", "ERIKSSON"}))
    assert _hidden(tilted, Found(tuple(one for one in found.regions if found.explains(one)))) == 0


def test_a_licence_without_a_birthplace_is_missed(line: MakeLine) -> None:
    lines = [one for text, one in _licence(line).items() if text != "ARCADIA"]
    found = find_details(lines)
    assert found.missed == {Detail.BIRTHPLACE}
    assert _hidden(_licence(line)["ARCADIA"], found) > 0.9


def test_a_lone_digit_before_a_word_is_no_field(line: MakeLine) -> None:
    assert find_numbered([line("8. MILL STREET"), line("3. 12.08.1974 X", 0, 40)]) is None


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 33])
def test_a_value_is_found_at_every_angle(degrees: int, line: MakeLine) -> None:
    turn = np.deg2rad(degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    lines = [
        Line(one.quad @ matrix + 400, one.text, one.positions, 1.0)
        for one in (line("Place of birth"), line("TALLINN", 0, 30))
    ]
    assert _hidden(lines[1], find_details(lines)) > 0.95


def test_a_detail_is_told_from_the_captions_around_it() -> None:
    found = captions("Sugu / Sex  Sünnikoht / Place of birth")
    assert [one.detail for one in found] == [None, None, Detail.BIRTHPLACE, Detail.BIRTHPLACE]
