"""Owns the job on deadlines: what nobody finished or decided in time expires."""

from datetime import datetime

import structlog

from kyc.db import common_now
from kyc.retention.expiring import SLICE, expire_overdue
from kyc.retention.guard import expiry_halted
from workers.house import House
from workers.watching import watch

log = structlog.get_logger("kyc.purge")


def expire(house: House) -> None:
    """Behind the same brake as the purge: what expires is forgotten a few days later."""
    runtime = house.runtime
    watch(house)
    with runtime.reading() as db:
        now = common_now(db, runtime.now(), runtime.real_now)
        halt = expiry_halted(db, now, runtime.real_now)
    if halt is None:
        expire_all(house, now)
    else:
        log.error("expiry_halted", reason=halt.reason, due=halt.due, live=halt.live)


def expire_all(house: House, now: datetime) -> None:
    """In slices, by one moment for all: the clock may jump meanwhile."""
    while True:
        with house.runtime.transaction() as db:
            count = expire_overdue(db, now)
        if count < SLICE:
            return
