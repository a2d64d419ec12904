"""Owns evidence packs that are asked for in the console: asked, made by a worker, taken, gone."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.errors import ConflictError, NotFoundError
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.models import EvidencePack

KEPT = timedelta(days=7)
PATIENCE = timedelta(hours=1)


def ask(db: Session, *, by: Actor, now: datetime) -> EvidencePack:
    """A worker makes it, since it alone has the signing key.

    Raises ConflictError while one that was asked for in the last hour waits.
    """
    recent = EvidencePack.asked_at > now - PATIENCE
    waiting = select(EvidencePack.id).where(EvidencePack.made_at.is_(None), recent)
    if db.scalar(waiting.limit(1)) is not None:
        raise ConflictError("a pack is being made already: look again in a moment")
    row = EvidencePack(asked_by=by.id, asked_at=now)
    db.add(row)
    db.flush()
    owe(db, OwedJobName.EVIDENCE, row.id, now)
    record(db, Action.STAFF_EVIDENCE_ASKED, actor=by, now=now, object_id=row.id)
    return row


def keep(db: Session, pack_id: str, content: bytes, now: datetime) -> None:
    """What a worker made."""
    row = db.get_one(EvidencePack, pack_id)
    row.content, row.made_at = content, now
    row.sha256 = hashlib.sha256(content).hexdigest()
    record(db, Action.SYSTEM_EVIDENCE_MADE, actor=SYSTEM, now=now, object_id=row.id,
           detail={"pack": row.sha256})  # fmt: skip


def take(db: Session, pack_id: str, *, by: Actor, now: datetime) -> bytes:
    """Raises NotFoundError for what is not made yet, or forgotten already."""
    row = db.get(EvidencePack, pack_id)
    if row is None or row.content is None:
        raise NotFoundError("there is no such pack: one is kept for seven days")
    record(db, Action.STAFF_EVIDENCE_TAKEN, actor=by, now=now, object_id=row.id)
    return row.content


def packs(db: Session, limit: int) -> Sequence[EvidencePack]:
    """The latest first."""
    query = select(EvidencePack).order_by(EvidencePack.asked_at.desc(), EvidencePack.id)
    return db.scalars(query.limit(limit)).all()


def forget_old(db: Session, now: datetime) -> None:
    """The files, not that they were made."""
    old = (EvidencePack.made_at < now - KEPT, EvidencePack.content.is_not(None))
    db.execute(update(EvidencePack).where(*old).values(content=None))
