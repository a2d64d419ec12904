"""Owns the job on the registers: processors that changed, clocks of breaches that run out."""

import structlog

from kyc.errors import ConfigurationError
from kyc.registers.clocks import alarm_due
from kyc.registers.evidence_asked import forget_old
from kyc.registers.processors import note_processors
from workers.house import House

log = structlog.get_logger("kyc.registers")


def keep_registers(house: House) -> None:
    """A controller's file out of form must not keep an alarm back: the alarms come first."""
    runtime = house.runtime
    now, hours = runtime.now(), runtime.settings.incident_controller_hours
    with runtime.transaction() as db:
        sent = alarm_due(db, hours, now)
        forget_old(db, now)
    if sent:
        log.error("breach_not_reported", alarms=sent)
    try:
        with runtime.transaction() as db:
            note_processors(db, runtime.settings, now)
    except ConfigurationError:
        log.error("controller_file_out_of_form")
