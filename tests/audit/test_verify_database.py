"""Owns the tests of the check inside the database, whose guards an owner could take away."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit.checkpoints import advance
from kyc.audit.database import verify_database
from kyc.audit.sequencer import chain_pending
from kyc.audit.signer import Signer
from kyc.audit.verify import Report
from kyc.models.audit_guard import unguard_statements

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]

SPOILT = {
    "body": ("UPDATE audit_outbox SET body = replace(body, '4', '9') WHERE pos = 5", "broken", 5),
    "deleted": ("DELETE FROM audit_outbox WHERE pos = 5", "missing", 5),
    "column": ("UPDATE audit_outbox SET action = 'x' WHERE pos = 5", "column", 5),
    "moment": ("UPDATE audit_outbox SET at = '2020-01-01 00:00:00' WHERE pos = 5", "column", 5),
    "actor": ("UPDATE audit_outbox SET actor = 'x' WHERE pos = 5", "column", 5),
    "case": ("UPDATE audit_outbox SET case_id = 'x' WHERE pos = 5", "column", 5),
    "prev": (
        "UPDATE audit_outbox SET prev = root FROM audit_checkpoint WHERE pos = 5",
        "column",
        5,
    ),
    "end": ("DELETE FROM audit_outbox WHERE pos > 4", "truncated", 5),
    "note": ("UPDATE audit_checkpoint SET note = 'x'", "checkpoint", 5),
    "no json": ("UPDATE audit_outbox SET body = 'x' WHERE pos = 5", "unreadable", 5),
}


@pytest.fixture
def log(sessions: Sessions, write_events: Write, signer: Signer) -> Sessions:
    """Six signed events, two that wait for a signature, one that waits for its place."""
    write_events(sessions, 6)
    with sessions() as db:
        advance(db, signer, NOW, at_once=True)
        db.commit()
    write_events(sessions, 3)
    with sessions() as db:
        chain_pending(db, 2)
        db.commit()
    return sessions


def test_a_sound_log_says_how_much_of_it_is_signed(log: Sessions, signer: Signer) -> None:
    with log() as db:
        assert verify_database(db, signer.trusted) == Report(events=8, signed=6, findings=())


@pytest.mark.parametrize("name", SPOILT)
def test_it_finds_and_places_what_was_spoilt(log: Sessions, signer: Signer, name: str) -> None:
    statement, kind, place = SPOILT[name]
    with log() as db:
        for unguard in unguard_statements(db.get_bind().dialect.name):
            db.execute(text(unguard))
        db.execute(text(statement))
        db.commit()
        found = verify_database(db, signer.trusted).findings[0]
    assert found.kind == kind
    assert found.first <= place <= found.last


def test_a_checkpoint_kept_elsewhere_shows_a_restored_older_database(
    log: Sessions, signer: Signer
) -> None:
    kept = signer.sign(12, bytes(32), NOW)
    with log() as db:
        report = verify_database(db, signer.trusted, [kept])
    assert (report.findings[0].kind, report.findings[0].first) == ("truncated", 9)
