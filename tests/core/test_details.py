"""Owns the age rule, the sealed details and the notice."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.errors import ConflictError
from kyc.fields import Details, read_details
from kyc.intake.giving_details import acknowledge_notice, age_on, give_details
from kyc.lifecycle import Status
from kyc.models import AuditEvent, NoticeText, OwedJob, VerificationSession
from kyc.policy.notice import NOTICE_VERSION
from tests.core.databases import ON_SQLITE
from tests.core.kit import NOTICE_SAID, details, dump

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(dates, st.integers(0, 120))
def test_somebody_is_a_year_older_on_the_birthday_and_not_a_day_before(
    birth: date, years: int
) -> None:
    day = _birthday(birth, years)
    assert age_on(birth, day) == years
    assert age_on(birth, day - timedelta(days=1)) == years - 1


@given(dates, dates, dates)
def test_nobody_grows_younger(birth: date, day: date, other: date) -> None:
    first, second = sorted((day, other))
    assert age_on(birth, first) <= age_on(birth, second)


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 29), 20)],
)
def test_who_was_born_on_29_february_is_older_on_1_march(day: date, age: int) -> None:
    assert age_on(date(2008, 2, 29), day) == age


@pytest.mark.parametrize(
    ("birth", "status"),
    [
        (date(2008, 3, 2), Status.REQUIRES_INPUT),
        (date(2008, 3, 3), Status.REJECTED),
        (date(2027, 1, 1), Status.REJECTED),
    ],
)
def test_a_customer_is_of_age_from_the_very_birthday(
    kit: "Kit", make: "Make", birth: date, status: Status
) -> None:
    session = _give(kit, make, details(date_of_birth=birth))
    assert session.status == status


def test_of_somebody_under_age_nothing_is_kept(kit: "Kit", make: "Make") -> None:
    session = _give(kit, make, details(date_of_birth=date(2010, 1, 1)))
    assert session.details is None
    assert session.email_hash is None
    assert session.outcome_reason == "under_supported_age"
    assert session.record_destroy_at == kit.now + timedelta(days=365)
    assert kit.all(OwedJob) == []
    assert kit.actions()[-1] == "system:session:refused"
    assert b"2010" not in dump(kit.engine)


def test_who_turns_out_to_be_under_age_later_loses_the_details_given_before(
    kit: "Kit", make: "Make"
) -> None:
    session = _give(kit, make, details())
    session = _give(kit, make, details(date_of_birth=date(2010, 1, 1)), session.id)
    assert session.status == Status.REJECTED
    assert session.details is None
    assert session.email_hash is None


def test_details_come_back_as_they_were_given(kit: "Kit", make: "Make") -> None:
    given_details = details(acting_for="entity", entity_name="Näidis OÜ", patronymic="")
    session = _give(kit, make, given_details)
    assert read_details(kit.vault, session) == given_details
    assert given_details.full_name == "Leelo Maarja Tammsaar"


def test_the_details_can_be_changed_until_they_are_sent(kit: "Kit", make: "Make") -> None:
    session = _give(kit, make, details())
    changed = _give(kit, make, details(surname="Kask"), session.id)
    assert changed.version == session.version + 1
    read = read_details(kit.vault, changed)
    assert read is not None
    assert read.surname == "Kask"


@ON_SQLITE
@pytest.mark.parametrize(
    "values", [{"status": s} for s in Status if s not in {"created", "requires_input"}]
)
def test_the_details_of_a_session_that_is_not_open_stay(
    kit: "Kit", make: "Make", values: dict[str, str]
) -> None:
    with kit.transaction() as db:
        session_id = make.session(db, **values).id
    with pytest.raises(ConflictError):
        _give(kit, make, details(), session_id)


def test_the_details_stay_once_a_reviewer_has_asked_again(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session_id = make.ready(db, attempt=2).id
    with pytest.raises(ConflictError):
        _give(kit, make, details(), session_id)


def test_the_notice_is_acknowledged_once_a_version(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.session(db)
        acknowledge_notice(db, session, NOTICE_SAID, kit.now)
        first = kit.now
        acknowledge_notice(db, session, NOTICE_SAID, kit.later(hours=1))
    session = kit.get(VerificationSession, session.id)
    assert (session.notice_version, session.notice_seen_at) == (NOTICE_VERSION, first)
    assert len(kit.all(AuditEvent, AuditEvent.action == "customer:notice:acknowledged")) == 1


def test_the_words_of_a_notice_are_kept_once(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for one in (make.session(db), make.session(db)):
            acknowledge_notice(db, one, NOTICE_SAID, kit.now)
    (kept,) = kit.all(NoticeText)
    assert json.loads(kept.body) == [{"title": "Who asks", "paragraphs": ["A business."]}]
    assert kept.sha256 == NOTICE_SAID.sha256
    assert {s.notice_sha256 for s in kit.all(VerificationSession)} == {kept.sha256}


def test_the_same_version_in_another_language_is_acknowledged_again(
    kit: "Kit", make: "Make"
) -> None:
    estonian = replace(NOTICE_SAID, language="et")
    with kit.transaction() as db:
        session = make.session(db)
        acknowledge_notice(db, session, NOTICE_SAID, kit.now)
        acknowledge_notice(db, session, estonian, kit.later(hours=1))
    assert kit.get(VerificationSession, session.id).notice_sha256 == estonian.sha256
    assert len(kit.all(NoticeText)) == 2


def test_a_newer_notice_is_acknowledged_again(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.session(db, notice_version="2020-01", notice_seen_at=kit.now)
        acknowledge_notice(db, session, NOTICE_SAID, kit.later(hours=1))
    assert kit.get(VerificationSession, session.id).notice_version == NOTICE_VERSION


def test_the_details_are_sealed_in_the_database(kit: "Kit", make: "Make") -> None:
    _give(kit, make, details(entity_name="Näidis", entity_registry_code="14152672"))
    found = dump(kit.engine).lower()
    for word in ("tammsaar", "leelo", "arvovna", "5550137", "1987", "näidis", "14152672"):
        assert word.encode() not in found


def _give(
    kit: "Kit", make: "Make", given_details: Details, session_id: str = ""
) -> VerificationSession:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id) if session_id else make.session(db)
        give_details(db, kit.vault, kit.lookup, session, given_details, minimum_age=18, now=kit.now)
    return kit.get(VerificationSession, session.id)


def _birthday(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)
