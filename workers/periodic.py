"""Owns the recurring jobs: which function does each."""

from collections.abc import Callable

from kyc.jobs import PeriodicJobName
from kyc.leases import owing
from kyc.retention.reconciling import reconcile
from kyc.retention.second_look import look_again
from workers.auditing import chain_audit, heartbeat, ship_audit, verify_audit
from workers.certifying import certify
from workers.desk import watch_desk
from workers.expiring import expire
from workers.house import House
from workers.keeping import keep_keys
from workers.narrowing import narrow_due
from workers.purging import purge
from workers.registers import keep_registers, tell_notices
from workers.signing import sign_receipts
from workers.taking_over import publish_keys
from workers.watching import watch_purge


def sweep(house: House) -> None:
    """Wakes workers again for jobs whose wake-up call was lost."""
    with house.runtime.reading() as db:
        jobs = owing(db, house.runtime.now())
    for job_id in jobs:
        house.runtime.wake(job_id)


def reconcile_storage(house: House) -> None:
    """What was purged lately first: an object that came back is told as that."""
    look_again(house.runtime)
    reconcile(house.runtime)


PERIODIC: dict[PeriodicJobName, Callable[[House], None]] = {
    PeriodicJobName.SWEEP: sweep,
    PeriodicJobName.PURGE: purge,
    PeriodicJobName.EXPIRE: expire,
    PeriodicJobName.NARROW: narrow_due,
    PeriodicJobName.CHAIN_AUDIT: chain_audit,
    PeriodicJobName.SHIP_AUDIT: ship_audit,
    PeriodicJobName.VERIFY_AUDIT: verify_audit,
    PeriodicJobName.HEARTBEAT: heartbeat,
    PeriodicJobName.SIGN_RECEIPTS: sign_receipts,
    PeriodicJobName.RECONCILE: reconcile_storage,
    PeriodicJobName.KEEP_KEYS: keep_keys,
    PeriodicJobName.PUBLISH_KEYS: publish_keys,
    PeriodicJobName.CERTIFY: certify,
    PeriodicJobName.WATCH_DESK: watch_desk,
    PeriodicJobName.WATCH_PURGE: watch_purge,
    PeriodicJobName.KEEP_REGISTERS: keep_registers,
    PeriodicJobName.TELL_NOTICES: tell_notices,
}
