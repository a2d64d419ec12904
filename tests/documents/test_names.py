"""Owns the tests of comparing a typed name with the zone's."""

import pytest

from kyc.documents.mrz.names import names_agree, transliterations
from kyc.documents.mrz.parse import Mrz, parse

CHECKED = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def _named(names: str) -> Mrz:
    found = parse((f"P<UTO{names}".ljust(44, "<")[:44], CHECKED))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Männik", "MAENNIK"),
        ("Müller", "MUELLER"),
        ("Müller", "MUXXLLER"),
        ("Åse", "AASE"),
        ("Großmann", "GROSSMANN"),
        ("Žilinskienė", "ZILINSKIENE"),
        ("O'Connor", "OCONNOR"),
        ("Mari-Liis", "MARI LIIS"),
        ("Núñez", "NUNXXEZ"),
        ("Łukasz", "LUKASZ"),
        ("Щербаков", "SHCHERBAKOV"),
        ("Παπαδόπουλος", "PAPADOPOULOS"),
        ("Παύλος", "PAVLOS"),
        ("Ευαγγελία", "EVANGELIA"),
        ("Ευτυχία", "EFTYCHIA"),
        ("Живковић", "ZIVKOVIC"),
        ("Чарапић", "CARAPIC"),
        ("Шабан", "SABAN"),
        ("Юлія", "YULIIA"),
        ("Яна", "YANA"),
        ("Єва", "YEVA"),
        ("Їжак", "YIZHAK"),
        ("Йосип", "YOSYP"),
        ("Þór", "THOR"),
        ("Özgür", "OEZGUER"),
        ("Iñaki", "INAKI"),
    ],
)
def test_it_spells_a_name_as_the_standard_does(name: str, spelling: str) -> None:
    assert spelling in transliterations(name)


def test_a_name_of_many_special_letters_stays_bounded() -> None:
    assert len(transliterations("ÄÖÜÅÑ" * 10)) <= 512


@pytest.mark.parametrize(
    ("surname", "given", "printed"),
    [
        ("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<MARIA"),
        ("Eriksson", "Anna", "ERIKSSON<<ANNA<MARIA"),
        ("eriksson", "maria", "ERIKSSON<<ANNA<MARIA"),
        ("Männik", "Mari-Liis", "MAENNIK<<MARI<LIIS"),
        ("Smith-Jones", "Ann", "SMITH<JONES<<ANN"),
        ("Arkfreith", "Nilavadhanananda Chayapa", "ARKFREITH<<NILAVADHANANANDA<CHAYAPA<DEJTHAMR"),
        ("Papandropoulous", "Jonathon Alec", "PAPANDROPOULOUS<<JONATHON<ALEC"),
        ("Arkfreith", "", "ARKFREITH"),
    ],
)
def test_it_agrees(surname: str, given: str, printed: str) -> None:
    assert names_agree(surname, given, _named(printed))


@pytest.mark.parametrize(
    ("surname", "given", "printed"),
    [
        ("Ericsson", "Anna", "ERIKSSON<<ANNA<MARIA"),
        ("Eriksson", "Hanna", "ERIKSSON<<ANNA<MARIA"),
        ("Eriksson", "Maria Anna", "ERIKSSON<<ANNA<MARIA"),
        ("Anna", "Eriksson", "ERIKSSON<<ANNA<MARIA"),
        ("Eriksson", "Anna", "ERIKSSON"),
        ("Erik", "Anna", "ERIKSSON<<ANNA"),
    ],
)
def test_it_disagrees(surname: str, given: str, printed: str) -> None:
    assert not names_agree(surname, given, _named(printed))


LONG = "Bennelong Wooloomooloo Warrandyte Warnambool"


@pytest.mark.parametrize(
    "printed",
    [
        "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
        "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA",
    ],
)
def test_it_agrees_with_a_surname_that_was_cut(printed: str) -> None:
    assert names_agree(LONG, "Dingo Potoroo", _named(printed))


@pytest.mark.parametrize(
    ("surname", "printed"),
    [
        (LONG, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<D<"),
        ("Bennelong Wooloomooloo Watson", "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        ("Eriksson", "ERIK<<ANNA<MARIA<LOUISA<WILHELMINA<HELE"),
    ],
)
def test_a_surname_that_was_not_cut_must_be_whole(surname: str, printed: str) -> None:
    assert not names_agree(surname, "Dingo", _named(printed))
