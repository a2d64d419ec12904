"""Owns the tests of doubts that a later look may settle."""

from kyc.documents.captions import Detail
from kyc.documents.doubts import is_missed
from kyc.documents.labelled import Found
from kyc.documents.pages import Kind
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
