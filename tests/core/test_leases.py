"""Owns leases: one holder at a time, and a late one cannot commit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from kyc.jobs import OwedJobName
from kyc.leases import (
    MAX_TRIES,
    SPAN,
    Lease,
    LostLeaseError,
    hold,
    owe,
    owing,
    put_off,
    settle,
    take,
)
from kyc.models import OwedJob
from tests.core.kit import race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


@pytest.fixture
def job_id(kit: "Kit", make: "Make") -> str:
    with kit.transaction() as db:
        return make.job(db).id


def _take(kit: "Kit", job_id: str) -> Lease | None:
    with kit.transaction() as db:
        return take(db, job_id, kit.now)


def _taken(kit: "Kit", job_id: str) -> Lease:
    lease = _take(kit, job_id)
    assert lease is not None
    return lease


def _owing(kit: "Kit") -> list[str]:
    with kit.reading() as db:
        return list(owing(db, kit.now))


def test_what_is_owed_is_owed_from_the_commit_on(kit: "Kit") -> None:
    with kit.transaction() as db:
        owe(db, OwedJobName.REDACT, "up_1", kit.now)
    (job,) = kit.all(OwedJob)
    assert kit.woken == [job.id]
    assert _owing(kit) == [job.id]


def test_a_job_that_is_held_is_not_given_again(kit: "Kit", job_id: str) -> None:
    assert _take(kit, job_id) is not None
    assert _take(kit, job_id) is None


def test_the_fence_rises_with_each_lease(kit: "Kit", job_id: str) -> None:
    first = _taken(kit, job_id)
    kit.moment += SPAN
    second = _taken(kit, job_id)
    assert (first.fence, second.fence) == (1, 2)
    assert (first.tries, second.tries) == (1, 2)


@pytest.mark.parametrize("late", ["settle", "hold", "put_off"])
def test_a_stale_lease_can_do_nothing(kit: "Kit", job_id: str, late: str) -> None:
    stale = _taken(kit, job_id)
    kit.moment += SPAN
    fresh = _taken(kit, job_id)
    acts: dict[str, Callable[[Session], object]] = {
        "settle": lambda db: settle(db, stale, kit.now),
        "hold": lambda db: hold(db, stale),
        "put_off": lambda db: put_off(db, stale, "late", kit.now),
    }
    with pytest.raises(LostLeaseError), kit.transaction() as db:
        acts[late](db)
    with kit.transaction() as db:
        settle(db, fresh, kit.now)
    assert kit.get(OwedJob, job_id).state == "done"


def test_a_job_is_settled_once(kit: "Kit", job_id: str) -> None:
    lease = _taken(kit, job_id)
    with kit.transaction() as db:
        settle(db, lease, kit.now)
    with pytest.raises(LostLeaseError), kit.transaction() as db:
        settle(db, lease, kit.now)
    assert _take(kit, job_id) is None
    assert _owing(kit) == []


def test_a_job_that_was_put_off_waits_longer_each_time_and_fails_at_last(
    kit: "Kit", job_id: str
) -> None:
    waits: list[timedelta] = []
    for number in range(1, MAX_TRIES + 1):
        lease = _taken(kit, job_id)
        with kit.transaction() as db:
            assert put_off(db, lease, "away", kit.now) == (number < MAX_TRIES)
        due = kit.get(OwedJob, job_id).due_at
        waits.append(due - kit.now)
        kit.moment = due - timedelta(seconds=1)
        assert _take(kit, job_id) is None
        kit.moment = due
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert kit.get(OwedJob, job_id).state == "failed"
    assert _take(kit, job_id) is None
    assert _owing(kit) == []


def test_an_error_keeps_its_name_and_no_more(kit: "Kit", job_id: str) -> None:
    lease = _taken(kit, job_id)
    with kit.transaction() as db:
        put_off(db, lease, "x" * 500, kit.now)
    assert kit.get(OwedJob, job_id).last_error == "x" * 60


def test_the_sweep_finds_what_nobody_holds_and_nothing_else(kit: "Kit", make: "Make") -> None:
    def job(db: Session, at: datetime, **values: object) -> str:
        return make.job(db, due_at=at, **values).id

    minute = timedelta(minutes=1)
    with kit.transaction() as db:
        due = job(db, kit.now)
        older = job(db, kit.now - minute)
        lapsed = job(db, kit.now - 2 * minute, lease_until=kit.now)
        job(db, kit.now, lease_until=kit.now + minute)
        job(db, kit.now + minute)
        job(db, kit.now, state="done")
        job(db, kit.now, state="failed")
    assert _owing(kit) == [lapsed, older, due]


def test_an_unknown_job_is_not_taken(kit: "Kit") -> None:
    assert _take(kit, "job_none") is None


def test_of_many_takers_at_once_one_gets_it(kit: "Kit", job_id: str) -> None:
    leases = race(16, lambda _: _take(kit, job_id))
    won = [lease for lease in leases if lease is not None]
    assert [lease.fence for lease in won if isinstance(lease, Lease)] == [1]
    assert len(won) == 1
    assert kit.get(OwedJob, job_id).tries == 1


def test_one_thing_owes_one_job_of_a_kind(kit: "Kit") -> None:
    with kit.transaction() as db:
        owe(db, OwedJobName.REDACT, "up_1", kit.now)
    with pytest.raises(Exception, match=r"(?i)unique"), kit.transaction() as db:
        owe(db, OwedJobName.REDACT, "up_1", kit.now)
