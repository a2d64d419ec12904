"""Owns the job on the registers: processors that changed, clocks of breaches that run out."""

import structlog

from kyc.db import common_now
from kyc.errors import ConfigurationError
from kyc.registers.clocks import alarm_due
from kyc.registers.evidence_asked import forget_old
from kyc.registers.incident_ending import end_due_incidents
from kyc.registers.notices import BATCH, note_wordings, tell_changed
from kyc.registers.processors import note_processors
from kyc.retention.guard import clocks_differ
from workers.house import House

log = structlog.get_logger("kyc.registers")


def keep_registers(house: House) -> None:
    """A controller's file out of form must not keep an alarm back: the alarms come first.

    Nothing is destroyed while the clocks differ.
    """
    runtime = house.runtime
    now, hours = runtime.now(), runtime.settings.incident_controller_hours
    with runtime.transaction() as db:
        sent = alarm_due(db, hours, now)
        forget_old(db, now)
        moment = common_now(db, now, runtime.real_now)
        differ = clocks_differ(db, runtime.real_now)
        if not differ:
            end_due_incidents(db, moment)
    if sent:
        log.error("breach_not_reported", alarms=sent)
    if differ:
        log.error("registers_halted", reason="clock")
    try:
        with runtime.transaction() as db:
            note_processors(db, runtime.settings, now)
    except ConfigurationError:
        log.error("controller_file_out_of_form")


def tell_notices(house: House) -> None:
    """In batches, a transaction each: it may be killed anywhere, and goes on where it stopped.

    A controller's file out of form says nothing to customers; that is no change to tell them of.
    """
    runtime = house.runtime
    now = runtime.now()
    try:
        with runtime.transaction() as db:
            note_wordings(db, runtime.settings, now)
    except ConfigurationError:
        log.error("controller_file_out_of_form")
        return
    while True:
        with runtime.transaction() as db:
            count = tell_changed(db, runtime.settings, now)
        if count:
            log.info("notice_change_told", customers=count)
        if count < BATCH:
            return
