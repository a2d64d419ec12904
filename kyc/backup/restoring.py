"""Owns the restoring of a backup: nothing opens before what was purged since is gone again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kyc.audit import OPERATOR, Action, record
from kyc.audit.signer import load_public_keys, public_key_file
from kyc.audit.verify import PublicKey, verify_export
from kyc.backup.key_files import has_keys, put_back, unpack
from kyc.backup.locks import Unlock
from kyc.backup.making import DATABASE, KEYS, OBJECTS
from kyc.backup.manifest import BackupError, Manifest, check_file, check_signature, read
from kyc.backup.sealed_file import read_lines
from kyc.backup.tables import is_empty, load_lines, prepare_tables
from kyc.db import make_engine
from kyc.keeping.trying import Tried, try_all
from kyc.lifecycle import ArtifactState
from kyc.migration import migrate
from kyc.models import Artifact
from kyc.retention.due import purging_artifacts
from kyc.retention.ledger import Ledger, export_lines, joined, ledger_of_export, read_ledger
from kyc.retention.purging import mark_all_absent
from kyc.retention.replaying import replay
from kyc.runtime import Runtime, object_store, open_runtime
from kyc.settings import RESTORING_MARK, Settings
from storage.errors import NameTakenError
from storage.vault import PREFIX

REMOVED_AT_ONCE = 1000


@dataclass(frozen=True)
class Source:
    """What is restored from; `exports` are copies of the audit log, a second ledger."""

    directory: Path
    keys_file: Path
    unlock: Unlock = field(repr=False)
    public_keys: Path | None = None
    exports: Sequence[Path] = ()


@dataclass
class Restored:
    """What a restore did; counts."""

    manifest: Manifest
    keys: int = 0
    replayed: int = 0
    epochs: list[str] = field(default_factory=list)
    removed: int = 0
    left: int = 0
    objects: int = 0
    unsound: Sequence[str] = ()
    tried: Tried = field(default_factory=Tried)


def restore(
    settings: Settings, source: Source, *, say: Callable[[str], None], is_test: bool = False
) -> Restored:
    """Into an empty database; the key store that is there counts, if there is one.

    Raises BackupError, and changes nothing, for a backup that is not whole or a place that is
    taken. When it is cut short a mark stays, and no part of the service starts until it is run
    again on an empty database. A test touches nothing in the bucket.
    """
    manifest, signature = read(source.directory)
    check_file(manifest, DATABASE, source.directory / DATABASE)
    check_file(manifest, KEYS, source.keys_file)
    _must_be_free(settings)
    contents = unpack(read_lines(source.keys_file, manifest.backup, KEYS, source.unlock))
    check_signature(manifest, signature, _trusted(settings, source, contents))
    done = Restored(manifest)
    with _marked(settings):
        done.keys = _restore_keys(settings, contents)
        say(f"keys       {done.keys} files put back")
        ledger = _ledger(settings, source)
        done.unsound = ledger.unsound
        _restore_rows(settings, source, manifest, ledger, done, say)
        runtime = open_runtime(settings, is_restoring=True)
        try:
            _finish(runtime, source, ledger, done, say, is_test=is_test)
        finally:
            runtime.engine.dispose()
    return done


def _must_be_free(settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    try:
        if not is_empty(engine):
            raise BackupError(
                "the database of this place is in use: a restore never overwrites one. Stop the"
                " service and move the database away, or name an empty one with DATABASE_URL"
            )
    finally:
        engine.dispose()


def _trusted(settings: Settings, source: Source, contents: dict[str, bytes]) -> Sequence[PublicKey]:
    """The keys named, else those of this place, else those inside the sealed keys file."""
    own = public_key_file(settings.audit_key_file)
    if source.public_keys or own.exists():
        return load_public_keys(source.public_keys or own)
    lines = contents.get("audit.pem.pub", b"").decode("utf-8").splitlines()
    return [PublicKey.parse(line) for line in lines if line.strip()]


def _restore_keys(settings: Settings, contents: dict[str, bytes]) -> int:
    """An intact key store knows which keys are destroyed, and the backup's does not."""
    kept = {n: c for n, c in contents.items() if not (has_keys(settings) and n.startswith("kek/"))}
    written = put_back(settings, kept)
    settings.kek_dir.chmod(0o700)
    return written


def _ledger(settings: Settings, source: Source) -> Ledger:
    keys = load_public_keys(public_key_file(settings.audit_key_file))
    ledgers = [read_ledger(object_store(settings), keys)]
    for directory in source.exports:
        report = verify_export(directory, keys)
        if not report.is_sound:
            raise BackupError(f"the audit log in {directory} is not sound: {report.findings[0]}")
        files = sorted(directory.glob("events-*.jsonl"))
        ledgers.append(ledger_of_export(export_lines(files)))
    return joined(ledgers)


def _restore_rows(
    settings: Settings,
    source: Source,
    manifest: Manifest,
    ledger: Ledger,
    done: Restored,
    say: Callable[[str], None],
) -> None:
    """Rows and replay in one transaction, where the tables are those of this version."""
    lines = read_lines(source.directory / DATABASE, manifest.backup, DATABASE, source.unlock)
    revision = str(next(lines)["revision"])
    engine = make_engine(settings.database_url)
    try:
        prepare_tables(engine, revision)
        with engine.begin() as connection:
            counts = load_lines(connection, lines)
        migrate(engine)
    finally:
        engine.dispose()
    if counts != manifest.rows:
        raise BackupError("the rows are not those that the manifest counts")
    say(f"rows       {sum(counts.values())} put back, as of {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    runtime = open_runtime(settings, is_restoring=True)
    try:
        with runtime.transaction() as db:
            done.replayed = replay(db, ledger.entries, runtime.now())
    finally:
        runtime.engine.dispose()
    say(f"ledger     {len(ledger.entries)} destructions known, {done.replayed} done again")


def _finish(
    runtime: Runtime,
    source: Source,
    ledger: Ledger,
    done: Restored,
    say: Callable[[str], None],
    *,
    is_test: bool,
) -> None:
    for epoch in ledger.epochs:
        if epoch in runtime.vault.keys.epochs():
            runtime.vault.keys.destroy(epoch)
            done.epochs.append(epoch)
    say(f"keys       {len(done.epochs)} destroyed again")
    if not is_test:
        done.objects = _put_objects(runtime, source.directory / OBJECTS)
        _remove_purged(runtime, done)
        say(f"objects    {done.objects} put back, {done.removed} purged ones removed")
    done.tried = try_all(runtime)
    say(f"tried      {done.tried.rows} keys, {len(done.tried.failed)} do not open")
    _set_export_aside(runtime.settings, runtime.now())
    _record(runtime, Action.OPERATOR_BACKUP_RESTORED, done)


def _put_objects(runtime: Runtime, place: Path) -> int:
    """Only what a live row knows, and only if it is what that row says."""
    if not place.is_dir():
        return 0
    put = 0
    with runtime.reading() as db:
        live = select(Artifact).where(Artifact.state == ArtifactState.STORED)
        wanted = {row.object_name: row.ciphertext_sha256 for row in db.scalars(live)}
    for name, digest in sorted(wanted.items()):
        file = place / name.removeprefix(PREFIX)
        if not file.is_file():
            continue
        data = file.read_bytes()
        if sha256(data).digest() != digest:
            raise BackupError(f"{file} is not the object that the database knows")
        try:
            runtime.vault.objects.put(name, data)
            put += 1
        except NameTakenError:
            continue  # it is in the bucket still; whether it opens is tried with the others
    return put


def _remove_purged(runtime: Runtime, done: Restored) -> None:
    after = ""
    while True:
        with runtime.reading() as db:
            waiting = purging_artifacts(db, REMOVED_AT_ONCE, after)
        if not waiting:
            return
        after = waiting[-1].object_name
        shredded = runtime.vault.shred_all(artifact.object_name for artifact in waiting)
        id_of = {artifact.object_name: artifact.id for artifact in waiting}
        gone = {id_of[name]: absence for name, absence in shredded.gone.items()}
        with runtime.transaction() as db:
            done.removed += mark_all_absent(db, gone, runtime.now())
        done.left += len(shredded.left)


def _set_export_aside(settings: Settings, now: datetime) -> None:
    """The log goes on from where the backup was made: its copy is not that of the former one."""
    if settings.audit_export_dir.is_dir():
        name = f"{settings.audit_export_dir.name}-until-{now:%Y%m%d-%H%M%S}"
        settings.audit_export_dir.rename(settings.audit_export_dir.with_name(name))


def _record(runtime: Runtime, action: Action, done: Restored) -> None:
    with runtime.transaction() as db:
        record(
            db,
            action,
            actor=OPERATOR,
            now=runtime.now(),
            object_id=done.manifest.backup,
            detail=counts_of(done),
        )


def counts_of(done: Restored) -> dict[str, Any]:
    return {
        "rows": sum(done.manifest.rows.values()),
        "replayed": done.replayed,
        "tried": done.tried.rows,
        "failed": len(done.tried.failed),
        "left": done.left,
    }


@contextmanager
def _marked(settings: Settings) -> Iterator[None]:
    """While the mark stands no part of the service opens; it is taken away by success alone."""
    mark = settings.data_dir / RESTORING_MARK
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.touch(mode=0o600)
    settings.kek_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.kek_dir.mkdir(exist_ok=True, mode=0o700)
    yield
    mark.unlink()
