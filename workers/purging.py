"""Owns the purge job: keys first, then objects, then the proof of absence."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy.orm import Session

from kyc.db import common_now, truncate_wal
from kyc.leases import Lease, settle
from kyc.models import OwedJob
from kyc.retention.due import Waiting, purging_artifacts
from kyc.retention.guard import clocks_differ, halted
from kyc.retention.ledger import publish
from kyc.retention.purging import (
    SLICE,
    destroy_due_records,
    mark_all_absent,
    mark_due,
    mark_left,
)
from kyc.retention.runs import note_run
from kyc.tombstones import forget_tombstones
from storage.errors import StorageError
from storage.objects import TOGETHER, Shredded
from workers.expiring import expire_all
from workers.house import House
from workers.narrowing import owe_all
from workers.watching import watch

log = structlog.get_logger("kyc.purge")

REMOVED_AT_ONCE = TOGETHER
AT_ONCE = 4
"""So many slices the store is asked to remove at the same time, each in few requests."""
LEAVE_LASTS = timedelta(hours=1)
"""A person's leave to destroy much at once is for what they saw, not for what comes later."""

Step = Callable[[Session, datetime, int], int]


def purge(house: House) -> None:
    """Everything that is due, in slices; may be stopped anywhere and begun again.

    What is too much at once, or due by a doubtful clock, keeps its keys until a person has looked.
    """
    runtime = house.runtime
    watch(house)
    with runtime.reading() as db:
        now = common_now(db, runtime.now(), runtime.real_now)
        halt = halted(db, now, runtime.real_now)
    marked = records = 0
    if halt is None:
        marked, records = destroy_keys(house, now)
    else:
        log.error("purge_halted", reason=halt.reason, due=halt.due, live=halt.live)
    # A key overwritten here, or by redaction or a customer before, must not be read back from
    # SQLite's log, nor from the page that the log would replace.
    truncate_wal(runtime.engine)
    removed = _remove_objects(house)
    why = halt.reason if halt else ""
    with runtime.transaction() as db:
        note_run(db, now, images=marked, records=records, removed=removed, halt=why)


def write_ledger(house: House, *, with_epochs: bool = False) -> None:
    """What was destroyed, outside the database; the next run does it when the store is away."""
    try:
        publish(house.runtime, house.signer, with_epochs=with_epochs)
    except StorageError as error:
        log.error("ledger_not_written", code=error.code)


def resume_purge(house: House, lease: Lease) -> None:
    """Lets everything that is due by, however much: keys, deadlines, copies that show less.

    The next purge removes the objects.
    """
    runtime = house.runtime
    with runtime.reading() as db:
        now = common_now(db, runtime.now(), runtime.real_now)
        is_late = now - db.get_one(OwedJob, lease.job_id).created_at > LEAVE_LASTS
        is_refused = is_late or clocks_differ(db, runtime.real_now)
    if is_refused:
        log.error("purge_not_resumed", is_late=is_late)
    else:
        destroy_keys(house, now)
        expire_all(house, now)
        owe_all(house, now)
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())


def destroy_keys(house: House, now: datetime) -> tuple[int, int]:
    """Of all that is due at `now`, images and records, which somebody has judged: how many.

    By one moment for all, since the clock may jump meanwhile.
    """
    marked = _until_none(house, mark_due, now)
    records = _until_none(house, destroy_due_records, now)
    with house.runtime.transaction() as db:
        forget_tombstones(db, now)
    if marked or records:
        log.info("purge_marked", artifacts=marked, records=records)
    return marked, records


def _remove_objects(house: House) -> int:
    """While the store removes some slices in threads, the ledger and the one before are written."""
    removed = seen = 0
    with ThreadPoolExecutor(AT_ONCE, "shred") as pool:
        slices = ((one, pool.submit(_shred, house, one)) for one in _slices(house))
        under_way = deque(islice(slices, AT_ONCE))
        write_ledger(house)
        while under_way:
            waiting, removal = under_way.popleft()
            seen += len(waiting)
            try:
                shredded = removal.result()
            except StorageError as error:
                log.error("purge_interrupted", code=error.code)
                slices.close()
                continue
            under_way.extend(islice(slices, 1))
            removed += _write_down(house, waiting, shredded)
    if seen:
        log.info("purge_removed", removed=removed, left=seen - removed)
    return removed


def _slices(house: House) -> Iterator[Sequence[Waiting]]:
    after = ""
    while True:
        with house.runtime.reading() as db:
            waiting = purging_artifacts(db, REMOVED_AT_ONCE, after)
        if not waiting:
            return
        after = waiting[-1].object_name
        yield waiting


def _shred(house: House, waiting: Sequence[Waiting]) -> Shredded:
    return house.runtime.vault.shred_known(artifact.object_name for artifact in waiting)


def _write_down(house: House, waiting: Sequence[Waiting], shredded: Shredded) -> int:
    """One transaction for all that are proven to be gone; the others are named and come again."""
    left = {a.id: shredded.left[a.object_name] for a in waiting if a.object_name in shredded.left}
    gone = {a.id: shredded.gone[a.object_name] for a in waiting if a.object_name in shredded.gone}
    for artifact_id in left:
        log.error("purge_not_gone", artifact=artifact_id, code="not_gone")
    runtime = house.runtime
    with runtime.transaction() as db:
        now = common_now(db, runtime.now(), runtime.real_now)
        mark_left(db, left, now)
        return mark_all_absent(db, gone, now)


def _until_none(house: House, step: Step, now: datetime) -> int:
    total = 0
    while True:
        with house.runtime.transaction() as db:
            count = step(db, now, SLICE)
        total += count
        if count < SLICE:
            return total
