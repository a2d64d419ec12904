"""Owns the jobs around intake: taking over what a customer sent, publishing what to seal to."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.desk.receiving import take_over_request
from kyc.intake.taking_over import take_over
from kyc.intake_keys import publish_due
from kyc.jobs import OwedJobName
from kyc.leases import Lease, owe_again, settle
from kyc.models import OwedJob
from storage.recipients import WorkerKeys
from workers.house import House

MOST = 200


def take_over_session(house: House, lease: Lease) -> None:
    """In one commit under the lease."""
    runtime = house.runtime
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        take_over(db, runtime.vault, runtime.lookup, lease.subject_id, runtime.now())


def take_over_asked(house: House, lease: Lease) -> None:
    """As above, for what somebody wrote on the page of their rights."""
    runtime = house.runtime
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        take_over_request(db, runtime.vault, lease.subject_id, runtime.now())


def publish_keys(house: House) -> None:
    """So that the customer-facing process finds the halves of this month and of the next."""
    runtime = house.runtime
    keys = runtime.vault.keys
    assert isinstance(keys, WorkerKeys)
    with runtime.transaction() as db:
        publish_due(db, keys, runtime.lookup, runtime.now())
    with runtime.transaction() as db:
        _try_again(db, runtime.now())


def _try_again(db: Session, now: datetime) -> None:
    """What was typed must not stay under the half of one month, however long a key service is away.

    The keys around it move on to other epochs; a box cannot.
    """
    for name in (OwedJobName.TAKE_OVER, OwedJobName.TAKE_OVER_REQUEST):
        failed = select(OwedJob.subject_id).where(OwedJob.state == "failed", OwedJob.name == name)
        for subject_id in db.scalars(failed.limit(MOST)).all():
            owe_again(db, name, subject_id, now)
