"""Owns the hourly job on keys: moved to where they belong, destroyed when nothing needs them."""

from datetime import timedelta

import structlog

from kyc.keeping.census import counted, note_epochs
from kyc.keeping.destroying import destroy_due
from kyc.keeping.moving import move_misplaced
from kyc.retention.guard import clocks_differ
from workers.house import House
from workers.purging import write_ledger

log = structlog.get_logger("kyc.keys")


def keep_keys(house: House) -> None:
    """Moves first, so that what is destroyed is needed by nothing. May be stopped anywhere.

    Nothing is destroyed while the clocks of database and worker differ: the month may be wrong.
    """
    runtime = house.runtime
    window = timedelta(days=runtime.settings.backup_days)
    moved = move_misplaced(runtime)
    with runtime.transaction() as db:
        note_epochs(db, runtime.vault.keys, runtime.now())
    with runtime.reading() as db:
        is_doubtful = clocks_differ(db, runtime.real_now)
        lost = [e.name for e in counted(db, runtime.vault.keys, runtime.now(), window) if e.is_lost]
    for name in lost:
        log.error("key_epoch_lost", epoch=name)
    if is_doubtful:
        log.error("key_epochs_kept", reason="clock")
        return
    destroyed = destroy_due(runtime, window)
    write_ledger(house, with_epochs=True)
    if moved.rows or destroyed:
        log.info("keys_kept", moved=moved.rows, destroyed=destroyed)
