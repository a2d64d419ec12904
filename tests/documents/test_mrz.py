"""Owns the tests of the machine-readable zone, on the examples that ICAO 9303 prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.documents.mrz.check_digit import agrees, check_digit, value
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.mrz.repair import fitted

TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
TD1_LONG = (
    "I<UTOD23145890<7349<<<<<<<<<<<",
    "3407127M9507122UTO<<<<<<<<<<<2",
    "STEVENSON<<PETER<JOHN<<<<<<<<<",
)
MRV_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
FRENCH_CARD = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")
FRENCH_LICENCE = ("D1FRA13AA000026181231MARTIN<<9",)
DUTCH_LICENCE = ("D1NLD15094962111659VW87Z78NB84",)
"""As on the specimens that both states publish."""

EXAMPLES = {"TD3": TD3, "TD2": TD2, "TD1": TD1, "MRV-A": MRV_A, "MRV-B": MRV_B}


def _parsed(rows: tuple[str, ...]) -> Mrz:
    found = parse(rows)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("AB2134<<<", "5"), ("L898902C3", "6"), ("ZE184226B<<<<<", "1"), ("", "0")],
)
def test_it_computes_the_check_digits_of_the_standard(text: str, digit: str) -> None:
    assert check_digit(text) == digit
    assert agrees(text, digit)


@given(st.text("ABCXYZ0123456789<", min_size=1, max_size=40), st.data())
def test_a_wrong_digit_never_agrees(text: str, data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda d: d != check_digit(text)))
    assert not agrees(text, wrong)


@pytest.mark.parametrize("glyph", ["a", "Å", "²", " ", "٣"])
def test_a_foreign_character_has_no_value(glyph: str) -> None:
    with pytest.raises(ValueError, match="machine-readable"):
        value(glyph)


@pytest.mark.parametrize("layout", EXAMPLES)
def test_it_reads_the_example_of_the_standard(layout: str) -> None:
    found = _parsed(EXAMPLES[layout])
    assert found.layout == layout
    assert (found.surname, found.given_names, found.issuer) == ("ERIKSSON", "ANNA MARIA", "UTO")
    assert found.check_digits_agree


def test_it_reads_each_field() -> None:
    found = _parsed(TD3)
    assert (found.code, found.number, found.nationality) == ("P", "L898902C3", "UTO")
    assert (found.birth, found.sex, found.expiry) == ("740812", "F", "120415")
    assert found.optional == ("ZE184226B",)


def test_it_reads_the_french_national_card() -> None:
    found = _parsed(FRENCH_CARD)
    assert (found.layout, found.code, found.issuer) == ("French card", "ID", "FRA")
    assert (found.surname, found.given_names) == ("BERTHIER", "CORINNE")
    assert (found.number, found.birth, found.sex) == ("880692310285", "651206", "F")
    assert (found.expiry, found.nationality) == ("", "")
    assert found.checked == {"number", "birth", "composite"}
    assert found.check_digits_agree


def test_the_office_behind_a_french_surname_is_no_name() -> None:
    first = FRENCH_CARD[0][:30] + "952042"
    found = _parsed((first, FRENCH_CARD[1][:35] + check_digit(first + FRENCH_CARD[1][:35])))
    assert found.surname == "BERTHIER"
    assert found.check_digits_agree
    assert not found.names_may_be_cut


def test_french_given_names_are_parted_by_two_fillers_and_may_be_cut() -> None:
    second = FRENCH_CARD[1][:13] + "ANNE<<MARIE<<J" + FRENCH_CARD[1][27:]
    found = _parsed((FRENCH_CARD[0], second))
    assert found.given_names == "ANNE MARIE J"
    assert found.names_may_be_cut
    assert found.agreeing == {"number", "birth"}


def test_it_reads_a_french_card_through_look_alikes() -> None:
    rows = (FRENCH_CARD[0].replace("ID", "1D"), FRENCH_CARD[1].replace("0", "O"))
    found = _parsed((rows[0].replace("BERTHIER", "BERTH1ER"), rows[1]))
    assert (found.surname, found.number) == ("BERTHIER", "880692310285")
    assert found.check_digits_agree


def test_a_french_card_by_the_standard_is_read_by_the_standard() -> None:
    first = "IDFRAD231458907<<<<<<<<<<<<<<<"
    digit = check_digit(first[5:] + TD1[1][:7] + TD1[1][8:15] + TD1[1][18:29])
    assert _parsed((first, TD1[1][:29] + digit, TD1[2])).layout == "TD1"


def test_it_reads_the_line_of_a_french_driving_licence() -> None:
    found = _parsed(FRENCH_LICENCE)
    assert (found.code, found.issuer) == ("D", "FRA")
    assert (found.surname, found.given_names) == ("MARTIN", "")
    assert (found.number, found.expiry, found.birth) == ("13AA00002", "181231", "")
    assert found.checked == {"number", "composite"}
    assert found.check_digits_agree


def test_of_another_states_licence_it_reads_the_state_and_the_check_digit() -> None:
    found = _parsed(DUTCH_LICENCE)
    assert (found.code, found.issuer) == ("D", "NLD")
    assert (found.surname, found.number, found.expiry) == ("", "", "")
    assert found.checked == {"composite"}
    assert found.check_digits_agree


def test_a_licence_of_the_state_of_one_letter_is_read() -> None:
    row = "D1D<<1C1ZYH9F0928852965S04AF8"
    found = _parsed((row + check_digit(row),))
    assert (found.issuer, found.check_digits_agree) == ("D", True)


def test_a_french_licence_whose_number_was_misread_keeps_no_number_that_agrees() -> None:
    row = FRENCH_LICENCE[0].replace("AA00002", "AA00008")
    assert parse((row,)) is None
    assert parse((row[:29] + check_digit(row[:29]),)) is None


@pytest.mark.parametrize(
    "row",
    [
        DUTCH_LICENCE[0].replace("5094", "5095"),
        "DUPONT<<MARIE<LOUISE<<<<<<<<<0",
        "D1" + "<" * 28,
        FRENCH_LICENCE[0].replace("13AA", "14AA"),
    ],
)
def test_what_only_resembles_a_licence_is_none(row: str) -> None:
    assert parse((row,)) is None


def test_its_own_digit_vouches_for_a_field_else_that_of_the_zone() -> None:
    licence = _parsed(FRENCH_LICENCE)
    assert licence.vouches_for("expiry")
    assert _parsed(TD3).vouches_for("birth")
    wrong = _parsed((TD3[0], TD3[1].replace("7408122", "7408132")))
    assert not wrong.vouches_for("birth")
    assert not _parsed(MRV_A).vouches_for("optional")


def test_it_joins_a_number_that_runs_on_in_the_optional_data() -> None:
    found = _parsed(TD1_LONG)
    assert found.number == "D23145890734"
    assert found.check_digits_agree


@pytest.mark.parametrize("layout", EXAMPLES)
def test_it_reads_through_look_alikes(layout: str) -> None:
    rows = list(EXAMPLES[layout])
    at = 0 if layout == "TD1" else 1
    rows[at] = rows[at].replace("0", "O").replace("1", "I")
    rows[0] = rows[0].replace("ERIKSSON", "ER1K550N")
    found = _parsed(tuple(rows))
    assert found.surname.startswith("ER")
    assert found.agreeing >= {"birth", "expiry"}


def test_it_mends_the_number_by_its_check_digit() -> None:
    found = _parsed((TD3[0], TD3[1].replace("L898902C3", "L8989O2C3")))
    assert found.number == "L898902C3"
    assert found.check_digits_agree


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_it_mends_lost_fillers(lost: int) -> None:
    found = _parsed((TD3[0][:-lost], TD3[1].replace("<" * 5, "<" * (5 - lost))))
    assert found.check_digits_agree


ESTONIAN = (
    "I<ESTKB12345675" + "38001010015<<<<",
    "8001014M3012310EST<<<<<<<<<<<",
    "NAIDIS<<MARI<<<<<<<<<<<<<<<<<<",
)
"""A card whose optional data is a personal code; only the last digit of the zone covers it."""


def _with_digits(rows: tuple[str, str, str]) -> tuple[str, str, str]:
    """The card with its check digits."""
    first = rows[0][:14] + check_digit(rows[0][5:14]) + rows[0][15:]
    second = rows[1][:6] + check_digit(rows[1][:6]) + rows[1][7:14] + check_digit(rows[1][8:14])
    second += rows[1][15:29]
    covered = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return first, second + check_digit(covered), rows[2]


def test_look_alikes_in_optional_data_are_mended_by_the_digit_of_the_whole_zone() -> None:
    rows = _with_digits(ESTONIAN)
    assert _parsed(rows).check_digits_agree
    for misread in ("38O01010015", "38001O10015", "3800I01O015"):
        found = _parsed((rows[0].replace("38001010015", misread), rows[1], rows[2]))
        assert found.optional == ("38001010015",)
        assert found.check_digits_agree


def test_look_alikes_in_optional_data_are_mended_by_its_own_digit() -> None:
    found = _parsed((TD3[0], TD3[1].replace("ZE184226B", "ZEI84226B")))
    assert found.optional == ("ZE184226B",)
    assert found.check_digits_agree


def test_optional_data_that_no_look_alike_explains_stays_as_read() -> None:
    rows = _with_digits(ESTONIAN)
    found = _parsed((rows[0].replace("38001010015", "38701010015"), rows[1], rows[2]))
    assert found.optional == ("38701010015",)
    assert found.agreeing == {"number", "birth", "expiry"}


def test_it_tells_a_changed_digit() -> None:
    found = _parsed((TD3[0], TD3[1].replace("7408122", "7408132")))
    assert not found.check_digits_agree
    assert "birth" not in found.agreeing


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ("hello",),
        ("<" * 44, "<" * 44),
        ("A" * 44, "B" * 44),
        (TD3[1],),
        (TD3[0][:30], TD3[1][:30]),
    ],
)
def test_it_reads_nothing_into_chance(rows: tuple[str, ...]) -> None:
    found = parse(rows)
    assert found is None or not found.check_digits_agree


def test_the_holder_does_not_show_in_a_log() -> None:
    shown = repr(_parsed(TD3))
    for secret in ("ERIKSSON", "ANNA", "L898902C3", "740812", "ZE184226B"):
        assert secret not in shown


@given(st.text("AB0<", max_size=60), st.sampled_from([30, 36, 44]))
def test_a_fitted_row_has_its_width(text: str, width: int) -> None:
    row = fitted(text, width)
    assert (row is None) == (abs(len(text) - width) > 3)
    assert row is None or len(row) == width


@given(
    st.sampled_from(("IDFRA", "D1FRA", "D1NLD", "P<UTO", "V<UTO", "I<UTO")),
    st.integers(20, 42),
    st.lists(st.text("AB<OI0129", min_size=27, max_size=47), max_size=3),
    st.data(),
)
def test_any_rest_behind_an_opening_is_read_without_an_accident(
    opening: str, more: int, rows: list[str], data: st.DataObject
) -> None:
    first = opening + data.draw(st.text("AB<OI0129", min_size=more, max_size=more))
    found = parse([first, *rows])
    assert found is None or found.agreeing <= found.checked


@given(st.lists(st.text("PIDV<FRAB0129", min_size=27, max_size=47), max_size=4))
def test_any_rows_are_read_without_an_accident(rows: list[str]) -> None:
    found = parse(rows)
    assert found is None or found.agreeing <= found.checked
