"""Owns the replay of the deletion ledger over a restored database: what is gone stays gone."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from kyc.audit import SYSTEM, Action, Thing, record, record_all
from kyc.lifecycle import LIVE, Stage, Status
from kyc.models import Artifact, VerificationSession
from kyc.retention.clearing import clear_records
from kyc.retention.destroying import Doomed, Given, destroy_all
from kyc.retention.ledger import Entry
from kyc.retention.purging import end_uploads

log = structlog.get_logger("kyc.purge")

SLICE = 500
APPROVED = "approved"


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
    _tell_of_lost(db, doomed, now)
    return len(doomed)


def _tell_of_lost(db: Session, doomed: Sequence[Doomed], now: datetime) -> None:
    """Of approved cases: what took these pictures' place is newer than the backup.

    The key of the narrower copy was in the database that is gone, and nowhere else: nobody can
    open it again, and its object is removed as one that no row knows.
    """
    copies = {one.id: one for one in doomed if (one.stage, one.rule) == (Stage.REVIEW, APPROVED)}
    row = Artifact
    narrower = aliased(Artifact)
    another = select(narrower.id).where(
        narrower.upload_id == row.upload_id,
        narrower.stage == Stage.RETAINED,
        narrower.state.in_(LIVE),
    )
    lost = db.scalars(
        select(row.id)
        .join(VerificationSession, VerificationSession.id == row.session_id)
        .where(
            row.id.in_(copies),
            VerificationSession.status == Status.VERIFIED,
            ~another.correlate(row).exists(),
        )
        .order_by(row.id)
    ).all()
    for artifact_id in lost:
        log.error("narrower_copy_lost", artifact=artifact_id)
    things = [Thing(id_, copies[id_].session_id, {"kind": copies[id_].kind}) for id_ in lost]
    record_all(db, Action.SYSTEM_COPY_LOST, things, actor=SYSTEM, now=now)


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
