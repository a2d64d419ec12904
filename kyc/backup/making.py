"""Owns the making of a backup, while the service runs: rows, keys apart, objects as they lie."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kyc import __version__
from kyc.audit import OPERATOR, Action, record
from kyc.audit.signer import Signer
from kyc.backup import key_files
from kyc.backup.locks import Lock
from kyc.backup.manifest import BackupError, Manifest, described, write
from kyc.backup.sealed_file import SealedWriter
from kyc.backup.tables import dump_lines
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact
from kyc.runtime import Runtime
from storage.errors import MissingObjectError
from storage.vault import PREFIX

DATABASE, KEYS, OBJECTS = "database.kycb", "keys.kycb", "objects"


@dataclass(frozen=True)
class Ordered:
    """Where to write: `directory` must be new or empty; `keys_file` is for keeping elsewhere."""

    directory: Path
    keys_file: Path
    with_objects: bool = False


def make_backup(
    runtime: Runtime,
    ordered: Ordered,
    *,
    lock: Lock,
    signer: Signer,
    progress: Callable[[int], None] = lambda _count: None,
) -> Manifest:
    """Raises BackupError where something is in the way; what was written then is no backup.

    The manifest is written last: without it nothing of the directory is accepted.
    """
    directory = ordered.directory
    _make_room(ordered)
    backup_id = f"bk_{secrets.token_hex(15)}"
    counts = _write_database(runtime, directory / DATABASE, backup_id, lock)
    _write_lines(ordered.keys_file, backup_id, KEYS, lock, key_files.pack(runtime.settings))
    objects = _copy_objects(runtime, directory, progress) if ordered.with_objects else 0
    manifest = Manifest(
        backup=backup_id,
        made_at=runtime.now(),
        release=__version__,
        files={
            DATABASE: described(directory / DATABASE),
            KEYS: described(ordered.keys_file),
        },
        objects=objects,
        has_objects=ordered.with_objects,
        rows=dict(counts),
        epochs=runtime.vault.keys.epochs(),
    )
    write(manifest, signer, directory)
    with runtime.transaction() as db:
        record(
            db,
            Action.OPERATOR_BACKUP_MADE,
            actor=OPERATOR,
            now=runtime.now(),
            object_id=backup_id,
            detail={"rows": counts.total(), "objects": objects},
        )
    return manifest


def _make_room(ordered: Ordered) -> None:
    ordered.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(ordered.directory.iterdir()):
        raise BackupError(f"{ordered.directory} is not empty: name a new directory")
    if ordered.keys_file.exists():
        raise BackupError(f"{ordered.keys_file} is there already: name a new file")
    ordered.keys_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _write_database(runtime: Runtime, path: Path, backup_id: str, lock: Lock) -> Counter[str]:
    counts = Counter[str]()

    def counted() -> Iterable[dict[str, Any]]:
        for line in dump_lines(runtime.engine):
            counts.update(line.get("counts", {}))
            yield line

    _write_lines(path, backup_id, DATABASE, lock, counted())
    return counts


def _write_lines(
    path: Path, backup_id: str, name: str, lock: Lock, lines: Iterable[dict[str, Any]]
) -> None:
    with path.open("xb") as file:
        writer = SealedWriter(file, backup_id, name, lock)
        for line in lines:
            writer.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        writer.finish()


def _copy_objects(runtime: Runtime, directory: Path, progress: Callable[[int], None]) -> int:
    """As they lie in the bucket: ciphertext, whose keys are in the database alone.

    What is purged while this runs is left out, as it should be.
    """
    place, copied = directory / OBJECTS, 0
    place.mkdir(mode=0o700)
    with runtime.reading() as db:
        names = db.scalars(
            select(Artifact.object_name).where(Artifact.state == ArtifactState.STORED)
        ).all()
    for name in names:
        try:
            data = runtime.vault.objects.get(name)
        except MissingObjectError:
            continue
        (place / name.removeprefix(PREFIX)).write_bytes(data)
        copied += 1
        progress(1)
    return copied
