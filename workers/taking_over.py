"""Owns the jobs around intake: taking over what a customer sent, publishing what to seal to."""

import structlog

from kyc.intake.taking_over import take_over
from kyc.intake_keys import publish_due
from kyc.leases import Lease, settle
from storage.recipients import WorkerKeys
from workers.house import House

log = structlog.get_logger("kyc.worker")


def take_over_session(house: House, lease: Lease) -> None:
    """In one commit under the lease."""
    runtime = house.runtime
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        take_over(db, runtime.vault, lease.subject_id, runtime.now())


def publish_keys(house: House) -> None:
    """So that the customer-facing process finds the halves of this month and of the next."""
    runtime = house.runtime
    keys = runtime.vault.keys
    assert isinstance(keys, WorkerKeys)
    with runtime.transaction() as db:
        publish_due(db, keys, runtime.lookup, runtime.now())
