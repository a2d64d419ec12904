"""Owns the databases and the ready-made logs that the audit tests work on."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit import SYSTEM, Action, record
from kyc.audit.signer import Signer
from kyc.audit.verify import GENESIS, Tree, link
from kyc.db import make_sessions
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent
from kyc.models.audit_guard import guard_statements
from kyc.models.base import Base
from tests.engines import make_quick_engine

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]


@dataclass
class Log:
    """A sound log of `size` events, signed at each size in `cuts`: lists that tests may spoil."""

    signer: Signer
    bodies: list[bytes]
    cuts: list[int]
    hashes: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        tree, prev = Tree(), GENESIS
        for body in self.bodies:
            prev = link(prev, body)
            self.hashes.append(prev)
            tree.append(prev)
            if tree.size in self.cuts:
                self.notes.append(self.signer.sign(tree.size, tree.root(), NOW))


def body(number: int) -> bytes:
    return (
        b'{"action":"system:mail:sent","actor":"system:system","at":"2026-03-01T12:00:00.000000Z",'
        b'"case":null,"detail":{"number":%d},"object":null,"v":1}' % number
    )


@pytest.fixture(scope="session")
def signer() -> Signer:
    bare = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), ())
    return Signer(bare.key, (bare.public,))


@pytest.fixture(scope="session")
def make_log(signer: Signer) -> Callable[[int, list[int]], Log]:
    return lambda size, cuts: Log(signer, [body(n) for n in range(1, size + 1)], cuts)


@pytest.fixture
def write_export() -> Callable[[Path, list[bytes], list[str]], Path]:
    def write(directory: Path, lines: list[bytes], notes: list[str]) -> Path:
        directory.mkdir(exist_ok=True)
        (directory / "events-000000000001.jsonl").write_bytes(b"".join(lines))
        notes_text = "".join(json.dumps(note) + "\n" for note in notes)
        (directory / "checkpoints.jsonl").write_text(notes_text)
        (directory / "checkpoint").write_text(notes[-1])
        return directory

    return write


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sessions]:
    """The two tables with their guards, on each kind of database."""
    if request.param == "sqlite":
        yield from _guarded(f"sqlite:///{tmp_path / 'kyc.db'}")
        return
    yield from _guarded(request.getfixturevalue("postgres_database"))


@pytest.fixture
def postgres(postgres_database: str) -> Iterator[Sessions]:
    yield from _guarded(postgres_database)


@pytest.fixture
def write_events() -> Callable[[Sessions, int], None]:
    def write(sessions: Sessions, count: int, now: datetime = NOW) -> None:
        with sessions() as db:
            for number in range(count):
                detail = {"number": number}
                record(db, Action.SYSTEM_MAIL_SENT, actor=SYSTEM, now=now, detail=detail)
            db.commit()

    return write


@pytest.fixture
def postgres_database(postgres_of_audit: str) -> str:
    """The address of an empty database: emptied, which is cheaper than making and dropping one."""
    engine = create_engine(postgres_of_audit)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.execute(text("GRANT USAGE ON SCHEMA public TO PUBLIC"))  # as a new one has it
    engine.dispose()
    return postgres_of_audit


@pytest.fixture(scope="session")
def postgres_of_audit(new_postgres_url: Callable[[], str]) -> str:
    """A database of these tests alone, on the server of all tests of this worker."""
    return new_postgres_url()


def _guarded(address: str) -> Iterator[Sessions]:
    engine = make_quick_engine(address)
    tables = [AuditEvent.metadata.tables[m.__tablename__] for m in (AuditEvent, AuditCheckpoint)]
    Base.metadata.create_all(engine, tables=tables)
    with engine.begin() as connection:
        for statement in guard_statements(engine.dialect.name):
            connection.execute(text(statement))
    yield make_sessions(engine)
    engine.dispose()
