"""Owns the figures of rotation: keys moved a second, beside a bare UPDATE of the same rows.

    python -m benchmarks.bench_rewrap [--rows 5000] [--rounds 3]

Both in turn on one SQLite file, so that a noisy machine disturbs them alike; medians of several
rounds. Bare is what nobody could do with less: the same columns of the same rows written by their
ids, in transactions of the same size, with no key unwrapped or wrapped. Keys are in files.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select, update

from kyc.clock import month_epoch
from kyc.keeping.moving import BATCH, move_misplaced
from kyc.logs import configure_logging
from kyc.migration import migrate
from kyc.models import Artifact, Upload, VerificationSession, new_id
from kyc.runtime import Runtime, open_runtime
from kyc.settings import load_settings
from storage.keys import artifact_context
from storage.keys_file import FileKeys


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    configure_logging()
    with tempfile.TemporaryDirectory(prefix="kyc-b-", dir="/tmp") as directory:
        runtime = _runtime(Path(directory))
        _fill(runtime, given.rows)
        rounds = [_round(runtime, given.rows, number) for number in range(given.rounds)]
        runtime.engine.dispose()
    moved, bare = (median(speeds) for speeds in zip(*rounds, strict=True))
    print(f"rows {given.rows}, transactions of {BATCH}, SQLite, keys in files")
    print(f"moved  {moved:8.0f} rows/s")
    print(f"bare   {bare:8.0f} rows/s")
    print(f"ratio  {median(m / b for m, b in rounds):8.2f} of the bare UPDATE's speed")


def _round(runtime: Runtime, rows: int, number: int) -> tuple[float, float]:
    """Moves all rows into another month, whose end is theirs; then writes them as they are."""
    with runtime.transaction() as db:
        due = runtime.now() + timedelta(days=90 + 40 * number)
        db.execute(update(Artifact).values(destroy_at=due))
    begin = time.perf_counter()
    moved = move_misplaced(runtime).rows
    seconds = time.perf_counter() - begin
    assert moved == rows, f"{moved} of {rows} rows were moved"
    return rows / seconds, rows / _bare(runtime)


def _bare(runtime: Runtime) -> float:
    columns = (Artifact.id, Artifact.wrapped_key, Artifact.key_epoch)
    with runtime.reading() as db:
        found: list[Any] = list(db.execute(select(*columns).order_by(Artifact.id)))
    begin = time.perf_counter()
    for start in range(0, len(found), BATCH):
        with runtime.transaction() as db:
            for row_id, key, epoch in found[start : start + BATCH]:
                db.execute(
                    update(Artifact)
                    .where(Artifact.id == row_id)
                    .values(wrapped_key=key, key_epoch=epoch)
                    .execution_options(synchronize_session=False)
                )
    return time.perf_counter() - begin


def _runtime(directory: Path) -> Runtime:
    settings = load_settings({"KYC_DATA_DIR": str(directory)})
    settings.kek_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    FileKeys(settings.kek_dir).prepare()
    runtime = open_runtime(settings)
    migrate(runtime.engine)
    return runtime


def _fill(runtime: Runtime, count: int) -> None:
    now = datetime.now(UTC)
    epoch, session_id, upload_id = month_epoch(now), new_id("vs"), new_id("up")
    with runtime.transaction() as db:
        db.add(
            VerificationSession(
                id=session_id,
                status="processing",
                origin="link",
                flow_name="standard",
                flow_version=1,
                created_at=now,
                expires_at=now,
                field_key_epoch=epoch,
            )
        )
        db.flush()
        upload = Upload(id=upload_id, session_id=session_id, kind="document_front", attempt=1,
                        state="ready", size=1, created_at=now, updated_at=now)  # fmt: skip
        db.add(upload)
        db.flush()
        db.execute(
            insert(Artifact), [_row(runtime, session_id, upload_id, now) for _ in range(count)]
        )


def _row(runtime: Runtime, session_id: str, upload_id: str, now: datetime) -> dict[str, Any]:
    artifact_id, epoch = new_id("art"), month_epoch(now)
    context = artifact_context(session_id, artifact_id)
    return {
        "id": artifact_id,
        "session_id": session_id,
        "upload_id": upload_id,
        "kind": "document_front",
        "stage": "review",
        "state": "stored",
        "object_name": f"sealed/{os.urandom(20).hex()}",
        "wrapped_key": runtime.vault.keys.wrap(os.urandom(32), epoch, context).blob,
        "key_epoch": epoch,
        "ciphertext_sha256": bytes(32),
        "ciphertext_length": 1000,
        "plaintext_length": 911,
        "content_type": "image/jpeg",
        "regions": [],
        "created_at": now,
        "destroy_at": now,
        "destroy_rule": "approved",
    }


if __name__ == "__main__":
    main()
