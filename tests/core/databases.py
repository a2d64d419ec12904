"""Owns the two kinds of database that a test gets: fresh, migrated, cheap to make."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kyc.db import make_engine, truncate_wal
from kyc.migration import migrate
from tests.core.kit import Kit, Make, open_kit

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
def postgres_template(postgres_socket: Path) -> str:
    """The name of a migrated database, to be copied."""
    name = f"template_{id(postgres_socket)}"
    with _server(postgres_socket) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
    engine = make_engine(_address(postgres_socket, name))
    migrate(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """`DATABASE_URL` of a migrated database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "kyc.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    socket = request.getfixturevalue("postgres_socket")
    name = f"core_{tmp_path.name}_{id(tmp_path)}"
    with _server(socket) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    yield _address(socket, name)
    with _server(socket) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


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


def _server(socket: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(f"host={socket} user=app dbname=postgres", autocommit=True)


def _address(socket: Path, name: str) -> str:
    return f"postgresql+psycopg://app@/{name}?host={socket}"
