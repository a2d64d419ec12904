"""Owns the job that lets a verdict take effect, in one transaction with everything it leads to."""

from datetime import timedelta

from kyc.leases import Lease, settle
from kyc.review.settling import settle_verdict
from workers.house import House


def settle_one(house: House, lease: Lease) -> None:
    runtime = house.runtime
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        settle_verdict(
            db,
            runtime.vault,
            lease.subject_id,
            key=runtime.lookup.key,
            lasts=timedelta(days=runtime.settings.session_days),
            now=runtime.now(),
        )
