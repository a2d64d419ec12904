"""Owns doing a job that the database owes: under a lease, put off when a dependency is away."""

from collections.abc import Callable

import structlog

from kyc.errors import KycError
from kyc.intake.receiving import give_up
from kyc.jobs import OwedJobName
from kyc.leases import MAX_TRIES, Lease, LostLeaseError, put_off, take
from storage.errors import StorageError
from workers.bundling import make_bundle
from workers.evidence import make_evidence
from workers.house import House
from workers.mailing import send_mail
from workers.narrowing import narrow_copy
from workers.purging import resume_purge
from workers.redacting import redact_upload
from workers.settling import settle_one
from workers.staff_mailing import send_staff_mail
from workers.taking_over import take_over_asked, take_over_session

log = structlog.get_logger("kyc.worker")

HANDLERS: dict[OwedJobName, Callable[[House, Lease], None]] = {
    OwedJobName.REDACT: redact_upload,
    OwedJobName.MAIL: send_mail,
    OwedJobName.SETTLE: settle_one,
    OwedJobName.STAFF_MAIL: send_staff_mail,
    OwedJobName.TAKE_OVER: take_over_session,
    OwedJobName.TAKE_OVER_REQUEST: take_over_asked,
    OwedJobName.RESUME_PURGE: resume_purge,
    OwedJobName.NARROW: narrow_copy,
    OwedJobName.EVIDENCE: make_evidence,
    OwedJobName.BUNDLE: make_bundle,
}


def run(house: House, job_id: str) -> None:
    """Takes the lease and does the job; a failure puts it off, a lost lease drops the result."""
    with house.runtime.transaction() as db:
        lease = take(db, job_id, house.runtime.now())
    if lease is None:
        return
    if lease.tries > MAX_TRIES:
        _put_off(house, lease, "worker_died")
        return
    try:
        HANDLERS[lease.name](house, lease)
    except LostLeaseError:
        log.warning("lease_lost", job=lease.job_id, fence=lease.fence)
    except Exception as error:  # RQ's time-out too: it is put off like any failure, then raised
        _put_off(house, lease, str(getattr(error, "code", "")) or type(error).__name__)
        if not isinstance(error, KycError | StorageError | OSError):
            raise


def _put_off(house: House, lease: Lease, code: str) -> None:
    log.error("job_put_off", job=lease.job_id, name=lease.name, tries=lease.tries, code=code)
    try:
        _give_back(house, lease, code)
    except LostLeaseError:
        log.warning("lease_lost", job=lease.job_id, fence=lease.fence)


def _give_back(house: House, lease: Lease, code: str) -> None:
    with house.runtime.transaction() as db:
        now = house.runtime.now()
        again = put_off(db, lease, code, now)
        if not again and lease.name == OwedJobName.REDACT:
            give_up(db, lease.subject_id, "redaction_failed", now)
