"""Owns that statements are compiled once in a test run, though each test has its own database."""

from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

from kyc.db import make_engine

MOST = 4000

_dialects: dict[type[Dialect], Dialect] = {}
_compiled: LRUCache[object, object] = LRUCache(MOST)


def make_quick_engine(url: str) -> Engine:
    """As `make_engine`; compiled statements are known by their dialect, so engines share one."""
    engine = make_engine(url)
    dialect = _dialects.setdefault(type(engine.dialect), engine.dialect)
    engine.dialect = engine.pool._dialect = dialect
    engine._compiled_cache = _compiled  # type: ignore[assignment]  # its keys are SQLAlchemy's own
    return engine
