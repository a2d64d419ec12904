"""Owns the tests of what is late about the log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit.checkpoints import advance, heartbeat
from kyc.audit.lateness import Late, is_stuck, late
from kyc.audit.shipping import keep_shipment, next_piece
from kyc.audit.signer import Signer
from kyc.audit.verify import Finding, Report
from kyc.audit.verifying import keep_verification, last_verification
from kyc.models.audit_shipment import AuditShipment
from kyc.models.audit_verification import AuditVerification
from storage.memory import MemoryObjects

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]


@pytest.fixture(autouse=True)
def tables(sessions: Sessions) -> None:
    with sessions() as db:
        for model in (AuditShipment, AuditVerification):
            model.metadata.tables[model.__tablename__].create(db.get_bind())


@pytest.fixture
def healthy(sessions: Sessions, write_events: Write, signer: Signer) -> Sessions:
    """Everything happened at NOW: an event, a heartbeat, a check, a signature, a shipment."""
    write_events(sessions, 1)
    with sessions() as db:
        heartbeat(db, NOW)
        keep_verification(db, Report(1, 1, ()), NOW)
        db.flush()
        advance(db, signer, NOW, at_once=True)
        piece = next_piece(db, MemoryObjects())
        assert piece is not None
        keep_shipment(db, piece, NOW)
        db.commit()
    return sessions


def test_nothing_is_late_in_an_empty_log(sessions: Sessions) -> None:
    with sessions() as db:
        assert late(db, NOW, ships=True) == frozenset()


def test_nothing_is_late_when_all_was_done(healthy: Sessions) -> None:
    with healthy() as db:
        assert late(db, NOW + timedelta(minutes=4), ships=True) == frozenset()


def test_silence_shows(healthy: Sessions) -> None:
    with healthy() as db:
        assert late(db, NOW + timedelta(minutes=16), ships=True) == {Late.HEARTBEAT}
        assert late(db, NOW + timedelta(hours=4), ships=True) == {Late.HEARTBEAT, Late.VERIFICATION}


def test_an_event_that_nobody_signs_is_late(healthy: Sessions, write_events: Write) -> None:
    write_events(healthy, 1)
    with healthy() as db:
        assert Late.SIGNATURE not in late(db, NOW + timedelta(minutes=5), ships=True)
        assert not is_stuck(db, NOW + timedelta(minutes=5))
        assert Late.SIGNATURE in late(db, NOW + timedelta(minutes=6), ships=True)
        assert is_stuck(db, NOW + timedelta(minutes=6))


def test_a_signed_event_that_is_not_copied_is_late_where_there_is_a_bucket(
    healthy: Sessions, write_events: Write, signer: Signer
) -> None:
    write_events(healthy, 1)
    with healthy() as db:
        advance(db, signer, NOW, at_once=True)
        db.commit()
        later = NOW + timedelta(minutes=31)
        assert Late.SHIPMENT in late(db, later, ships=True)
        assert Late.SHIPMENT not in late(db, later, ships=False)


def test_a_log_that_did_not_verify_is_told_until_it_does(healthy: Sessions) -> None:
    with healthy() as db:
        findings = (Finding("broken", 2, 2, "the hash differs"),)
        keep_verification(db, Report(2, 2, findings), NOW)
        db.flush()
        kept = last_verification(db)
        assert kept is not None
        assert kept.findings == [
            {"kind": "broken", "first": 2, "last": 2, "text": "the hash differs"}
        ]
        assert late(db, NOW, ships=True) == {Late.UNSOUND}
        keep_verification(db, Report(3, 3, ()), NOW)
        db.flush()
        assert late(db, NOW, ships=True) == frozenset()
