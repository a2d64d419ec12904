"""Owns the replay of the deletion ledger over a restored database: what is gone stays gone."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.evidence import destroy
from kyc.lifecycle import LIVE
from kyc.models import Artifact, Receipt, VerificationSession
from kyc.retention.ledger import Entry
from kyc.retention.purging import destroy_record, end_uploads

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
        db.flush()
    if replayed:
        detail = {"count": replayed, "of": len(entries)}
        record(db, Action.SYSTEM_PURGE_REPLAYED, actor=SYSTEM, now=now, detail=detail)
    return replayed


def _artifacts(db: Session, part: dict[str, Entry], now: datetime) -> int:
    live = select(Artifact).where(Artifact.id.in_(part), Artifact.state.in_(LIVE))
    found = db.scalars(live.order_by(Artifact.id).with_for_update()).all()
    for artifact in found:
        entry = part[artifact.id]
        destroy(db, artifact, entry.rule, now)
        _as_given_out(db, entry)
    end_uploads(db, found, now)
    return len(found)


def _records(db: Session, part: dict[str, Entry], now: datetime) -> int:
    row = VerificationSession
    kept = select(row).where(row.id.in_(part), row.record_destroyed_at.is_(None))
    found = db.scalars(kept.order_by(row.id).with_for_update()).all()
    for session in found:
        entry = part[session.id]
        session.record_rule = entry.rule or session.record_rule
        destroy_record(db, session, now)
        session.record_destroyed_at = entry.at
        _as_given_out(db, entry)
    return len(found)


def _as_given_out(db: Session, entry: Entry) -> None:
    for receipt in _new(db):
        if receipt.subject_id != entry.subject:
            continue
        receipt.key_destroyed_at = receipt.ledger_at = entry.at
        if entry.receipt:
            receipt.id = entry.receipt


def _new(db: Session) -> Iterator[Receipt]:
    return (row for row in list(db.new) if isinstance(row, Receipt))
