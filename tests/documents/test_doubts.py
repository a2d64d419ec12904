"""Owns the tests of doubts that a later look may settle."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kyc.documents.captions import Detail
from kyc.documents.coverage import Rule
from kyc.documents.doubts import is_missed, uncaptioned
from kyc.documents.labelled import Found
from kyc.documents.look import Look
from kyc.documents.mrz.parse import Mrz, parse
from kyc.documents.pages import Cls, Kind, Line
from kyc.documents.sight import Sight
from kyc.documents.task import Task
from kyc.policy.redaction import load_policy

MISSED = Found(missed=frozenset({Detail.BIRTHPLACE}))


def _task(kind: Kind = Kind.DOCUMENT_FRONT) -> Task:
    return Task(kind, load_policy("", ""), None, (), None)


def test_a_caption_without_a_value_is_doubted_unless_a_later_look_located_it() -> None:
    assert is_missed(MISSED, Found(), _task())
    assert is_missed(MISSED, Found(located=frozenset({Detail.ADDRESS})), _task())
    assert not is_missed(MISSED, Found(located=frozenset({Detail.BIRTHPLACE})), _task())


def test_a_card_in_a_selfie_is_too_small_for_that_doubt() -> None:
    assert not is_missed(MISSED, Found(), _task(Kind.SELFIE_STATEMENT))


ZONE = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def _look(lines: list[Line], mrz: Mrz | None) -> Look:
    return Look(Sight(tuple(lines), (), 1.0), (), mrz, (), (), Found())


@pytest.fixture
def values(line: Callable[..., Line]) -> list[Line]:
    return [line(text, 100, 40 * at) for at, text in enumerate(("ERIKSSON", "176 Cm", "ZENITH"))]


def test_a_page_with_a_zone_and_no_caption_that_was_read_is_doubted(values: list[Line]) -> None:
    look = _look(values, parse(ZONE))
    assert list(uncaptioned(look, (), _task())) == ["field_not_located"]


@pytest.mark.parametrize("caption", ["Place of birth", "Surname / Nom", "Passport No."])
def test_one_caption_of_either_look_tells_that_they_can_be_read(
    values: list[Line], line: Callable[..., Line], caption: str
) -> None:
    read = line(caption, 100, 300)
    assert not list(uncaptioned(_look([*values, read], parse(ZONE)), (), _task()))
    assert not list(uncaptioned(_look(values, parse(ZONE)), (read,), _task()))


def test_cards_without_a_zone_may_have_no_captions(values: list[Line]) -> None:
    assert not list(uncaptioned(_look(values, None), (), _task()))


def test_a_card_in_a_selfie_is_too_small_for_captions(values: list[Line]) -> None:
    look = _look(values, parse(ZONE))
    assert not list(uncaptioned(look, (), _task(Kind.SELFIE_STATEMENT)))


def test_captions_do_not_matter_where_details_are_kept(values: list[Line]) -> None:
    kept = replace(_task().policy, rules={Cls.PERSONAL_DETAIL: Rule.KEEP})
    task = replace(_task(), policy=kept)
    assert not list(uncaptioned(_look(values, parse(ZONE)), (), task))
