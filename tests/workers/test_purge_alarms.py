"""Owns that a person is told when forgetting stops, is late, or is not let: by mail, once a day."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.access import Role
from kyc.audit import Action
from kyc.clock import real_clock
from kyc.models import Receipt, StaffMail
from kyc.retention.alarming import alarm
from kyc.retention.purging import mark_left
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from tests.core.databases import POSTGRESQL
from tests.core.kit import race
from tests.workers.hands import Outbox
from workers.owed import run
from workers.periodic import PERIODIC
from workers.purging import purge

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def officer(kit: "Kit", make: "Make") -> None:
    """With an address; so has a reviewer, whom this does not concern."""
    with kit.transaction() as db:
        for role in (Role.PRIVACY, Role.REVIEWER):
            person = make.staff(db, role)
            address = f"{role}@example.org"
            write_address(Means(kit.vault, kit.lookup), person, address)


def _due(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.artifact(db, make.upload(db, make.ready(db)), rule="superseded")


def _watch(house: "House") -> None:
    job = next(job for name, job in PERIODIC.items() if name.value == "watch_purge")
    job(house)


def _told(kit: "Kit") -> list[str]:
    return sorted(mail.kind for mail in kit.all(StaffMail))


def test_nobody_is_told_of_what_goes_well(kit: "Kit", make: "Make", house: "House") -> None:
    _due(kit, make)
    _watch(house)
    purge(house)
    kit.later(days=3)
    _watch(house)
    assert _told(kit) == []
    assert Action.SYSTEM_PURGE_ALARMED not in kit.actions()


def test_what_is_overdue_is_mailed_to_the_privacy_officer_alone(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    _due(kit, make)
    kit.moment += 16 * MINUTE
    _watch(house)
    assert _told(kit) == ["purge_overdue"]
    run(house, kit.woken.pop())
    ((letter, _id),) = post.letters
    assert letter.to == "privacy_officer@example.org"
    assert "Personal data is kept for longer than it may be" in letter.subject
    assert "The page Retention" in letter.body


def test_it_is_told_once_a_day_for_as_long_as_it_lasts(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _due(kit, make)
    kit.moment += 16 * MINUTE
    for _ in range(3):
        _watch(house)
        kit.moment += 5 * MINUTE
    assert _told(kit) == ["purge_overdue"]
    kit.later(days=1)
    _watch(house)
    assert _told(kit) == ["purge_overdue"] * 2
    purge(house)
    kit.later(days=1)
    _watch(house)
    assert _told(kit) == ["purge_overdue"] * 2
    assert kit.actions().count(Action.SYSTEM_PURGE_ALARMED) == 2


def test_a_purge_that_has_stopped_is_told_at_once(kit: "Kit", make: "Make", house: "House") -> None:
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)
    _watch(house)
    kit.moment += 30 * MINUTE
    _watch(house)
    assert _told(kit) == ["purge_halted"]  # that all of it is overdue by now is no further news


def test_a_clock_in_doubt_is_told_and_its_alarm_does_not_silence_the_next(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    """The alarm of a clock that is eight years ahead stands in the log as of then."""
    right = kit.moment
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, record_rule="record_rejected", record_destroy_at=right)
    kit.later(days=8 * 365)
    _watch(house)
    kit.moment = right
    _watch(house)
    assert _told(kit) == ["purge_halted"] * 2


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_clocks_that_differ_are_told(kit: "Kit", house: "House") -> None:
    ahead = replace(house.runtime, real_now=lambda: real_clock() + timedelta(hours=1))
    _watch(replace(house, runtime=ahead))
    assert _told(kit) == ["purge_halted"]


def test_what_the_store_keeps_for_a_day_is_told(kit: "Kit", make: "Make", house: "House") -> None:
    _due(kit, make)
    kit.objects.go_down()
    purge(house)
    with kit.transaction() as db:
        (receipt,) = kit.all(Receipt)
        mark_left(db, {receipt.subject_id: "1 versions left (AccessDenied)"}, kit.now)
    _watch(house)
    assert _told(kit) == []
    kit.later(days=1)
    kit.moment += MINUTE
    _watch(house)
    assert _told(kit) == ["purge_kept"]
    kit.objects.come_back()
    purge(house)
    kit.later(days=2)
    _watch(house)
    assert _told(kit) == ["purge_kept"]


def test_two_workers_tell_it_once(kit: "Kit", make: "Make") -> None:
    _due(kit, make)
    kit.moment += 16 * MINUTE

    def one(_number: int) -> int:
        with kit.transaction() as db:
            return len(alarm(db, kit.now, kit.runtime.real_now))

    assert sorted(race(2, one), key=str) == [0, 1]
    assert _told(kit) == ["purge_overdue"]
