"""Owns the replay of the deletion ledger: what is gone goes again, and what is lost is told."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.audit import Action
from kyc.lifecycle import ArtifactState, Stage, Status
from kyc.models import Artifact, AuditEvent, Receipt, VerificationSession
from kyc.retention.ledger import Entry
from kyc.retention.replaying import replay

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def _copy(kit: "Kit", make: "Make", status: Status = Status.VERIFIED) -> Artifact:
    with kit.transaction() as db:
        session = make.ready(db, status=status, decided_at=kit.now)
        return make.artifact(db, make.upload(db, session), rule="approved")


def _entry(kit: "Kit", artifact: Artifact, rule: str = "approved") -> Entry:
    at = kit.now - timedelta(hours=1)
    return Entry(f"rcpt_{'a' * 30}", artifact.id, artifact.kind, rule, at)


def _replay(kit: "Kit", *entries: Entry) -> list[str | None]:
    """The cases whose copy is told to be lost."""
    with kit.transaction() as db:
        assert replay(db, entries, kit.now) == len(entries)
    lost = kit.all(AuditEvent, AuditEvent.action == Action.SYSTEM_COPY_LOST)
    return [event.case_id for event in lost]


def test_a_narrower_copy_that_was_made_after_the_backup_is_told_to_be_lost(
    kit: "Kit", make: "Make"
) -> None:
    copy = _copy(kit, make)
    assert _replay(kit, _entry(kit, copy)) == [copy.session_id]
    assert kit.get(Artifact, copy.id).wrapped_key is None


def test_one_that_is_in_the_backup_is_not(kit: "Kit", make: "Make") -> None:
    copy = _copy(kit, make)
    with kit.transaction() as db:
        upload = make.upload(db, db.get_one(VerificationSession, copy.session_id))
        db.get_one(Artifact, copy.id).upload_id = upload.id
        make.artifact(db, upload, stage=Stage.RETAINED)
    assert _replay(kit, _entry(kit, copy)) == []


@pytest.mark.parametrize(
    ("status", "rule"), [(Status.REJECTED, "approved"), (Status.VERIFIED, "superseded")]
)
def test_what_has_no_narrower_copy_loses_none(
    kit: "Kit", make: "Make", status: Status, rule: str
) -> None:
    assert _replay(kit, _entry(kit, _copy(kit, make, status), rule)) == []


def test_the_receipt_that_was_given_out_is_the_receipt(kit: "Kit", make: "Make") -> None:
    copy = _copy(kit, make)
    entry = _entry(kit, copy)
    _replay(kit, entry)
    (receipt,) = kit.all(Receipt)
    assert (receipt.id, receipt.key_destroyed_at, receipt.ledger_at) == (
        entry.receipt,
        entry.at,
        entry.at,
    )
    row = kit.get(Artifact, copy.id)
    assert (row.state, row.destroy_rule) == (ArtifactState.PURGING, "approved")
    with kit.transaction() as db:
        assert replay(db, [entry], kit.now) == 0, "a second replay changes nothing"
    assert len(kit.all(Receipt)) == 1
