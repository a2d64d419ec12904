"""Owns the copy of the log outside the database: JSON lines and signed notes, only added to."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit.checkpoints import last_checkpoint
from kyc.audit.verify import LINE
from kyc.errors import KycError
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent

SEGMENT = 100_000  # events a file, so that finished files can be moved to write-once storage
TAIL = 256 * 1024  # longer than any line that kyc/audit/values.py admits


class ExportDiffersError(KycError):
    """The database no longer holds what was exported: it was changed, or an older one restored."""

    code = "audit_export_differs"


def export(db: Session, directory: Path, segment: int = SEGMENT) -> int:
    """Add every signed event that `directory` lacks; return how many were added.

    Runs after the commit of what it exports. Raises ExportDiffersError when the last exported
    event is not the database's. What a killed run left unfinished is made good by the next one.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(directory):
        done, last = _exported(db, directory), last_checkpoint(db)
        if last is None:
            return 0
        _add_events(db, directory, range(done + 1, last.size + 1), segment)
        _add_notes(db, directory)
        _replace(directory / "checkpoint", last.note)
    return max(last.size - done, 0)


def _exported(db: Session, directory: Path) -> int:
    """The position of the last exported event, which must still be in the database."""
    for file in sorted(directory.glob("events-*.jsonl"), reverse=True):
        line = LINE.fullmatch(_last_line(file))
        if line is None:
            continue
        pos, digest = int(line[3]), bytes.fromhex(line[2].decode())
        if db.scalar(select(AuditEvent.hash).where(AuditEvent.pos == pos)) != digest:
            raise ExportDiffersError(f"event {pos} of the database is not the one in {file}")
        return pos
    return 0


def _add_events(db: Session, directory: Path, places: range, segment: int) -> None:
    rows = db.execute(
        select(AuditEvent.pos, AuditEvent.hash, AuditEvent.body)
        .where(AuditEvent.pos >= places.start, AuditEvent.pos < places.stop)
        .order_by(AuditEvent.pos)
        .execution_options(yield_per=5000)
    )
    lines = ((pos or 0, line_of(pos or 0, digest or b"", body)) for pos, digest, body in rows)
    for number, group in groupby(lines, key=lambda line: (line[0] - 1) // segment):
        _append(
            directory / f"events-{number * segment + 1:012d}.jsonl", (line for _, line in group)
        )


def line_of(pos: int, digest: bytes, body: str) -> str:
    """One event as canonical JSON; `body` stands in it byte for byte as it was hashed."""
    return f'{{"event":{body},"hash":"{digest.hex()}","pos":{pos}}}\n'


def _add_notes(db: Session, directory: Path) -> None:
    file = directory / "checkpoints.jsonl"
    last = _last_line(file)
    done = int(json.loads(last).split("\n")[1]) if last else 0
    newer = select(AuditCheckpoint.note).where(AuditCheckpoint.size > done)
    notes = db.scalars(newer.order_by(AuditCheckpoint.size))
    _append(file, (json.dumps(note, ensure_ascii=False) + "\n" for note in notes))


def _last_line(file: Path) -> bytes:
    """The last whole line, without its end; what a killed run left half written is cut off."""
    if not file.exists():
        return b""
    with file.open("r+b") as log:
        end = log.seek(0, os.SEEK_END)
        start = max(end - TAIL, 0)
        log.seek(start)
        whole = log.read().rpartition(b"\n")[0]
        if start + len(whole) + 1 < end or not whole:
            log.truncate(start + len(whole) + bool(whole))
        return whole.rpartition(b"\n")[2]


def _append(file: Path, lines: Iterable[str]) -> None:
    with file.open("a", encoding="utf-8") as log:
        log.writelines(lines)
        log.flush()
        os.fsync(log.fileno())


def _replace(file: Path, text: str) -> None:
    aside = file.with_name(f".{file.name}")
    with aside.open("w", encoding="utf-8") as note:
        note.write(text)
        note.flush()
        os.fsync(note.fileno())
    aside.replace(file)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One export at a time; the lock goes with the process that holds it."""
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
