"""Owns the copy of the log in a bucket: each piece is written once, under a name of its own.

`events/FIRST-LAST` holds lines as an export does, `notes/BLOCK/LAST` the signed notes up to LAST.
The notes go second: a piece whose notes are missing was not finished, and is sent again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit.checkpoints import last_checkpoint
from kyc.audit.export import ExportDiffersError, line_of
from kyc.errors import ConflictError
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent
from kyc.models.audit_shipment import AuditShipment
from storage.errors import NameTakenError
from storage.objects import Objects

MOST = 50_000  # events a piece, so that one stays well below 50 MB
BLOCK = 10_000
"""Events whose notes share a prefix, so that looking for what is ahead lists few names."""


@dataclass(frozen=True)
class Piece:
    first: int
    last: int
    events: bytes
    notes: bytes

    @property
    def events_name(self) -> str:
        return f"events/{self.first:012d}-{self.last:012d}"

    @property
    def notes_name(self) -> str:
        return f"{_block(self.last)}/{self.last:012d}"


def next_piece(db: Session, bucket: Objects, most: int = MOST) -> Piece | None:
    """What is signed and not shipped yet, to the last checkpoint within `most` events.

    Where the bucket is ahead, because a sender died before it could say so, the piece is the one
    that lies there. Raises ExportDiffersError when this database never signed that: then an older
    one was restored, or another one writes here.
    """
    done = shipped(db)
    newer = select(AuditCheckpoint).where(AuditCheckpoint.size > done)
    notes = db.scalars(newer.order_by(AuditCheckpoint.size).limit(most)).all()
    there = _ahead(bucket, done)
    most_last = there or done + most
    wanted = [note for note in notes if note.size <= most_last]
    if there and (not wanted or wanted[-1].size != there):
        raise ExportDiffersError(f"the audit bucket already holds events up to {there}")
    return _piece(db, done + 1, wanted) if wanted else None


def send(bucket: Objects, piece: Piece) -> None:
    """Puts a piece into the bucket; putting the same one again is harmless.

    Raises ExportDiffersError when something else lies under its name.
    """
    for name, content in ((piece.events_name, piece.events), (piece.notes_name, piece.notes)):
        try:
            bucket.put(name, content)
        except NameTakenError as error:
            if bucket.get(name) != content:
                raise ExportDiffersError(f"the audit bucket holds another {name}") from error


def keep_shipment(db: Session, piece: Piece, now: datetime) -> None:
    db.add(AuditShipment(at=now, first=piece.first, last=piece.last))


def shipped(db: Session) -> int:
    """The position of the last event in the bucket; 0 when there is none."""
    newest = select(AuditShipment.last).order_by(AuditShipment.last.desc()).limit(1)
    return db.scalar(newest) or 0


def oldest_unshipped(db: Session) -> datetime | None:
    """When the first event that is signed and not in the bucket happened."""
    signed = last_checkpoint(db)
    first = shipped(db) + 1
    if signed is None or signed.size < first:
        return None
    return db.scalar(select(AuditEvent.at).where(AuditEvent.pos == first))


def fetch(bucket: Objects, directory: Path) -> int:
    """Makes an export of what the bucket holds; how many events that are.

    `directory` must be empty or missing. Pieces are taken as their notes name them, one after
    the other; the check of the export tells what does not fit. Raises ConflictError, and the
    errors of the store.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(directory.iterdir()):
        raise ConflictError(f"{directory} is not empty; name a new directory")
    done, note = 0, ""
    with (directory / "checkpoints.jsonl").open("wb") as notes:
        for name in sorted(bucket.list_names("notes/")):
            last = int(name.rpartition("/")[2])
            events = bucket.get(f"events/{done + 1:012d}-{last:012d}")
            (directory / f"events-{done + 1:012d}.jsonl").write_bytes(events)
            signed = bucket.get(name)
            notes.write(signed)
            done, note = last, json.loads(signed.splitlines()[-1])
    (directory / "checkpoint").write_text(note, encoding="utf-8")
    return done


def _ahead(bucket: Objects, done: int) -> int | None:
    """The first end of a piece in the bucket behind `done`, among those with the same prefix."""
    ends = (int(name.rpartition("/")[2]) for name in bucket.list_names(f"{_block(done)}/"))
    return min((end for end in ends if end > done), default=None)


def _piece(db: Session, first: int, notes: Sequence[AuditCheckpoint]) -> Piece:
    last = notes[-1].size
    return Piece(
        first,
        last,
        b"".join(_lines(db, first, last)),
        "".join(json.dumps(note.note, ensure_ascii=False) + "\n" for note in notes).encode(),
    )


def _lines(db: Session, first: int, last: int) -> Iterable[bytes]:
    rows = db.execute(
        select(AuditEvent.pos, AuditEvent.hash, AuditEvent.body)
        .where(AuditEvent.pos >= first, AuditEvent.pos <= last)
        .order_by(AuditEvent.pos)
        .execution_options(yield_per=5000)
    )
    for pos, digest, body in rows:
        yield line_of(pos or 0, digest or b"", body).encode()


def _block(position: int) -> str:
    return f"notes/{position // BLOCK:08d}"
