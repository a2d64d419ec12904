"""Owns the purge job: keys first, then objects, then the proof of absence."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from kyc.db import truncate_wal
from kyc.retention.due import purging_artifacts
from kyc.retention.purging import SLICE, destroy_due_records, mark_absent, mark_due
from storage.errors import StorageError
from workers.house import House

log = structlog.get_logger("kyc.purge")

Step = Callable[[Session, datetime, int], int]


def purge(house: House) -> None:
    """Everything that is due, in slices; may be stopped anywhere and begun again."""
    runtime = house.runtime
    marked = _until_none(house, mark_due)
    records = _until_none(house, destroy_due_records)
    # A key overwritten here, or by redaction or a customer before, must not be read back from
    # SQLite's log, nor from the page that the log would replace.
    truncate_wal(runtime.engine)
    if marked or records:
        log.info("purge_marked", artifacts=marked, records=records)
    with runtime.reading() as db:
        waiting = [(a.id, a.object_name) for a in purging_artifacts(db, SLICE * 5)]
    removed = sum(remove_object(house, *artifact) for artifact in waiting)
    if waiting:
        log.info("purge_removed", removed=removed, left=len(waiting) - removed)


def remove_object(house: House, artifact_id: str, object_name: str) -> bool:
    """False when storage is away or keeps the object: the purge comes back to it."""
    try:
        absence = house.runtime.vault.shred(object_name)
    except StorageError as error:
        log.error("purge_not_gone", artifact=artifact_id, code=error.code)
        return False
    with house.runtime.transaction() as db:
        mark_absent(db, artifact_id, absence, house.runtime.now())
    return True


def _until_none(house: House, step: Step) -> int:
    total = 0
    while True:
        with house.runtime.transaction() as db:
            count = step(db, house.runtime.now(), SLICE)
        total += count
        if count < SLICE:
            return total
