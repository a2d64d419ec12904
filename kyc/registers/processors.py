"""Owns the register of processors: the controller's file, and every list that was in force."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.models import ProcessorList
from kyc.privacy.controller import Processor, controller_of
from kyc.settings import Settings


@dataclass(frozen=True)
class Kept:
    """One list as it was in force from `since` to `until`; None is the one in force."""

    processors: tuple[Processor, ...]
    sha256: str
    since: datetime
    until: datetime | None


def note_processors(db: Session, settings: Settings, now: datetime) -> bool:
    """Keeps what the file says when that is not what it said before; whether it was kept.

    The file is the one source of truth, and documents are written from it; this remembers what it
    said, since a file has no memory. Nothing is kept while the file says nothing of processors.
    Raises ConfigurationError for a file out of form.
    """
    said = controller_of(settings).processors
    if said is None:
        return False
    body = rfc8785.dumps([asdict(one) | {"subprocessors": list(one.subprocessors)} for one in said])
    sha256 = hashlib.sha256(body).hexdigest()
    last = db.scalar(select(ProcessorList).where(ProcessorList.until.is_(None)).with_for_update())
    if last is not None and last.sha256 == sha256:
        return False
    if last is not None:
        last.until = now
    row = ProcessorList(sha256=sha256, body=body.decode(), since=now)
    db.add(row)
    db.flush()
    act = Action.SYSTEM_PROCESSORS_CHANGED
    record(db, act, actor=SYSTEM, now=now, object_id=row.id, detail={"processors": len(said)})
    return True


def lists(db: Session) -> Sequence[Kept]:
    """All that were in force, the latest first."""
    rows = db.scalars(select(ProcessorList).order_by(ProcessorList.since.desc()))
    return [Kept(_processors(row.body), row.sha256, row.since, row.until) for row in rows]


def _processors(body: str) -> tuple[Processor, ...]:
    return tuple(
        Processor(**{**one, "subprocessors": tuple(one["subprocessors"])})
        for one in json.loads(body)
    )
