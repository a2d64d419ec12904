"""Owns the tests of what an event may hold and that it lives and dies with its act."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from kyc.audit import (
    CUSTOMER,
    OPERATOR,
    SYSTEM,
    VISITOR,
    Action,
    Actor,
    AuditValueError,
    Thing,
    record,
    record_all,
)
from kyc.audit.values import (
    CODE,
    IDENTIFIER,
    KEY,
    LARGEST_COUNT,
    LONGEST_CODE,
    MOST_KEYS,
    WORDS,
    checked_detail,
)
from kyc.audit.verify import is_canonical
from kyc.models.audit_event import AuditEvent
from kyc.models.base import new_id

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)

PERSONAL = [
    "Anna", "Anna Müller", "anna@example.com", "anna müller", "+33612345678", "1980-01-31 ",
    "P<UTOERIKSSON<<ANNA", "12 rue de la Paix", "192.168.0.1:80?q", "z" * 65, "名前", "x\n",
]  # fmt: skip


@pytest.fixture
def db() -> Any:
    engine = create_engine("sqlite://")
    AuditEvent.metadata.tables["audit_outbox"].create(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_body_is_canonical_and_says_what_was_done(db: Session) -> None:
    case, thing = new_id("vs"), new_id("art")
    detail: dict[str, Any] = {
        "reasons": ["mrz_missing", "blurred"],
        "bytes": 812,
        "complete": False,
    }
    record(db, Action.SYSTEM_ARTIFACT_REDACTED, actor=SYSTEM, now=NOW, case=case,
           object_id=thing, detail=detail)  # fmt: skip
    event = db.scalars(select(AuditEvent)).one()
    expected: dict[str, Any] = {
        "v": 1, "action": "system:artifact:redacted", "actor": "system:system", "case": case,
        "object": thing, "at": "2026-03-01T12:00:00.000005Z", "detail": detail,
    }  # fmt: skip
    assert event.body.encode() == rfc8785.dumps(expected)
    assert (event.action, event.case_id, event.pos) == ("system:artifact:redacted", case, None)


@given(
    st.dictionaries(
        st.from_regex(KEY, fullmatch=True),
        st.booleans()
        | st.integers(0, LARGEST_COUNT)
        | st.lists(st.from_regex(IDENTIFIER, fullmatch=True)),
        max_size=MOST_KEYS,
    ),
    st.dictionaries(
        st.sampled_from(sorted(WORDS)),
        st.from_regex(CODE, fullmatch=True).filter(lambda code: len(code) <= LONGEST_CODE),
    ),
)
def test_whatever_an_event_may_hold_is_written_in_the_form_of_rfc_8785(
    plain: dict[str, Any], words: dict[str, Any]
) -> None:
    detail = dict(list((plain | words).items())[:MOST_KEYS])
    engine = create_engine("sqlite://")
    AuditEvent.metadata.tables["audit_outbox"].create(engine)
    with Session(engine) as db:
        record(db, Action.SYSTEM_MAIL_SENT, actor=SYSTEM, now=NOW, detail=detail)
        body = db.scalars(select(AuditEvent.body)).one()
    engine.dispose()
    assert body.encode() == rfc8785.dumps(json.loads(body))
    assert json.loads(body)["detail"] == detail
    assert is_canonical(body.encode())


def test_the_event_goes_when_the_act_is_rolled_back(db: Session) -> None:
    record(db, Action.SYSTEM_MAIL_SENT, actor=SYSTEM, now=NOW)
    assert len(db.scalars(select(AuditEvent)).all()) == 1
    db.rollback()
    assert db.scalars(select(AuditEvent)).all() == []


def test_the_act_fails_with_an_event_that_cannot_be_written(db: Session) -> None:
    db.execute(
        text(
            "CREATE TRIGGER full BEFORE INSERT ON audit_outbox"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    )
    with pytest.raises(DatabaseError, match="the disk is full"):
        record(db, Action.SYSTEM_MAIL_SENT, actor=SYSTEM, now=NOW)


def test_many_are_written_in_their_order(db: Session) -> None:
    things = [Thing(new_id("art"), None, {"bytes": size}) for size in (3, 1, 2)]
    record_all(db, Action.SYSTEM_ARTIFACT_REDACTED, things, actor=SYSTEM, now=NOW)
    record_all(db, Action.SYSTEM_ARTIFACT_REDACTED, [], actor=SYSTEM, now=NOW)
    bodies = db.scalars(select(AuditEvent.body).order_by(AuditEvent.id)).all()
    assert [json.loads(body)["object"] for body in bodies] == [thing.id for thing in things]


@pytest.mark.parametrize("words", PERSONAL)
@pytest.mark.parametrize("key", ["reason", "number", "name"])
def test_it_refuses_words_of_a_person_as_detail(key: str, words: str) -> None:
    with pytest.raises(AuditValueError) as caught:
        checked_detail({key: words})
    assert words not in str(caught.value)


@pytest.mark.parametrize("words", PERSONAL)
def test_it_refuses_words_of_a_person_inside_a_list(words: str) -> None:
    with pytest.raises(AuditValueError):
        checked_detail({"reasons": ["blurred", words]})


@pytest.mark.parametrize("words", [*PERSONAL, "anna", "42", "a" * 24 + "z"])
def test_it_refuses_a_case_or_object_that_is_not_random(db: Session, words: str) -> None:
    for place in ("case", "object_id"):
        with pytest.raises(AuditValueError):
            record(db, Action.STAFF_CASE_VIEWED, actor=SYSTEM, now=NOW, **{place: words})  # type: ignore[arg-type] # the names are known


def test_a_key_that_is_not_on_the_list_admits_no_code() -> None:
    assert checked_detail({"template": "approved"}) == {"template": "approved"}
    with pytest.raises(AuditValueError):
        checked_detail({"surname": "approved"})


@pytest.mark.parametrize("value", [1.5, None, {"a": 1}, b"x", [1], ["a", None], ["b"] * 33])
def test_it_refuses_a_value_of_another_type(value: Any) -> None:
    with pytest.raises(AuditValueError):
        checked_detail({"reasons": value})


@pytest.mark.parametrize("number", [-1, 10**9, 33_612_345_678])
def test_it_refuses_a_number_that_is_not_a_count(number: int) -> None:
    with pytest.raises(AuditValueError):
        checked_detail({"count": number})


@pytest.mark.parametrize("key", ["Name", "a b", "", "a" * 33, "é"])
def test_it_refuses_a_key_that_is_not_a_plain_word(key: str) -> None:
    with pytest.raises(AuditValueError):
        checked_detail({key: 1})


def test_it_refuses_too_many_details() -> None:
    with pytest.raises(AuditValueError):
        checked_detail({f"a{'b' * n}": n for n in range(17)})


@given(
    st.text().filter(lambda words: not words.isascii() or words != words.lower() or " " in words)
)
def test_no_text_with_capitals_blanks_or_accents_gets_in(words: str) -> None:
    for key in WORDS:
        with pytest.raises(AuditValueError):
            checked_detail({key: words})


def test_staff_are_named_by_a_random_id_only() -> None:
    assert Actor("staff", new_id("st")).kind == "staff"
    for name in ("system", "anna", "anna@example.com"):
        with pytest.raises(AuditValueError):
            Actor("staff", name)


def test_a_part_of_the_program_is_named_from_a_list() -> None:
    assert [actor.id for actor in (CUSTOMER, SYSTEM, OPERATOR, VISITOR)] == [
        "customer", "system", "console", "visitor",
    ]  # fmt: skip
    with pytest.raises(AuditValueError):
        Actor("operator", "anna")


def test_it_refuses_a_time_without_a_zone(db: Session) -> None:
    with pytest.raises(AuditValueError):
        record(db, Action.SYSTEM_MAIL_SENT, actor=SYSTEM, now=datetime(2026, 3, 1))  # noqa: DTZ001 - the point


def test_every_action_is_subject_object_action_and_has_one_name() -> None:
    assert all(action.value.count(":") == 2 and len(action.value) <= 64 for action in Action)
    assert all(a.name.lower() == a.value.replace(":", "_") for a in Action)
