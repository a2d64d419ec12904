"""Owns the two kinds of database that a test gets: fresh, migrated, cheap to make."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kyc.db import make_engine, truncate_wal
from kyc.migration import migrate
from kyc.models import Base
from tests.core.kit import Kit, Make, open_kit

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tables of rules that say nothing about the database: once is enough."""

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.servers)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "kyc.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    truncate_wal(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_migrated(postgres_socket: Path) -> tuple[Path, str]:
    """Socket directory and name of a migrated database, which the tests use one after another."""
    name = f"core_{time.monotonic_ns()}"
    with _connected(postgres_socket, "postgres") as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
    engine = make_engine(_address(postgres_socket, name))
    migrate(engine)
    engine.dispose()
    with _connected(postgres_socket, name) as server:
        server.execute("CREATE SCHEMA migrated")
        server.execute("CREATE TABLE migrated.flow_version AS TABLE flow_version")
    return postgres_socket, name


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """`DATABASE_URL` of a migrated database without a row."""
    if request.param == "sqlite":
        path = tmp_path / "kyc.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    socket, name = request.getfixturevalue("postgres_migrated")
    with _connected(socket, name) as server:
        # A replica fires no triggers: neither the guard of the audit log nor foreign keys.
        emptied = (f'DELETE FROM "{table}"' for table in Base.metadata.tables)  # noqa: S608 - our own
        seeded = "INSERT INTO flow_version SELECT * FROM migrated.flow_version"
        statements = ["SET session_replication_role = replica", *emptied, seeded]
        server.execute("; ".join(statements).encode())  # at once: one answer, not fifty
    return _address(socket, name)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """For what only a file can show."""
    path = tmp_path / "kyc.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", POSTGRESQL])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """`DATABASE_URL` of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("fresh_postgres_url"))


@pytest.fixture
def kit(tmp_path: Path, database_url: str) -> Iterator[Kit]:
    kit = open_kit(tmp_path, database_url)
    yield kit
    kit.engine.dispose()


@pytest.fixture
def file_kit(tmp_path: Path, sqlite_url: str) -> Iterator[Kit]:
    """Always over SQLite."""
    kit = open_kit(tmp_path, sqlite_url)
    yield kit
    kit.engine.dispose()


@pytest.fixture
def make(kit: Kit) -> Make:
    return Make(kit)


def _connected(socket: Path, name: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(f"host={socket} user=app dbname={name}", autocommit=True)


def _address(socket: Path, name: str) -> str:
    return f"postgresql+psycopg://app@/{name}?host={socket}"
