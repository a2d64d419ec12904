"""Owns the look at the clock before anything is destroyed by it, and at the purge itself."""

from datetime import datetime

import structlog
from sqlalchemy import Engine

from kyc.db import database_now
from kyc.retention.alarming import alarm
from kyc.retention.clock_watch import SKEW, watch_clock
from kyc.runtime import Runtime
from storage.errors import StorageError
from workers.house import House

log = structlog.get_logger("kyc.purge")


_HERE = frozenset({None, "", "localhost", "127.0.0.1", "::1"})


def watch(house: House) -> None:
    """Holds this machine's clock against one of another machine, or the time since its start.

    While it differs from the database's nothing is noted: the brake sees that by itself. The store
    is asked before the transaction, which nobody may hold open while a server does not answer.
    """
    runtime = house.runtime
    is_apart = _is_apart(runtime.engine)
    stores = None if is_apart else _time_of_store(runtime)
    now = runtime.real_now()
    with runtime.transaction() as db:
        theirs = database_now(db)
        if theirs is not None and abs(theirs - now) > SKEW:
            return
        doubt = watch_clock(db, now, runtime.uptime(), theirs if is_apart else stores)
    if doubt:
        log.error("clock_doubted", reason=doubt)


def watch_purge(house: House) -> None:
    """Apart from the purge, so that one that fails each time is told of as well."""
    runtime = house.runtime
    with runtime.transaction() as db:
        told = alarm(db, runtime.now(), runtime.real_now)
    for trouble in told:
        log.error("purge_alarmed", reason=trouble)


def _is_apart(engine: Engine) -> bool:
    host = engine.url.host or str(engine.url.query.get("host", ""))
    return host not in _HERE and not host.startswith("/")


def _time_of_store(runtime: Runtime) -> datetime | None:
    try:
        return runtime.vault.objects.now()
    except StorageError:
        return None
