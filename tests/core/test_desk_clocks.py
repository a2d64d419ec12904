"""Owns the clock of a request: one calendar month, never later than the law's, and its alarms."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.access import Role
from kyc.audit import Action
from kyc.db import common_now
from kyc.desk.clocks import due_by_law, extended_due
from kyc.desk.requests import Reply, answer, extend
from kyc.desk.watching import remind
from kyc.models import StaffMail
from kyc.policy.rights import Right
from tests.core.databases import ON_SQLITE
from tests.core.desk_hands import asked, officer, row, waiting_case
from tests.core.kit import Make, race

if TYPE_CHECKING:
    from tests.core.kit import Kit


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-05 08:00", "2026-04-05 21:00"),
        ("2026-03-05 23:59", "2026-04-05 21:00"),
        ("2026-08-31 12:00", "2026-09-30 21:00"),
        ("2026-01-31 12:00", "2026-02-28 21:00"),
        ("2028-01-31 12:00", "2028-02-29 21:00"),
        ("2026-12-15 12:00", "2027-01-15 21:00"),
    ],
)
def test_a_month_ends_on_the_day_of_the_same_date(received: str, due: str) -> None:
    assert due_by_law(_at(received)) == _at(due)


def test_it_is_never_later_than_midnight_anywhere_in_the_union() -> None:
    due = due_by_law(_at("2026-06-10 22:30"))
    helsinki_by_the_law = _at("2026-07-11 00:00") - timedelta(hours=3) + timedelta(days=1)
    lisbon_by_the_law = _at("2026-07-11 00:00") - timedelta(hours=1)
    assert due <= min(helsinki_by_the_law, lisbon_by_the_law)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-05 08:00", "2026-06-05 21:00"),
        ("2025-11-30 12:00", "2026-02-28 21:00"),
    ],
)
def test_an_extended_time_is_three_months_from_receipt(received: str, due: str) -> None:
    assert extended_due(_at(received)) == _at(due)


def test_the_desk_goes_by_the_clock_of_the_database(kit: "Kit") -> None:
    """A machine that is an hour behind shows the same moment as one that is right."""
    real = datetime.now(UTC)
    with kit.reading() as db:
        ahead = common_now(db, real - timedelta(hours=1), lambda: real - timedelta(hours=1))
    off = abs(ahead - real)
    if kit.engine.dialect.name == "postgresql":
        assert off < timedelta(minutes=5)
    else:
        assert off == timedelta(hours=1)


def test_officers_are_mailed_on_day_14_25_and_30_and_on_no_other(kit: "Kit") -> None:
    with kit.transaction() as db:
        Make(kit).staff(db, Role.PRIVACY, email=b"sealed", email_hash=b"hash")
    asked(kit, waiting_case(kit))
    days = []
    for day in range(1, 45):
        kit.later(days=1)
        with kit.transaction() as db:
            if remind(db, kit.now):
                days.append(day)
    assert days == [14, 25, 30]
    assert [mail.kind for mail in kit.all(StaffMail)] == ["request_due"] * 3
    assert kit.actions().count(Action.SYSTEM_REQUEST_ALARMED) == 3


@ON_SQLITE
def test_alarms_that_passed_while_everything_stood_still_are_one(kit: "Kit") -> None:
    request_id = asked(kit, waiting_case(kit))
    kit.later(days=27)
    with kit.transaction() as db:
        assert remind(db, kit.now) == 1
    with kit.transaction() as db:
        assert remind(db, kit.now) == 0
    assert row(kit, request_id).reminded == 2


def test_two_workers_raise_an_alarm_once(kit: "Kit") -> None:
    asked(kit, waiting_case(kit))
    kit.later(days=15)

    def one(_number: int) -> int:
        with kit.transaction() as db:
            return remind(db, kit.now)

    assert sorted(race(2, one), key=str) == [0, 1]


@ON_SQLITE
def test_nobody_is_reminded_of_what_was_answered(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    with kit.transaction() as db:
        answer(db, kit.vault, request_id, Reply("Done."), by=by, now=kit.now)
    kit.later(days=31)
    with kit.transaction() as db:
        assert remind(db, kit.now) == 0


@ON_SQLITE
def test_an_extended_request_is_reminded_of_towards_its_new_end(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit), Right.ACCESS), officer(kit)
    with kit.transaction() as db:
        extend(db, kit.vault, request_id, "complexity", "", by=by, now=kit.now)
    due, days = row(kit, request_id).due_at, []
    while kit.now < due + timedelta(days=2):
        kit.later(days=1)
        with kit.transaction() as db:
            if remind(db, kit.now):
                days.append((due - kit.now).days)
    assert days == [15, 4, -1]
