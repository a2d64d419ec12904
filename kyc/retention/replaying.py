"""Owns the replay of the deletion ledger over a restored database: what is gone stays gone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.lifecycle import LIVE
from kyc.models import Artifact, VerificationSession
from kyc.retention.clearing import clear_records
from kyc.retention.destroying import Doomed, Given, destroy_all
from kyc.retention.ledger import Entry
from kyc.retention.purging import end_uploads

SLICE = 500


def replay(db: Session, entries: Sequence[Entry], now: datetime) -> int:
    """Destroys in the caller's transaction what the ledger says is destroyed; returns how much.

    A hold that the restored database knows does not count: what was destroyed cannot be kept. Each
    receipt is the one that was given out, with its id and its time; what it lacks follows.
    """
    replayed = 0
    for number in range(0, len(entries), SLICE):
        part = {entry.subject: entry for entry in entries[number : number + SLICE]}
        replayed += _artifacts(db, part, now) + _records(db, part, now)
    if replayed:
        detail = {"count": replayed, "of": len(entries)}
        record(db, Action.SYSTEM_PURGE_REPLAYED, actor=SYSTEM, now=now, detail=detail)
    return replayed


def _artifacts(db: Session, part: dict[str, Entry], now: datetime) -> int:
    one = Artifact
    found = db.execute(
        select(one.id, one.session_id, one.upload_id, one.kind, one.stage)
        .where(one.id.in_(part), one.state.in_(LIVE))
        .order_by(one.id)
        .with_for_update()
    )
    doomed = [Doomed(*row, part[row[0]].rule) for row in found]
    destroy_all(db, doomed, now, given=_given(part))
    end_uploads(db, doomed, now)
    return len(doomed)


def _records(db: Session, part: dict[str, Entry], now: datetime) -> int:
    row = VerificationSession
    kept = select(row.id, func.coalesce(row.record_rule, "")).where(
        row.id.in_(part), row.record_destroyed_at.is_(None)
    )
    found = db.execute(kept.order_by(row.id).with_for_update())
    rules = {found_id: part[found_id].rule or rule for found_id, rule in found}
    if rules:
        clear_records(db, rules, now, given=_given(part))
        ended = [
            {"id": one, "record_rule": rules[one], "record_destroyed_at": part[one].at}
            for one in rules
        ]
        db.execute(update(VerificationSession), ended)
    return len(rules)


def _given(part: dict[str, Entry]) -> dict[str, Given]:
    return {subject: Given(entry.receipt, entry.at) for subject, entry in part.items()}
