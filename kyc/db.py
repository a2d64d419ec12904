"""Owns the engine and the session factory, with the rules each database needs."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Update, create_engine, event, func, select
from sqlalchemy.orm import Session, sessionmaker

READ_ONLY = "kyc_read_only"
"""Execution option of a unit of work that only reads: SQLite then takes no write lock."""

_ASKING = timedelta(seconds=1)
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=15000",
    "foreign_keys=ON",
    "secure_delete=ON",
    # 16 MiB, used as needed: a slice of a purge touches more pages than the 2 MiB of the default
    # hold, and writes some of them to the log many times.
    "cache_size=-16384",
)


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; its errors name no values, for they reach the log."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    return create_engine(
        url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 5}
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A unit of work that only reads and is never committed."""
    with sessions() as db:
        mark_read_only(db)
        yield db


def mark_read_only(db: Session) -> None:
    db.connection(execution_options={READ_ONLY: True})


def lock(db: Session, row: object) -> None:
    """Reads the row again and holds it until the transaction ends; others wait for it.

    What was read before the lock may be stale on PostgreSQL; SQLite has one writer at a time.
    Where several rows are held, the session's is the first.
    """
    db.flush()  # a refresh would drop what was changed before
    db.refresh(row, with_for_update=True)


def database_now(db: Session) -> datetime | None:
    """When this transaction began, by the server's clock; None for SQLite, which has ours."""
    if db.get_bind().dialect.name == "sqlite":
        return None
    return db.scalar(select(func.now()))


def common_now(db: Session, now: datetime, real_now: Callable[[], datetime]) -> datetime:
    """The moment by the database's clock, which is one for all machines.

    A demonstration's clock stays as far ahead of it as it is of the machine's. Less than a second
    is the time of asking, and no difference.
    """
    theirs = database_now(db)
    ahead = timedelta() if theirs is None else theirs - real_now()
    return now if abs(ahead) < _ASKING else now + ahead


def changed_one(db: Session, statement: Update) -> bool:
    """Whether a conditional UPDATE won its row: of several that try at once, one does."""
    result = db.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def truncate_wal(engine: Engine) -> None:
    """Empties SQLite's write-ahead log, so that an overwritten key is not found there."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # pysqlite must not begin by itself: its deferred BEGIN loses concurrent updates.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
