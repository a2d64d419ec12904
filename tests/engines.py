"""Owns that statements are compiled once in a test run, though each test has its own database."""

from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache

from kyc.db import make_engine

MOST = 4000

_dialects: dict[type[Dialect], Dialect] = {}
_compiled: LRUCache[object, object] = LRUCache(MOST)


def make_quick_engine(url: str) -> Engine:
    """As `make_engine`; compiled statements are known by their dialect, so engines share one."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _never_sync)
    dialect = _dialects.setdefault(type(engine.dialect), engine.dialect)
    engine.dialect = engine.pool._dialect = dialect
    engine._compiled_cache = _compiled  # type: ignore[assignment]  # its keys are SQLAlchemy's own
    return engine


def _never_sync(connection: Any, _record: Any) -> None:
    """No test cuts the power, so none waits for a disk."""
    connection.execute("PRAGMA synchronous=OFF")
