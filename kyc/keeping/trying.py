"""Owns the trying of keys and objects: whether what the database knows can still be opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.evidence import sealed_of
from kyc.keeping.deployment import Deployment
from kyc.keeping.quarantine import quarantine
from kyc.keeping.rows import ARTIFACTS, COLUMNS, WrappedColumn
from kyc.lifecycle import ArtifactState
from storage.errors import KeyGoneError, MissingKeyError, MissingObjectError, TamperedError
from storage.keys import WrappedKey
from storage.vault import Vault

PAGE = 500
_LOST = (TamperedError, KeyGoneError, MissingKeyError, MissingObjectError)


@dataclass
class Tried:
    """What a run tried; `failed` are kind, row and the code of the failure."""

    rows: int = 0
    failed: list[tuple[str, str, str]] = field(default_factory=list)


def count_rows(db: Session, deployment: Deployment) -> int:
    now = deployment.now()
    return sum(
        db.scalar(select(func.count()).select_from(column.model).where(column.needs(now))) or 0
        for column in COLUMNS
    )


def try_all(
    deployment: Deployment,
    *,
    every: int = 1,
    progress: Callable[[int], None] = lambda _count: None,
) -> Tried:
    """Unwraps each key and, for a stored image, looks at the head of its object.

    `every` tries one of so many rows. An image that is altered is quarantined on the way. Raises
    UnavailableError or KeyStoreError when the store itself is away, since that says nothing
    about any row.
    """
    tried = Tried()
    for column in COLUMNS:
        after = None
        while rows := _page(deployment, column, after):
            after = getattr(rows[-1], column.row_id.key)
            for row in rows[::every]:
                _try(deployment, column, row, tried)
            progress(len(rows))
    return tried


def _page(deployment: Deployment, column: WrappedColumn, after: Any) -> Sequence[Any]:
    query = select(column.model).where(column.needs(deployment.now()))
    if after is not None:
        query = query.where(column.row_id > after)
    with deployment.reading() as db:
        return db.scalars(query.order_by(column.row_id).limit(PAGE)).all()


def _try(deployment: Deployment, column: WrappedColumn, row: Any, tried: Tried) -> None:
    row_id = getattr(row, column.row_id.key)
    tried.rows += 1
    try:
        _open(deployment.vault, column, row)
    except _LOST as error:
        name = row_id.hex() if isinstance(row_id, bytes) else str(row_id)
        if _has_changed(deployment, column, row):
            return
        tried.failed.append((column.kind, name, error.code))
        if column is ARTIFACTS and isinstance(error, TamperedError):
            with deployment.transaction() as db:
                quarantine(db, row.id, error.code, deployment.now())


def _open(vault: Vault, column: WrappedColumn, row: Any) -> None:
    if column is ARTIFACTS:
        if row.state == ArtifactState.STORED:
            vault.check_head(
                sealed_of(row),
                session_id=row.session_id,
                artifact_id=row.id,
                kind=row.kind,
                stage=row.stage,
            )
        return
    wrapped = WrappedKey(getattr(row, column.epoch.key), getattr(row, column.key.key))
    column.rewrap(vault, wrapped, row, wrapped.epoch)


def _has_changed(deployment: Deployment, column: WrappedColumn, row: Any) -> bool:
    """Whether it was moved or destroyed between the reading of its row and the trial."""
    row_id = getattr(row, column.row_id.key)
    with deployment.reading() as db:
        key = db.scalar(select(column.key).where(column.row_id == row_id))
    return bool(key != getattr(row, column.key.key))
