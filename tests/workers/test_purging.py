"""Owns the purge as a job: in slices, past what is stuck, and not past its brake."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kyc.jobs import PeriodicJobName
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, OwedJob, Receipt
from kyc.retention.guard import let_through
from tests.workers.hands import Outbox, open_house
from workers import purging
from workers.owed import run
from workers.periodic import PERIODIC
from workers.purging import LEAVE_LASTS, purge

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House


@pytest.fixture
def house(kit: "Kit", tmp_path: Path) -> "House":
    return open_house(kit, tmp_path, Outbox())


def _due(kit: "Kit", make: "Make", count: int) -> list[Artifact]:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        return [make.artifact(db, upload, rule="superseded") for _ in range(count)]


def _many_records(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)


def _resume(kit: "Kit") -> str:
    with kit.transaction() as db:
        let_through(db, kit.now, kit.runtime.real_now)
    return kit.woken.pop()


def test_slices_go_on_behind_what_cannot_be_removed(
    kit: "Kit", make: "Make", house: "House", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "REMOVED_AT_ONCE", 2)
    rows = sorted(_due(kit, make, 5), key=lambda row: row.object_name)
    kit.objects.lock(rows[0].object_name)
    purge(house)
    states = [kit.get(Artifact, row.id).state for row in rows]
    assert states == [ArtifactState.PURGING] + [ArtifactState.PURGED] * 4
    assert kit.vault.names() == [rows[0].object_name]
    kit.objects.unlock(rows[0].object_name)
    purge(house)
    assert kit.get(Artifact, rows[0].id).state == ArtifactState.PURGED
    assert [receipt.versions for receipt in kit.all(Receipt)] == [1] * 5


def test_what_is_too_much_at_once_keeps_its_keys(kit: "Kit", make: "Make", house: "House") -> None:
    row = _due(kit, make, 1)[0]
    _many_records(kit, make)
    for _ in range(2):
        purge(house)
    assert kit.all(Receipt) == []
    assert kit.get(Artifact, row.id).wrapped_key is not None


def test_what_was_marked_before_is_removed_behind_the_brake(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    row = _due(kit, make, 1)[0]
    kit.objects.go_down()
    purge(house)
    kit.objects.come_back()
    _many_records(kit, make)
    purge(house)
    assert kit.get(Artifact, row.id).state == ArtifactState.PURGED
    assert len(kit.all(Receipt)) == 1


def test_one_run_is_let_through_and_the_next_is_stopped_again(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    row = _due(kit, make, 1)[0]
    _many_records(kit, make)
    job = _resume(kit)
    for _ in range(2):
        run(house, job)
    purge(house)
    assert kit.get(Artifact, row.id).state == ArtifactState.PURGED
    assert len(kit.all(Receipt)) == 502
    _many_records(kit, make)
    run(house, job)
    purge(house)
    assert len(kit.all(Receipt)) == 502


def test_a_leave_does_not_last_for_what_comes_later(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _many_records(kit, make)
    job = _resume(kit)
    kit.moment += LEAVE_LASTS
    kit.later(seconds=1)
    run(house, job)
    assert kit.all(Receipt) == []
    assert kit.get(OwedJob, job).state == "done"


def test_the_daily_job_looks_again_before_it_compares(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    row = _due(kit, make, 1)[0]
    purge(house)
    kit.objects.overwrite(row.object_name, b"x")
    PERIODIC[PeriodicJobName.RECONCILE](house)
    assert kit.vault.names() == []
    assert kit.actions()[-2:] == ["system:purge:came_back", "system:storage:reconciled"]
