"""Owns the check of the log where it lives: chain, signatures, and the columns beside the text."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit.verify import GENESIS, MalformedError, PublicKey, Report, Walk, open_note
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent

CHUNK = 5000


def verify_database(db: Session, keys: Sequence[PublicKey], kept: Sequence[str] = ()) -> Report:
    """Check every event and checkpoint in the database; findings carry their places.

    `kept` are texts of checkpoints that were copied elsewhere. Events after the last checkpoint
    are checked against each other, but nothing signed covers them: see `signed` in the report.
    """
    stored = db.scalars(select(AuditCheckpoint.note).order_by(AuditCheckpoint.size)).all()
    checkpoints, bad = [], 0
    for note in [*stored, *kept]:
        try:
            checkpoints.append(open_note(note, keys))
        except MalformedError:
            bad += 1
    walk = Walk(checkpoints)
    if bad:
        newest = db.scalar(select(func.max(AuditEvent.pos))) or 1
        walk.note("checkpoint", 1, newest, f"{bad} checkpoints are not signed by a trusted key")
    _walk_rows(db, walk)
    return walk.finish(tail_allowed=True)


def _walk_rows(db: Session, walk: Walk) -> None:
    event, before = AuditEvent, GENESIS
    beside = (event.at, event.action, event.actor, event.case_id)
    rows = db.execute(
        select(event.pos, event.prev, event.hash, event.body, *beside)
        .where(event.pos.is_not(None))
        .order_by(event.pos)
        .execution_options(yield_per=CHUNK)
    )
    for pos, prev, digest, body, at, *codes in rows:
        walk.event(pos or 0, digest or b"", body.encode())
        if prev != before:
            walk.note("column", pos or 0, pos or 0, "`prev` is not the hash of the event before")
        if not _agrees(body, at, codes):
            walk.note("column", pos or 0, pos or 0, "a column differs from the event beside it")
        before = digest or b""


def _agrees(body: str, at: datetime, codes: Sequence[str | None]) -> bool:
    """`codes` are action, actor and case."""
    try:
        told = json.loads(body)
        return bool([told["action"], told["actor"], told["case"]] == list(codes)) and (
            datetime.fromisoformat(told["at"]) == at
        )
    except (ValueError, KeyError, TypeError):
        return False
