"""Owns the attempts to change the log through the database itself; each must be refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit.checkpoints import checkpoint
from kyc.audit.sequencer import chain_pending
from kyc.audit.signer import Signer
from kyc.models.audit_event import AuditEvent
from kyc.models.audit_guard import guard_statements, role_statements, unguard_statements

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]

# Rows 1 to 3 are placed, rows 4 and 5 wait; there is one checkpoint, of size 3.
CHANGE = "UPDATE audit_outbox SET "
ATTACKS = {
    "delete a placed event": "DELETE FROM audit_outbox WHERE pos = 2",
    "delete a waiting event": "DELETE FROM audit_outbox WHERE id = 4",
    "delete everything": "DELETE FROM audit_outbox",
    "change a body": CHANGE + "body = 'x' WHERE pos = 2",
    "change a waiting body": CHANGE + "body = 'x' WHERE id = 4",
    "change the action": CHANGE + "action = 'x' WHERE pos = 2",
    "change the case": CHANGE + "case_id = 'x' WHERE id = 4",
    "change the time": CHANGE + "at = '2020-01-01 00:00:00' WHERE id = 4",
    "change the row number": CHANGE + "id = 9 WHERE id = 4",
    "change a hash": CHANGE + "hash = prev WHERE pos = 2",
    "take a place away": CHANGE + "pos = NULL, prev = NULL, hash = NULL WHERE pos = 3",
    "move a placed event": CHANGE + "pos = 9 WHERE pos = 3",
    "touch without change": CHANGE + "pos = pos WHERE pos = 3",
    "place after a gap": CHANGE + "pos = 5, prev = {new}, hash = {other} WHERE id = 4",
    "place behind nobody": CHANGE + "pos = 4, prev = {new}, hash = {other} WHERE id = 4",
    "place without a hash": CHANGE + "pos = 4, prev = {last} WHERE id = 4",
    "fork": CHANGE + "pos = 3, prev = {first}, hash = {new} WHERE id = 4",
    "fork from the start": CHANGE + "pos = 1, prev = {new}, hash = {other} WHERE id = 4",
    "insert with a place": (
        "INSERT INTO audit_outbox (at, action, body, pos, prev, hash)"
        " VALUES ('2026-03-01 12:00:00', 'x', 'y', 4, {last}, {new})"
    ),
    "delete a checkpoint": "DELETE FROM audit_checkpoint",
    "change a checkpoint": "UPDATE audit_checkpoint SET note = 'x'",
    "grow a checkpoint": "UPDATE audit_checkpoint SET size = 4",
}
ATTACKS_SQLITE = {
    "replace an event": (
        "INSERT OR REPLACE INTO audit_outbox (id, at, action, body)"
        " VALUES (2, '2026-03-01 12:00:00', 'x', 'y')"
    ),
    "replace into": (
        "REPLACE INTO audit_outbox (id, at, action, body)"
        " VALUES (4, '2026-03-01 12:00:00', 'x', 'y')"
    ),
    "place over another": (
        "UPDATE OR REPLACE audit_outbox SET pos = 3, prev = {second}, hash = {new} WHERE id = 4"
    ),
    "replace a checkpoint": (
        "INSERT OR REPLACE INTO audit_checkpoint (id, size, root, at, note, frontier)"
        " SELECT id, size, root, at, 'x', frontier FROM audit_checkpoint"
    ),
    "replace a checkpoint by its size": (
        "INSERT OR REPLACE INTO audit_checkpoint (size, root, at, note, frontier)"
        " SELECT size, root, at, 'x', frontier FROM audit_checkpoint"
    ),
    "insert or change": (
        "INSERT INTO audit_outbox (id, at, action, body) VALUES (2, 'x', 'x', 'x')"
        " ON CONFLICT (id) DO UPDATE SET body = 'x'"
    ),
}
ATTACKS_POSTGRESQL = {
    "truncate": "TRUNCATE audit_outbox",
    "truncate both": "TRUNCATE audit_checkpoint, audit_outbox CASCADE",
    "insert or change": (
        "INSERT INTO audit_outbox (id, at, action, body) VALUES (2, now(), 'x', 'x')"
        " ON CONFLICT (id) DO UPDATE SET body = 'x'"
    ),
}


@pytest.fixture
def log(sessions: Sessions, write_events: Write, signer: Signer) -> Sessions:
    write_events(sessions, 5)
    with sessions() as db:
        chain_pending(db, 3)
        checkpoint(db, signer, NOW, at_once=True)
        db.commit()
    return sessions


def literal(db: Session, value: bytes) -> str:
    if db.get_bind().dialect.name == "sqlite":
        return f"x'{value.hex()}'"
    return f"decode('{value.hex()}', 'hex')"


def filled(db: Session, attack: str) -> str:
    first, second, last = db.scalars(
        select(AuditEvent.hash).where(AuditEvent.pos.is_not(None)).order_by(AuditEvent.pos)
    )
    values = {"first": first, "second": second, "last": last, "new": b"n" * 32, "other": b"o" * 32}
    return attack.format(**{name: literal(db, value or b"") for name, value in values.items()})


def contents(db: Session) -> str:
    tables = ("audit_outbox", "audit_checkpoint")
    rows = [db.execute(text(f"SELECT * FROM {t} ORDER BY id")).all() for t in tables]  # noqa: S608 - two constants
    return json.dumps([[list(row) for row in table] for table in rows], default=str)


def assert_refused(log: Sessions, attack: str) -> None:
    with log() as db:
        before = contents(db)
        with pytest.raises(DBAPIError, match="the audit log is append-only"):
            db.execute(text(filled(db, attack)))
        db.rollback()
        assert contents(db) == before


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses_to(log: Sessions, name: str) -> None:
    assert_refused(log, ATTACKS[name])


@pytest.mark.parametrize("name", ATTACKS_SQLITE)
@pytest.mark.parametrize("sessions", ["sqlite"], indirect=True)
def test_sqlite_refuses_to(log: Sessions, name: str) -> None:
    assert_refused(log, ATTACKS_SQLITE[name])


@pytest.mark.servers
@pytest.mark.parametrize("name", ATTACKS_POSTGRESQL)
@pytest.mark.parametrize("sessions", ["postgresql"], indirect=True)
def test_postgresql_refuses_to(log: Sessions, name: str) -> None:
    assert_refused(log, ATTACKS_POSTGRESQL[name])


def test_an_event_may_be_placed_behind_the_last_one(log: Sessions) -> None:
    with log() as db:
        assert chain_pending(db) == 2
        db.commit()


def test_without_the_guards_the_attacks_would_work(log: Sessions) -> None:
    with log() as db:
        for statement in unguard_statements(db.get_bind().dialect.name):
            db.execute(text(statement))
        for name in ("change a body", "change a checkpoint", "delete everything"):
            db.execute(text(ATTACKS[name]))
        for statement in guard_statements(db.get_bind().dialect.name):
            db.execute(text(statement))


@pytest.mark.servers
def test_the_role_of_the_program_may_write_and_place_and_nothing_else(
    postgres: Sessions, write_events: Write
) -> None:
    write_events(postgres, 2)
    with postgres() as db:
        db.execute(text("CREATE ROLE kyc_app_under_test"))
        for statement in [*role_statements("kyc_app_under_test"), "SET ROLE kyc_app_under_test"]:
            db.execute(text(statement))
        assert chain_pending(db) == 2
        for attack in (
            "DELETE FROM audit_outbox", "UPDATE audit_outbox SET body = 'x'",
            "TRUNCATE audit_outbox", "DELETE FROM audit_checkpoint",
            "UPDATE audit_checkpoint SET note = 'x'", "DROP TABLE audit_outbox",
            "ALTER TABLE audit_outbox DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
        ):  # fmt: skip
            with pytest.raises(DBAPIError, match=r"denied|owner"), db.begin_nested():
                db.execute(text(attack))
        db.rollback()
