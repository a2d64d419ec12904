"""Owns the jobs on narrower copies: asking for each that is due, and making one."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from kyc.db import common_now
from kyc.documents.coverage import Moment
from kyc.evidence import AlteredError, open_artifact
from kyc.keeping.quarantine import quarantine
from kyc.leases import Lease, hold, postpone, settle
from kyc.retention.guard import clocks_differ, halted
from kyc.retention.narrowing import (
    SLICE,
    Copy,
    Plan,
    announce_narrower,
    finish_narrowing,
    finish_without,
    narrower,
    owe_narrowing,
    plan_narrowing,
)
from workers.house import House
from workers.removing import remove_object
from workers.watching import watch

log = structlog.get_logger("kyc.narrowing")

ASKED_AGAIN = timedelta(hours=1)
"""A held case is asked so often whether its hold has been lifted."""


def narrow_due(house: House) -> None:
    """Owes a job for each copy whose dispute window is over; behind the brake of the purge."""
    runtime = house.runtime
    watch(house)
    with runtime.reading() as db:
        now = common_now(db, runtime.now(), runtime.real_now)
        halt = halted(db, now, runtime.real_now)
    if halt is None:
        owe_all(house, now)
    else:
        log.error("narrowing_halted", reason=halt.reason, due=halt.due, live=halt.live)


def owe_all(house: House, now: datetime) -> None:
    while True:
        with house.runtime.transaction() as db:
            count = owe_narrowing(db, now)
        if count < SLICE:
            return


def narrow_copy(house: House, lease: Lease) -> None:
    """From the stored copy to the one that shows less. Every commit is made under the lease."""
    runtime = house.runtime
    with runtime.reading() as db:
        plan = plan_narrowing(db, lease.subject_id, runtime.now())
        is_doubtful = clocks_differ(db, runtime.real_now)
    if plan is None:
        with runtime.transaction() as db:
            settle(db, lease, runtime.now())
    elif plan.is_held or (is_doubtful and plan.moment is Moment.RETENTION):
        with runtime.transaction() as db:
            postpone(db, lease, runtime.now() + ASKED_AGAIN)
    else:
        _narrow(house, lease, plan)


def _narrow(house: House, lease: Lease, plan: Plan) -> None:
    runtime = house.runtime
    try:
        copy = _narrower(house, plan)
    except AlteredError as error:
        with runtime.transaction() as db:
            settle(db, lease, runtime.now())
            quarantine(db, error.artifact_id, error.code, runtime.now())
        return
    is_done = _without(house, lease, plan) if copy is None else _swap(house, lease, plan, copy)
    if is_done:
        remove_object(house, plan.former.id, plan.former.object_name)


def _narrower(house: House, plan: Plan) -> Copy | None:
    if plan.policy.destroyed_on_decision:
        return None
    return narrower(plan, open_artifact(house.runtime.vault, plan.former))


def _swap(house: House, lease: Lease, plan: Plan, copy: Copy) -> bool:
    """Row, object, then the one commit that puts the copy in place and destroys the former key."""
    runtime = house.runtime
    with runtime.transaction() as db:
        hold(db, lease)
        announced = announce_narrower(db, runtime.vault, plan, copy, runtime.now())
    runtime.vault.store(announced.object_name, announced.ciphertext)
    years = runtime.settings.record_years
    with runtime.transaction() as db:
        hold(db, lease)
        is_done = finish_narrowing(db, plan, announced.artifact_id, years, runtime.now())
        _close(house, lease, db, is_done=is_done)
    return is_done


def _without(house: House, lease: Lease, plan: Plan) -> bool:
    with house.runtime.transaction() as db:
        hold(db, lease)
        is_done = finish_without(db, plan, house.runtime.now())
        _close(house, lease, db, is_done=is_done)
    return is_done


def _close(house: House, lease: Lease, db: Session, *, is_done: bool) -> None:
    """A hold that came in between is asked for again later."""
    now = house.runtime.now()
    if is_done:
        settle(db, lease, now)
    else:
        postpone(db, lease, now + ASKED_AGAIN)
