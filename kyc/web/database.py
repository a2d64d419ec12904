"""Owns the database session of a request, bound by Flask-SQLAlchemy to the runtime's engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from kyc.db import mark_read_only
from kyc.web.context import runtime


class RequestDatabase(SQLAlchemy):
    """Uses the engine that the runtime opened, so that web and workers follow the same rules."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:  # noqa: ARG002 - the interface has them
        engine = app.extensions["kyc"].engine
        assert isinstance(engine, Engine)
        return engine


database = RequestDatabase(session_options={"expire_on_commit": False})
"""Our tables hang on `kyc.models.Base`, so that workers need no Flask; only the session is its."""


def current_session() -> Session:
    return database.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: committed when the block ends well, workers are woken after it."""
    db = current_session()
    db.rollback()  # what was read before is read again under this transaction's lock
    try:
        yield db
        db.commit()
    except BaseException:
        db.rollback()
        raise
    runtime().wake_owed(db)


@contextmanager
def reading() -> Iterator[Session]:
    """A unit of work that only reads: on SQLite it waits for no writer."""
    db = current_session()
    if not db.in_transaction():
        mark_read_only(db)
    try:
        yield db
    finally:
        db.rollback()
