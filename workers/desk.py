"""Owns the job of the privacy desk: reminders in time, and the end of what was kept long enough."""

import structlog

from kyc.db import common_now
from kyc.desk.codes import forget_old_codes
from kyc.desk.ending import SLICE, end_due_requests
from kyc.desk.watching import remind
from kyc.retention.guard import clocks_differ
from workers.house import House

log = structlog.get_logger("kyc.desk")


def watch_desk(house: House) -> None:
    """By the database's clock; nothing is destroyed while the clocks differ."""
    runtime = house.runtime
    with runtime.transaction() as db:
        now = common_now(db, runtime.now(), runtime.real_now)
        raised = remind(db, now)
        forget_old_codes(db, now)
        differ = clocks_differ(db, runtime.real_now)
    if raised:
        log.warning("requests_wait", raised=raised)
    if differ:
        log.error("desk_halted", reason="clock")
        return
    while True:
        with runtime.transaction() as db:
            count = end_due_requests(db, now)
        if count < SLICE:
            return
