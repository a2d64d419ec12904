"""Owns the tests of the copy in a bucket: written once, whole, and checked like any export."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit.checkpoints import advance
from kyc.audit.export import ExportDiffersError
from kyc.audit.shipping import fetch, keep_shipment, next_piece, send, shipped
from kyc.audit.signer import Signer
from kyc.audit.verify import Report, verify_export
from kyc.errors import ConflictError
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_guard import unguard_statements
from kyc.models.audit_shipment import AuditShipment
from storage.errors import MissingObjectError
from storage.memory import MemoryObjects

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]
Grow = Callable[[int], None]


@pytest.fixture
def bucket() -> MemoryObjects:
    return MemoryObjects()


@pytest.fixture
def grow(sessions: Sessions, write_events: Write, signer: Signer) -> Grow:
    """Adds events and signs them."""

    def grow(count: int) -> None:
        write_events(sessions, count)
        with sessions() as db:
            advance(db, signer, NOW, at_once=True)
            db.commit()

    return grow


def ship(sessions: Sessions, bucket: MemoryObjects, *, is_kept: bool = True) -> None:
    with sessions() as db:
        while piece := next_piece(db, bucket):
            send(bucket, piece)
            if not is_kept:
                return
            keep_shipment(db, piece, NOW)
            db.commit()


@pytest.fixture(autouse=True)
def shipments(sessions: Sessions) -> None:
    with sessions() as db:
        AuditShipment.metadata.tables["audit_shipment"].create(db.get_bind())


def test_what_was_shipped_comes_back_as_a_sound_export(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow, signer: Signer, tmp_path: Path
) -> None:
    for count in (3, 4):
        grow(count)
        ship(sessions, bucket)
    assert fetch(bucket, tmp_path / "copy") == 7
    report = verify_export(tmp_path / "copy", signer.trusted)
    assert report == Report(events=7, signed=7, findings=())


def test_a_piece_ends_at_a_signature(sessions: Sessions, grow: Grow) -> None:
    for count in (3, 4, 5):
        grow(count)
    with sessions() as db:
        piece = next_piece(db, MemoryObjects(), most=8)
        assert piece is not None
        assert (piece.first, piece.last) == (1, 7)
        assert piece.events.count(b"\n") == 7
        assert piece.notes.count(b"\n") == 2


def test_events_without_a_signature_are_not_shipped(
    sessions: Sessions, write_events: Write
) -> None:
    write_events(sessions, 3)
    with sessions() as db:
        assert next_piece(db, MemoryObjects()) is None


def test_a_piece_whose_sender_died_is_sent_again(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow, tmp_path: Path
) -> None:
    grow(3)
    ship(sessions, bucket, is_kept=False)
    grow(2)
    ship(sessions, bucket)
    with sessions() as db:
        assert shipped(db) == 5
    assert fetch(bucket, tmp_path / "copy") == 5


def test_another_piece_under_its_name_is_told(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow
) -> None:
    grow(3)
    bucket.put("events/000000000001-000000000003", b"other")
    with pytest.raises(ExportDiffersError, match="another"):
        ship(sessions, bucket)


def test_a_piece_without_its_notes_does_not_count(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow, signer: Signer, tmp_path: Path
) -> None:
    grow(3)
    with sessions() as db:
        piece = next_piece(db, bucket)
        assert piece is not None
    bucket.put(piece.events_name, piece.events)
    grow(2)
    ship(sessions, bucket)
    assert fetch(bucket, tmp_path / "copy") == 5
    assert verify_export(tmp_path / "copy", signer.trusted).is_sound


def test_an_older_database_does_not_write_over_what_the_bucket_knows(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow
) -> None:
    grow(3)
    ship(sessions, bucket)
    grow(3)
    ship(sessions, bucket)
    with sessions() as db:
        for unguard in unguard_statements(db.get_bind().dialect.name):
            db.execute(text(unguard))
        db.execute(delete(AuditShipment).where(AuditShipment.first == 4))
        db.execute(delete(AuditCheckpoint).where(AuditCheckpoint.size == 6))
        db.commit()
    grow(1)
    with pytest.raises(ExportDiffersError, match="already holds"):
        ship(sessions, bucket)


def test_a_piece_taken_out_of_the_bucket_is_missed(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow, tmp_path: Path
) -> None:
    for count in (3, 4):
        grow(count)
        ship(sessions, bucket)
    bucket.shred("events/000000000001-000000000003")
    with pytest.raises(MissingObjectError):
        fetch(bucket, tmp_path / "copy")


def test_a_piece_and_its_notes_taken_out_are_missed(
    sessions: Sessions, bucket: MemoryObjects, grow: Grow, tmp_path: Path
) -> None:
    for count in (3, 4):
        grow(count)
        ship(sessions, bucket)
    bucket.shred("events/000000000001-000000000003")
    bucket.shred("notes/00000000/000000000003")
    with pytest.raises(MissingObjectError):
        fetch(bucket, tmp_path / "copy")


def test_it_fetches_into_a_new_directory_only(bucket: MemoryObjects, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(ConflictError, match="not empty"):
        fetch(bucket, tmp_path)
