"""Owns the rows of a backup: all tables as lines of JSON, the same for every database."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Engine,
    MetaData,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)

from kyc.migration import migrate, revision_of
from kyc.models import Base
from kyc.models.audit_guard import guard_statements, unguard_statements

BATCH = 500
SEEDED = frozenset({"flow_version"})
"""Tables that migrations put rows into: these do not say that anybody used the database."""


def dump_lines(engine: Engine) -> Iterator[dict[str, Any]]:
    """Everything of one moment, while others go on writing: a snapshot of SQLite or PostgreSQL.

    First the revision, then for each table its name and columns and its rows, at last the counts.
    """
    with _snapshot(engine) as connection:
        yield {"revision": revision_of(connection)}
        counts = {}
        for table in Base.metadata.sorted_tables:
            yield {"table": table.name, "columns": [column.name for column in table.columns]}
            rows = connection.execution_options(yield_per=BATCH).execute(_ordered(table))
            counts[table.name] = 0
            for row in rows:
                counts[table.name] += 1
                yield {"row": [_plain(value) for value in row]}
        yield {"counts": counts}


def is_empty(engine: Engine) -> bool:
    """Whether nobody has used it yet: no row but what migrations write, or no tables at all."""
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"} - SEEDED
        tables = [Table(name, MetaData(), autoload_with=connection) for name in names]
        return not any(connection.scalar(select(func.count()).select_from(t)) for t in tables)


def load_lines(connection: Connection, lines: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Writes the rows into empty tables of the right revision; returns how many a table.

    Raises ValueError where the lines are not whole. The guards of the audit log stand again when
    this returns; the caller's transaction holds all of it.
    """
    dialect = connection.dialect.name
    for statement in unguard_statements(dialect):
        connection.execute(text(statement))
    metadata = MetaData()
    metadata.reflect(connection)
    for name in SEEDED & set(metadata.tables):
        connection.execute(delete(metadata.tables[name]))
    counts = _insert_all(connection, metadata, lines)
    _set_sequences(connection, metadata)
    for statement in guard_statements(dialect):
        connection.execute(text(statement))
    return counts


def _insert_all(
    connection: Connection, metadata: MetaData, lines: Iterable[dict[str, Any]]
) -> dict[str, int]:
    loader, told = _Loader(connection, metadata), None
    for line in lines:
        if "table" in line:
            loader.begin(line["table"], line["columns"])
        elif "row" in line:
            loader.add(line["row"])
        told = line.get("counts", told)
    loader.flush()
    if told != loader.counts:
        raise ValueError("the backup's tables are not whole")
    return loader.counts


class _Loader:
    """Writes rows in batches, a table after the other."""

    def __init__(self, connection: Connection, metadata: MetaData) -> None:
        self._connection, self._metadata = connection, metadata
        self._batch: list[dict[str, Any]] = []
        self._columns: list[str] = []
        self._table = Table("none", MetaData())
        self.counts: dict[str, int] = {}

    def begin(self, name: str, columns: list[str]) -> None:
        self.flush()
        self._table, self._columns, self.counts[name] = self._metadata.tables[name], columns, 0
        for column in self._table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)

    def add(self, row: list[Any]) -> None:
        values = zip(self._columns, row, strict=True)
        self._batch.append({name: _typed(self._table, name, value) for name, value in values})
        self.counts[self._table.name] += 1
        if len(self._batch) == BATCH:
            self.flush()

    def flush(self) -> None:
        if self._batch:
            self._connection.execute(insert(self._table), self._batch)
        self._batch = []


def prepare_tables(engine: Engine, revision: str) -> None:
    """Empty tables as they were when the backup was made."""
    migrate(engine, revision)


def _ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def _snapshot(engine: Engine) -> Connection:
    if engine.dialect.name == "sqlite":
        return engine.connect().execution_options(kyc_read_only=True)
    return engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    return {"j": value} if isinstance(value, dict | list) else value


def _typed(table: Table, name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "b" in value:
        return base64.b64decode(value["b"], validate=True)
    if "t" in value:
        moment = datetime.fromisoformat(value["t"])
        is_aware = getattr(table.c[name].type, "timezone", False)
        return moment if is_aware else moment.replace(tzinfo=None)
    return value["j"] if isinstance(table.c[name].type, JSON) else json.dumps(value["j"])


def _set_sequences(connection: Connection, metadata: MetaData) -> None:
    """PostgreSQL numbers on from where its sequence stands, not from the largest number."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.tables.values():
        for column in table.primary_key.columns:
            name = f"'{table.name}', '{column.name}'"
            if connection.scalar(text(f"SELECT pg_get_serial_sequence({name})")):
                newest = f'COALESCE((SELECT max("{column.name}") FROM "{table.name}"), 0) + 1'  # noqa: S608 - our own tables
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence({name}), {newest}, false)")
                )
