"""Owns what workers do for the audit log beside chaining it: copy it, and check all of it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from kyc.audit.checkpoints import EVERY
from kyc.audit.shipping import fetch
from kyc.audit.verify import verify_export
from kyc.audit.verifying import last_verification
from kyc.models import AuditShipment
from kyc.models.audit_guard import unguard_statements
from storage.errors import UnavailableError
from storage.memory import MemoryObjects
from tests.core.kit import Make
from tests.workers.hands import Outbox, open_house
from workers.auditing import chain_audit, heartbeat, ship_audit, verify_audit

if TYPE_CHECKING:
    from tests.core.kit import Kit
    from workers.house import House


@pytest.fixture
def house(kit: "Kit", make: "Make", tmp_path: Path) -> "House":
    """With a log of a few events that are signed."""
    opened = replace(open_house(kit, tmp_path, Outbox()), audit_bucket=MemoryObjects())
    with kit.transaction() as db:
        make.session(db)
    kit.later(seconds=EVERY.total_seconds())
    heartbeat(opened)
    chain_audit(opened)
    return opened


def test_what_is_signed_is_copied_once(kit: "Kit", house: "House", tmp_path: Path) -> None:
    assert house.audit_bucket is not None
    ship_audit(house)
    ship_audit(house)
    assert len(kit.all(AuditShipment)) == 1
    assert fetch(house.audit_bucket, tmp_path / "copy") == 2
    assert verify_export(tmp_path / "copy", house.signer.trusted).is_sound


def test_nothing_is_copied_where_there_is_no_bucket(kit: "Kit", house: "House") -> None:
    ship_audit(replace(house, audit_bucket=None))
    assert kit.all(AuditShipment) == []


def test_a_bucket_that_is_away_is_caught_up_with_later(kit: "Kit", house: "House") -> None:
    assert isinstance(house.audit_bucket, MemoryObjects)
    house.audit_bucket.go_down()
    with pytest.raises(UnavailableError):
        ship_audit(house)
    assert kit.all(AuditShipment) == []
    house.audit_bucket.come_back()
    ship_audit(house)
    assert len(kit.all(AuditShipment)) == 1


def test_the_check_of_the_whole_log_is_kept(kit: "Kit", house: "House") -> None:
    verify_audit(house)
    with kit.reading() as db:
        found = last_verification(db)
    assert found is not None
    assert (found.events, found.signed, found.findings) == (2, 2, [])


def test_the_check_finds_what_was_changed(kit: "Kit", house: "House") -> None:
    with kit.transaction() as db:
        for unguard in unguard_statements(db.get_bind().dialect.name):
            db.execute(text(unguard))
        db.execute(text("UPDATE audit_outbox SET action = 'x' WHERE pos = 2"))
    verify_audit(house)
    with kit.reading() as db:
        found = last_verification(db)
    assert found is not None
    assert [finding["kind"] for finding in found.findings] == ["column"]
