"""Owns the removal of one object whose key was destroyed a moment ago."""

import structlog

from kyc.retention.purging import mark_absent
from storage.errors import StorageError
from workers.house import House

log = structlog.get_logger("kyc.purge")


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
