"""Owns that a wrong clock forgets nobody: years ahead, a day back, two machines, summer time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from kyc.audit import OPERATOR
from kyc.clock import Uptime, real_clock
from kyc.lifecycle import ArtifactState, Status
from kyc.models import Artifact, LegalHold, PurgeRun, Receipt, VerificationSession
from kyc.policy.retention import years_after
from kyc.retention.guard import let_through
from kyc.retention.holding import Order, set_hold
from kyc.retention.relationships import end_relationship
from storage.memory import MemoryObjects
from storage.vault import Vault
from tests.core.databases import ON_SQLITE, POSTGRESQL
from tests.workers.hands import Outbox, open_house
from workers.expiring import expire
from workers.narrowing import narrow_due
from workers.owed import run
from workers.purging import purge

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House

TALLINN = ZoneInfo("Europe/Tallinn")
SECOND = timedelta(seconds=1)


@pytest.fixture
def house(kit: "Kit", tmp_path: Path) -> "House":
    return open_house(kit, tmp_path, Outbox())


def _forget(house: "House") -> None:
    """Every job that a clock sets off."""
    expire(house)
    narrow_due(house)
    purge(house)


def _town(kit: "Kit", make: "Make") -> None:
    """Many people whose verification runs, and many whose details have years to go."""
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, status="requires_input", expires_at=kit.now + timedelta(days=7))
            make.queued(
                db,
                status="verified",
                waiting_since=None,
                record_rule="record_approved",
                record_destroy_at=kit.now + timedelta(days=2000),
            )


def _statuses(kit: "Kit") -> set[str]:
    return {session.status for session in kit.all(VerificationSession)}


def test_eight_years_ahead_forget_nobody_until_a_person_says_so(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _town(kit, make)
    with kit.transaction() as db:
        picture = make.artifact(db, make.upload(db, make.ready(db)))
    true_time = kit.now
    kit.moment = years_after(kit.now, 8)
    for _ in range(3):
        _forget(house)
    assert kit.all(Receipt) == []
    assert _statuses(kit) == {"requires_input", "verified"}
    assert kit.get(Artifact, picture.id).wrapped_key is not None
    kit.moment = true_time  # somebody has set it right
    _forget(house)
    assert kit.all(Receipt) == []
    assert _statuses(kit) == {"requires_input", "verified"}


def test_a_person_who_has_looked_lets_expiry_through(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, status="requires_input", expires_at=kit.now)
    _forget(house)
    assert _statuses(kit) == {"requires_input"}
    with kit.transaction() as db:
        let_through(db, kit.now, kit.runtime.real_now)
    run(house, kit.woken.pop())
    assert _statuses(kit) == {"expired"}


def test_a_day_back_destroys_nothing_and_a_day_on_it_goes_once(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        due = make.artifact(db, make.upload(db, make.ready(db)), rule="abandoned")
    kit.moment = (due.destroy_at or kit.now) - timedelta(hours=1)
    kit.later(days=-1)
    _forget(house)
    assert kit.get(Artifact, due.id).state == ArtifactState.STORED
    kit.moment = due.destroy_at or kit.now
    _forget(house)
    kit.later(days=-1)
    _forget(house)
    assert kit.get(Artifact, due.id).state == ArtifactState.PURGED
    assert len(kit.all(Receipt)) == 1


@pytest.mark.parametrize("minutes", [4, -4])
@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_a_thing_is_due_by_the_clock_of_the_database(
    kit: "Kit", make: "Make", house: "House", minutes: int
) -> None:
    """Where the worker's is off by less than stops it: neither too early nor too late."""
    off = timedelta(minutes=minutes)
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        due, later = (make.artifact(db, upload, rule="superseded") for _ in range(2))
        due.destroy_at = kit.now - timedelta(minutes=2)
        later.destroy_at = kit.now + timedelta(minutes=2)
    machine = replace(house.runtime, now=lambda: kit.now + off, real_now=lambda: real_clock() + off)
    _forget(replace(house, runtime=machine))
    assert kit.get(Artifact, due.id).state == ArtifactState.PURGED
    assert kit.get(Artifact, later.id).wrapped_key is not None
    (receipt,) = kit.all(Receipt)
    assert receipt.absent_at is not None
    assert abs(receipt.absent_at - receipt.key_destroyed_at) < SECOND


def _small_town(kit: "Kit", make: "Make") -> Artifact:
    """So little that no count looks strange: a picture, details, a verification that runs."""
    later = kit.now + timedelta(days=2000)
    with kit.transaction() as db:
        make.queued(db, status="requires_input", expires_at=kit.now + timedelta(days=7))
        make.queued(
            db, status="verified", waiting_since=None,
            record_rule="record_approved", record_destroy_at=later,
        )  # fmt: skip
        return make.artifact(db, make.upload(db, make.ready(db)))


def _at(house: "House", moment: datetime, up: Uptime | None) -> "House":
    runtime = replace(house.runtime, now=lambda: moment, real_now=lambda: moment, uptime=lambda: up)
    return replace(house, runtime=runtime)


@pytest.mark.parametrize("up", [Uptime("same", 700.0), Uptime("another", 5.0), None])
@ON_SQLITE
def test_eight_years_ahead_forget_nobody_in_a_small_house_either(
    kit: "Kit", make: "Make", house: "House", up: Uptime | None
) -> None:
    """Set while the machine ran, at its restart, or where it does not tell how long it runs."""
    picture, start = _small_town(kit, make), kit.now
    _forget(_at(house, start, up and Uptime("same", 100.0)))
    for _ in range(3):
        _forget(_at(house, years_after(start, 8), up))
    assert kit.all(Receipt) == []
    assert _statuses(kit) >= {"requires_input", "verified"}
    assert kit.get(Artifact, picture.id).wrapped_key is not None
    _forget(_at(house, start + timedelta(minutes=10), up))
    assert kit.all(Receipt) == [], "it has been set right"
    assert kit.all(PurgeRun)[-1].halt == ""


@ON_SQLITE
def test_a_person_says_that_the_house_was_away_for_eight_years(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    picture, start = _small_town(kit, make), kit.now
    _forget(_at(house, start, Uptime("same", 100.0)))
    later = _at(house, years_after(start, 8), Uptime("another", 5.0))
    _forget(later)
    assert kit.all(PurgeRun)[-1].halt == "moved"
    with kit.transaction() as db:
        assert let_through(db, later.runtime.now(), later.runtime.real_now).reason == "moved"
    run(later, kit.woken.pop())
    _forget(later)
    assert kit.get(Artifact, picture.id).state == ArtifactState.PURGED
    assert "requires_input" not in _statuses(kit)


@ON_SQLITE
def test_a_store_on_another_machine_is_a_witness(kit: "Kit", make: "Make", house: "House") -> None:
    picture, start = _small_town(kit, make), kit.now
    eight = years_after(start, 8)

    class Elsewhere(MemoryObjects):
        time = start

        def now(self) -> datetime:  # type: ignore[override]  # this one has a clock
            return self.time

    store = Elsewhere()
    runtime = replace(house.runtime, vault=Vault(store, house.runtime.vault.keys))
    apart = replace(house, runtime=runtime)
    for _ in range(2):
        _forget(_at(apart, eight, None))
    assert kit.get(Artifact, picture.id).wrapped_key is not None
    assert kit.all(PurgeRun)[-1].halt == "clock"
    store.time = eight
    _forget(_at(apart, eight, None))
    assert kit.get(Artifact, picture.id).wrapped_key is None, "it agrees: eight years have passed"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_of_two_machines_the_one_that_disagrees_with_the_database_does_nothing(
    kit: "Kit", make: "Make", house: "House", minutes: int
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        due = make.artifact(db, make.upload(db, session), rule="superseded")
        late = make.queued(db, status="requires_input", expires_at=kit.now)
    skewed = replace(kit.runtime, real_now=lambda: real_clock() + timedelta(minutes=minutes))
    has_own_clock = kit.engine.dialect.name != "sqlite"
    _forget(replace(house, runtime=skewed))
    assert (kit.get(Artifact, due.id).wrapped_key is not None) == has_own_clock
    assert (kit.get(VerificationSession, late.id).status == "requires_input") == has_own_clock
    _forget(house)
    assert kit.get(Artifact, due.id).state == ArtifactState.PURGED
    assert kit.get(VerificationSession, late.id).status == Status.EXPIRED


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_of_summer_time_is_a_day_by_universal_time(
    kit: "Kit", make: "Make", day: date
) -> None:
    """Nobody's wall clock counts: the day of 23 or 25 hours in Tallinn ends at midnight UTC."""
    kit.moment = datetime(day.year, day.month, day.day, 0, 30, tzinfo=TALLINN).astimezone(UTC)
    with kit.transaction() as db:
        session = make.ready(db, status=Status.VERIFIED, decided_at=kit.now - timedelta(days=2))
        order = Order("legal_claim", day)
        hold = set_hold(db, kit.vault, session.id, order, by=OPERATOR, now=kit.now)
        yesterday = day - timedelta(days=1)
        (ended,) = end_relationship(db, session.id, yesterday, years=7, now=kit.now)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert kit.get(LegalHold, hold.id).until == midnight + timedelta(days=1)
    assert ended.destroy_at == midnight.replace(year=day.year + 7)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_hold_holds_through_the_hour_that_is_skipped_or_comes_twice(
    kit: "Kit", make: "Make", house: "House", day: date
) -> None:
    kit.moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=10)
    with kit.transaction() as db:
        session = make.ready(db)
        picture = make.artifact(db, make.upload(db, session), rule="superseded")
        hold = set_hold(
            db, kit.vault, session.id, Order("legal_claim", day), by=OPERATOR, now=kit.now
        )
    for hour in (0, 1, 2):
        kit.moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        purge(house)
        assert kit.get(Artifact, picture.id).state == ArtifactState.STORED
    kit.moment = hold.until - SECOND
    purge(house)
    assert kit.get(Artifact, picture.id).state == ArtifactState.STORED
    kit.moment = hold.until
    purge(house)
    assert kit.get(Artifact, picture.id).state == ArtifactState.PURGED
