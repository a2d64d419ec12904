"""Owns the change of the key provider: keys opened by the former, wrapped by the new one."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit import OPERATOR
from kyc.keeping.deployment import Deployment
from kyc.keeping.moving import BATCH, Moved, Step, note_moved, write_steps
from kyc.keeping.rows import COLUMNS, WrappedColumn
from storage.errors import KeyGoneError, MissingKeyError, TamperedError
from storage.keys import WrappedKey
from storage.recipients import Keys
from storage.vault import Vault


class TwoRings:
    """Opens with the former ring and wraps with the new one."""

    def __init__(self, former: Keys, new: Keys) -> None:
        self._former, self._new = former, new

    def __getattr__(self, name: str) -> Any:
        return getattr(self._new, name)

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        return self._former.unwrap(wrapped, context)


def count_keys(db: Session, deployment: Deployment) -> int:
    now = deployment.now()
    queries = (select(func.count()).select_from(c.model).where(c.needs(now)) for c in COLUMNS)
    return sum(db.scalar(query) or 0 for query in queries)


def change_provider(
    deployment: Deployment, former: Keys, *, progress: Callable[[int], None] = lambda _count: None
) -> Moved:
    """Moves every key out of the former ring into the deployment's own; epochs stay as they are.

    The service must stand still, since it opens with the new ring alone. What the new ring opens
    was moved before, so it may be killed anywhere and begun again. Raises KeyStoreError.
    """
    moved, vault = Moved(), deployment.vault
    both = Vault(vault.objects, TwoRings(former, vault.keys))
    for column in COLUMNS:
        after = None
        while rows := _page(deployment, column, after):
            after = getattr(rows[-1], column.row_id.key)
            steps = [step for row in rows if (step := _step(column, row, vault, both, moved))]
            if steps:
                with deployment.transaction() as db:
                    count = write_steps(db, column, steps)
                    note_moved(db, column.kind, "all", count, OPERATOR, deployment.now())
                moved.rows += count
            progress(len(rows))
    return moved


def _page(deployment: Deployment, column: WrappedColumn, after: Any) -> Sequence[Any]:
    query = select(column.model).where(column.needs(deployment.now()))
    if after is not None:
        query = query.where(column.row_id > after)
    with deployment.reading() as db:
        return db.scalars(query.order_by(column.row_id).limit(BATCH)).all()


def _step(column: WrappedColumn, row: Any, own: Vault, both: Vault, moved: Moved) -> Step | None:
    row_id = getattr(row, column.row_id.key)
    wrapped = WrappedKey(getattr(row, column.epoch.key), getattr(row, column.key.key))
    try:
        column.rewrap(own, wrapped, row, wrapped.epoch)
    except (TamperedError, MissingKeyError):
        try:
            return Step(row_id, wrapped, column.rewrap(both, wrapped, row, wrapped.epoch))
        except (TamperedError, MissingKeyError, KeyGoneError):
            name = row_id.hex() if isinstance(row_id, bytes) else str(row_id)
            moved.unopened.append(f"{column.kind} {name}")
    return None
