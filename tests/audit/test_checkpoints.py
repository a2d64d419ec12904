"""Owns the tests of when the log is signed, what is signed, and when signing is refused."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit.checkpoints import BrokenLogError, advance, checkpoint, heartbeat, lag
from kyc.audit.sequencer import chain_pending
from kyc.audit.signer import Signer
from kyc.audit.verify import open_note
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent
from kyc.models.audit_guard import unguard_statements

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]


def tree_head(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 word for word, over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_head(leaves[:k]) + tree_head(leaves[k:])).digest()


def sizes(sessions: Sessions) -> list[int]:
    with sessions() as db:
        return list(db.scalars(select(AuditCheckpoint.size).order_by(AuditCheckpoint.size)))


def step(sessions: Sessions, signer: Signer, now: datetime) -> int:
    with sessions() as db:
        signed = advance(db, signer, now)
        db.commit()
    return signed


def spoil(sessions: Sessions, statement: str) -> None:
    with sessions() as db:
        for unguard in unguard_statements(db.get_bind().dialect.name):
            db.execute(text(unguard))
        db.execute(text(statement))
        db.commit()


def test_it_signs_the_tree_of_rfc_6962(
    sessions: Sessions, write_events: Write, signer: Signer
) -> None:
    for round_ in range(1, 9):
        write_events(sessions, round_)
        assert step(sessions, signer, NOW + round_ * timedelta(minutes=1)) == 1
    with sessions() as db:
        hashes = [h or b"" for h in db.scalars(select(AuditEvent.hash).order_by(AuditEvent.pos))]
        signed = [open_note(c.note, signer.trusted) for c in db.scalars(select(AuditCheckpoint))]
    assert [c.size for c in signed] == [1, 3, 6, 10, 15, 21, 28, 36]
    assert [c.root for c in signed] == [tree_head(hashes[: c.size]) for c in signed]


def test_it_signs_once_a_minute(sessions: Sessions, write_events: Write, signer: Signer) -> None:
    write_events(sessions, 1)
    assert step(sessions, signer, NOW) == 1
    write_events(sessions, 1)
    assert step(sessions, signer, NOW + timedelta(seconds=59)) == 0
    assert step(sessions, signer, NOW + timedelta(seconds=60)) == 1
    assert step(sessions, signer, NOW + timedelta(hours=1)) == 0  # nothing new
    assert sizes(sessions) == [1, 2]


def test_it_signs_every_thousand_events_without_waiting(
    sessions: Sessions, write_events: Write, signer: Signer
) -> None:
    write_events(sessions, 2001)
    assert step(sessions, signer, NOW) == 2
    assert sizes(sessions) == [1000, 2000]


def test_a_clock_that_was_put_back_does_not_stop_the_signatures(
    sessions: Sessions, write_events: Write, signer: Signer
) -> None:
    write_events(sessions, 1)
    step(sessions, signer, NOW)
    write_events(sessions, 1)
    assert step(sessions, signer, NOW - timedelta(days=1)) == 1


SPOILT = {
    "an event since": "UPDATE audit_outbox SET body = 'x' WHERE pos = 4",
    "a place since": "DELETE FROM audit_outbox WHERE pos = 4",
    "the frontier": "UPDATE audit_checkpoint SET frontier = root",
    "the note": "UPDATE audit_checkpoint SET note = replace(note, '3', '4')",
    "the last signed event": (
        "UPDATE audit_outbox SET hash = root FROM audit_checkpoint WHERE pos = 3"
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_it_signs_nothing_over_a_broken_log(
    sessions: Sessions, write_events: Write, signer: Signer, name: str
) -> None:
    write_events(sessions, 3)
    step(sessions, signer, NOW)
    write_events(sessions, 3)
    with sessions() as db:
        chain_pending(db)
        db.commit()
    spoil(sessions, SPOILT[name])
    with sessions() as db, pytest.raises(BrokenLogError):
        checkpoint(db, signer, NOW, at_once=True)
    assert sizes(sessions) == [3]


@pytest.mark.servers
def test_only_one_signs_at_a_time(postgres: Sessions, write_events: Write, signer: Signer) -> None:
    write_events(postgres, 1)
    with postgres() as first, postgres() as second:
        assert advance(first, signer, NOW) == 1
        assert advance(second, signer, NOW) == 0


def test_the_lag_tells_what_is_unsigned_and_for_how_long(
    sessions: Sessions, write_events: Write, signer: Signer
) -> None:
    with sessions() as db:
        assert (lag(db, NOW).unsigned, lag(db, NOW).oldest) == (0, timedelta(0))
    write_events(sessions, 2)
    with sessions() as db:
        late = lag(db, NOW + timedelta(seconds=90))
        assert (late.pending, late.unsigned, late.oldest) == (2, 2, timedelta(seconds=90))
        advance(db, signer, NOW)
        assert lag(db, NOW).unsigned == 0


def test_a_heartbeat_is_one_event(sessions: Sessions) -> None:
    with sessions() as db:
        heartbeat(db, NOW)
        db.commit()
        assert db.scalars(select(AuditEvent.action)).all() == ["system:heartbeat:sent"]
