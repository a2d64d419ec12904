"""Owns the moving of wrapped keys into the epoch that they belong to; no object is touched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.db import changed_one
from kyc.holds import holds_until
from kyc.keeping.deployment import Deployment
from kyc.keeping.rows import COLUMNS, OF_A_CASE, WrappedColumn
from kyc.policy.epochs import epoch_for
from storage.errors import KeyGoneError, TamperedError
from storage.keys import WrappedKey
from storage.vault import Vault

log = structlog.get_logger("kyc.keys")

BATCH = 500
Progress = Callable[[int], None]


@dataclass
class Moved:
    """What a run did; `unopened` are rows whose key does not open, as `kind id`."""

    rows: int = 0
    unopened: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """One row's key as it was read, and as it will be."""

    row_id: Any
    former: WrappedKey
    later: WrappedKey


def count_misplaced(db: Session, now: datetime, only: str | None = None) -> int:
    """How many keys lie in another epoch than theirs; `only` counts those of one epoch."""
    return sum(
        db.scalar(select(func.count()).where(column.misplaced(epoch, now))) or 0
        for column in COLUMNS
        for epoch in _epochs(db, column, only)
    )


def move_misplaced(
    deployment: Deployment,
    *,
    only: str | None = None,
    by: Actor = SYSTEM,
    progress: Progress = lambda _count: None,
) -> Moved:
    """Wraps every misplaced key under the epoch where it belongs, a transaction a batch.

    It may be killed anywhere and begun again, and runs beside everything else: a key that was
    changed or destroyed meanwhile is left alone. Raises KeyStoreError when the store is away.
    """
    moved, now = Moved(), deployment.now()
    for column in COLUMNS:
        with deployment.reading() as db:
            epochs = _epochs(db, column, only)
        for epoch in epochs:
            _move_epoch(deployment, column, epoch, now, by, moved, progress)
    return moved


def move_case(db: Session, vault: Vault, session_id: str, now: datetime) -> int:
    """Moves the keys of one case at once, in the caller's transaction, which locks its session.

    For a hold: what was to be forgotten with its month is kept until the hold ends.
    """
    moved = 0
    for column in OF_A_CASE:
        mine = select(column.model).where(column.session == session_id, column.needs(now))
        rows = db.scalars(mine.order_by(column.row_id)).all()
        steps = _steps(db, vault, column, rows, now, Moved())
        moved += write_steps(db, column, steps)
        for row in rows:
            db.refresh(row)
    return moved


def _move_epoch(
    deployment: Deployment,
    column: WrappedColumn,
    epoch: str,
    now: datetime,
    by: Actor,
    moved: Moved,
    progress: Progress,
) -> None:
    after = None
    while True:
        with deployment.reading() as db:
            rows = _batch(db, column, epoch, now, after)
            # Keys are wrapped outside of any writing transaction: a key service takes its time.
            steps = _steps(db, deployment.vault, column, rows, now, moved)
        if steps:
            with deployment.transaction() as db:
                count = write_steps(db, column, steps)
                note_moved(db, column.kind, epoch, count, by, deployment.now())
            moved.rows += count
        progress(len(rows))
        if len(rows) < BATCH:
            return
        after = getattr(rows[-1], column.row_id.key)


def _batch(
    db: Session, column: WrappedColumn, epoch: str, now: datetime, after: Any
) -> Sequence[Any]:
    query = select(column.model).where(column.misplaced(epoch, now))
    if after is not None:
        query = query.where(column.row_id > after)
    return db.scalars(query.order_by(column.row_id).limit(BATCH)).all()


def _steps(
    db: Session,
    vault: Vault,
    column: WrappedColumn,
    rows: Sequence[Any],
    now: datetime,
    moved: Moved,
) -> list[Step]:
    held = _held(db, column, rows, now)
    steps = []
    for row in rows:
        row_id = getattr(row, column.row_id.key)
        former = WrappedKey(getattr(row, column.epoch.key), getattr(row, column.key.key))
        due = getattr(row, column.clock.key) if column.clock is not None else None
        target = epoch_for(now, due, held.get(row_id))
        if target == former.epoch:
            continue
        try:
            steps.append(Step(row_id, former, column.rewrap(vault, former, row, target)))
        except (TamperedError, KeyGoneError) as error:
            name = row_id.hex() if isinstance(row_id, bytes) else str(row_id)
            log.error("key_not_moved", kind=column.kind, row=name, code=error.code)
            moved.unopened.append(f"{column.kind} {name}")
    return steps


def _held(
    db: Session, column: WrappedColumn, rows: Sequence[Any], now: datetime
) -> dict[Any, datetime]:
    if column.session is None:
        return {}
    session_of = {getattr(r, column.row_id.key): getattr(r, column.session.key) for r in rows}
    ends = holds_until(db, session_of.values(), now)
    return {row: ends[session] for row, session in session_of.items() if session in ends}


def write_steps(db: Session, column: WrappedColumn, steps: Sequence[Step]) -> int:
    """How many keys were still as they were read: a destroyed one must never come back."""
    return sum(
        changed_one(
            db,
            update(column.model)
            .where(column.row_id == step.row_id, column.key == step.former.blob)
            .values({column.key: step.later.blob, column.epoch: step.later.epoch})
            .execution_options(synchronize_session=False),
        )
        for step in steps
    )


def _epochs(db: Session, column: WrappedColumn, only: str | None) -> list[str]:
    if only is not None:
        return [only]
    found = select(column.epoch).where(column.key.is_not(None)).distinct()
    return sorted(db.scalars(found))


def note_moved(db: Session, kind: str, epoch: str, count: int, by: Actor, now: datetime) -> None:
    record(
        db,
        Action(f"{by.kind}:keys:moved"),
        actor=by,
        now=now,
        detail={"kind": kind, "epoch": epoch, "count": count},
    )
