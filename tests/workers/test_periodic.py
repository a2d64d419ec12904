"""Owns the recurring jobs: sweep, purge, expire, audit chain, heartbeat."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kyc.audit.database import verify_database
from kyc.intake.receiving import discard
from kyc.jobs import PeriodicJobName
from kyc.leases import take
from kyc.lifecycle import ArtifactState, Status
from kyc.models import Artifact, AuditCheckpoint, Receipt, Upload, VerificationSession
from tests.core.kit import Make
from tests.workers.hands import Outbox, new_upload, open_house
from workers.auditing import chain_audit, heartbeat
from workers.expiring import expire
from workers.jobs import run_periodic
from workers.periodic import PERIODIC, sweep
from workers.purging import purge
from workers.schedule import PERIODS

if TYPE_CHECKING:
    from tests.core.kit import Kit
    from workers.house import House


@pytest.fixture
def house(kit: "Kit", tmp_path: Path) -> "House":
    return open_house(kit, tmp_path, Outbox())


def test_each_recurring_job_has_a_function_and_a_period() -> None:
    assert set(PERIODIC) == set(PERIODS) == set(PeriodicJobName)


def test_an_unknown_recurring_job_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"os\.system"):
        run_periodic("os.system")


def test_the_sweep_wakes_a_worker_again_when_a_call_was_lost(kit: "Kit", house: "House") -> None:
    new_upload(kit)
    lost = kit.woken.copy()
    kit.woken.clear()
    sweep(house)
    assert kit.woken == lost


def test_the_sweep_leaves_alone_what_somebody_holds(kit: "Kit", house: "House") -> None:
    new_upload(kit)
    with kit.transaction() as db:
        take(db, kit.woken.pop(), kit.now)
    sweep(house)
    assert kit.woken == []


def test_a_purge_removes_what_is_due_and_nothing_else(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        due = make.artifact(db, upload, rule="superseded")
        kept = make.artifact(db, upload, rule="approved")
    purge(house)
    assert kit.get(Artifact, due.id).state == ArtifactState.PURGED
    assert kit.get(Artifact, kept.id).state == ArtifactState.STORED
    assert kit.vault.names() == [kept.object_name]
    (receipt,) = kit.all(Receipt)
    assert (receipt.absent_at, receipt.versions) == (kit.now, 1)


def test_storage_that_is_away_leaves_the_purge_to_be_ended_later(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        ids = [make.artifact(db, upload, rule="superseded").id for _ in range(3)]
    kit.objects.go_down()
    for _ in range(2):
        purge(house)
        rows = [kit.get(Artifact, id_) for id_ in ids]
        assert {(row.state, row.wrapped_key) for row in rows} == {(ArtifactState.PURGING, None)}
    assert [receipt.absent_at for receipt in kit.all(Receipt)] == [None] * 3
    kit.objects.come_back()
    purge(house)
    assert {kit.get(Artifact, id_).state for id_ in ids} == {ArtifactState.PURGED}
    assert kit.vault.names() == []
    assert len(kit.all(Receipt)) == 3


def test_a_purge_of_more_than_a_slice_ends(kit: "Kit", make: "Make", house: "House") -> None:
    with kit.transaction() as db:
        for _ in range(203):
            make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)
    purge(house)
    assert len(kit.all(Receipt)) == 203


def test_the_key_of_a_discarded_photo_is_in_no_file_after_a_purge(
    file_kit: "Kit", tmp_path: Path
) -> None:
    upload_id = new_upload(file_kit)
    raw = file_kit.get(Artifact, file_kit.get(Upload, upload_id).raw_artifact_id)
    assert raw.wrapped_key is not None
    with file_kit.transaction() as db:
        discard(db, db.get_one(Upload, upload_id), file_kit.now)
    purge(open_house(file_kit, tmp_path, Outbox()))
    found = b"".join(path.read_bytes() for path in tmp_path.glob("kyc.db*"))
    assert raw.id.encode() in found
    assert raw.wrapped_key not in found


def test_what_is_overdue_expires_in_slices(kit: "Kit", make: "Make", house: "House") -> None:
    with kit.transaction() as db:
        for _ in range(201):
            make.queued(db, status=Status.CREATED, expires_at=kit.now)
        alive = make.queued(db, status=Status.CREATED, expires_at=kit.now + timedelta(seconds=1))
    expire(house)
    left = kit.all(VerificationSession, VerificationSession.status == Status.CREATED)
    assert [session.id for session in left] == [alive.id]


def test_the_audit_log_is_chained_signed_and_exported(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        make.waiting(db)
    heartbeat(house)
    chain_audit(house)
    assert len(kit.all(AuditCheckpoint)) == 1
    with kit.reading() as db:
        report = verify_database(db, house.signer.trusted)
    assert report.findings == ()
    assert kit.actions()[-1] == "system:heartbeat:sent"
    assert list(kit.runtime.settings.audit_export_dir.glob("*.jsonl"))
