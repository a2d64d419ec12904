"""Owns the figures of the purge: verified deletions beside what any tool must do, and peak memory.

    python -m benchmarks.bench_purge [--objects 4000] [--rounds 3] [--rows 10000 100000 1000000]
                                     [--database postgresql+psycopg://...]

All ways run on the same embedded SeaweedFS, in turn, so that a noisy machine disturbs them alike;
medians of several rounds. Each begins with so many small objects and ends with none of them.

bare        the floor that nobody can pass: the names are known, DeleteObjects by the thousand, one
            listing of the bucket at the end. It sees no former version and no unfinished upload.
at_once     the same with as many requests under way as the purge has, one thousand names each.
floor       the least that any tool must do to remove every version and prove it: list the versions,
            DeleteObjects by the thousand, list versions and unfinished uploads once more at the
            end. Plain boto3, one request after the other, and no database.
shred_all   ours for a list of names: the same for each 999, with a proof of its own for each name.
shred_known ours for names that were put there: each 999 deleted first, then the proof as before.
purge       the purge job from where keys are destroyed: removal, proof, receipts, events, ledger.
whole       the same from live rows that are due: keys, columns and receipts, then all of purge.

The database is SQLite unless one is given, and then it must be empty. CPU is that of this process
and of the store, a thousand objects: on a busy machine it says more than the clock.

Memory is the peak of resident memory while the whole runs over so many due rows. Its store is an
empty one in this process, so that whatever grows is ours.
"""

import argparse
import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.store import cpu_of, running_store, settings_of
from kyc.audit.signer import Signer, load_or_make_signer
from kyc.embedded.seaweedfs import SeaweedFs
from kyc.logs import configure_logging
from kyc.migration import migrate
from kyc.models import Artifact, Receipt, Upload, VerificationSession, new_id
from kyc.runtime import Runtime, open_runtime
from kyc.settings import load_settings
from storage.memory import MemoryObjects
from storage.objects import Absence, Shredded, check_name
from storage.s3 import S3Objects
from storage.vault import PREFIX, Vault
from workers.house import House
from workers.purging import AT_ONCE, destroy_keys, purge

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "bench"
BODY = bytes(1000)
BATCH = 1000
FILLED_AT_ONCE = 10_000
KEY = bytes(60)
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Way = Callable[[Sequence[str]], object]


class Run(NamedTuple):
    """Objects a second; seconds of CPU a thousand objects, of this process and of the store."""

    speed: float
    ours: float
    theirs: float


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("objects", 4000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    configure_logging()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and the server ends with us
    with (
        tempfile.TemporaryDirectory(prefix="kyc-b-", dir="/tmp") as directory,
        running_store(Path(directory), BUCKET) as (server, pid),
    ):
        objects = S3Objects(settings_of(server, BUCKET))
        runtime = _runtime(Path(directory), objects, given.database)
        if given.rounds:
            _compare(server, pid, objects, runtime, given.objects, given.rounds)
        _memories(runtime, given.rows)


def _compare(
    server: SeaweedFs, pid: int, objects: S3Objects, runtime: Runtime, count: int, rounds: int
) -> None:
    house, client = _house(runtime), server.client()
    ways: dict[str, Way] = {
        "bare": lambda names: _bare(client, names),
        "at_once": lambda names: _bare(client, names, AT_ONCE),
        "floor": lambda _names: _floor(client),
        "shred_all": objects.shred_all,
        "shred_known": objects.shred_known,
        "purge": lambda _names: purge(house),
        "whole": lambda _names: _whole(house),
    }
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for number in range(rounds):
        first = number % len(ways)
        for name in [*list(ways)[first:], *list(ways)[:first]]:
            names = _fill(objects, count)
            if name in {"purge", "whole"}:
                _write_rows(runtime, names, is_due=name == "whole")
            runs[name].append(_timed(ways[name], names, pid))
            assert not objects.list_names(PREFIX)
    for name, of_one in runs.items():
        print(_line(name, of_one, runs))


def _line(name: str, of_one: "Sequence[Run]", runs: "Mapping[str, Sequence[Run]]") -> str:
    speed = median(run.speed for run in of_one)
    beside = {
        peer: median(run.speed for run in runs[peer]) for peer in ("bare", "at_once", "floor")
    }
    return (
        f"{name:11} {speed:6.0f} a second  {speed / beside['bare']:5.0%} of bare"
        f"  {speed / beside['at_once']:5.0%} of at_once"
        f"  {speed / beside['floor']:5.0%} of floor   CPU a thousand: ours"
        f" {median(run.ours for run in of_one):.2f} s, the store's"
        f" {median(run.theirs for run in of_one):.2f} s"
    )


def _memories(runtime: Runtime, sizes: Sequence[int]) -> None:
    """Over a store that has forgotten everything already: what grows is ours."""
    runtime = replace(runtime, vault=Vault(_Empty(), runtime.vault.keys))
    peaks: list[float] = []
    for rows in sizes:
        for start in range(0, rows, FILLED_AT_ONCE):
            count = min(FILLED_AT_ONCE, rows - start)
            names = [PREFIX + os.urandom(20).hex() for _ in range(count)]
            _write_rows(runtime, names, is_due=True)
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew, see proc(5)
        begin = time.perf_counter()
        _whole(_house(runtime))
        seconds = time.perf_counter() - begin
        peaks.append(_peak_megabytes())
        print(
            f"whole of {rows} rows: peak {peaks[-1]:.0f} MB resident,"
            f" {peaks[-1] / peaks[0]:.2f} of the first, {rows / seconds:.0f} a second",
            flush=True,
        )


def _peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _whole(house: House) -> None:
    """As when a person has let it through: the brake would rightly stop so much at once."""
    destroy_keys(house, house.runtime.now())
    purge(house)


class _Empty(MemoryObjects):
    """Nothing is under any name, and nothing is kept."""

    def put(self, name: str, data: bytes) -> None:
        check_name(name)
        assert data

    def shred_all(self, names: Iterable[str]) -> Shredded:
        return Shredded({name: Absence(1, 0, 0) for name in names}, {})


def _bare(client: "S3Client", names: Sequence[str], at_once: int = 1) -> None:
    def delete(start: int) -> None:
        batch = [{"Key": name} for name in names[start : start + BATCH]]
        client.delete_objects(Bucket=BUCKET, Delete={"Objects": batch, "Quiet": True})  # type: ignore[typeddict-item]  # as the client takes it

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(delete, range(0, len(names), BATCH)))
    left = client.list_objects_v2(Bucket=BUCKET, Prefix=PREFIX)
    assert not left.get("Contents")


def _floor(client: "S3Client") -> None:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=BUCKET, Prefix=PREFIX)
    for page in pages:
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        batch = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        client.delete_objects(Bucket=BUCKET, Delete={"Objects": batch, "Quiet": True})  # type: ignore[typeddict-item]  # as the client takes it
    assert not client.list_object_versions(Bucket=BUCKET, Prefix=PREFIX).get("Versions")
    assert not client.list_multipart_uploads(Bucket=BUCKET, Prefix=PREFIX).get("Uploads")


def _fill(objects: S3Objects, count: int) -> list[str]:
    names = [PREFIX + os.urandom(20).hex() for _ in range(count)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: objects.put(name, BODY), names))
    return names


def _write_rows(runtime: Runtime, names: Sequence[str], *, is_due: bool) -> None:
    """Live rows that are due, or rows as the first step of a purge leaves them."""
    session, upload = new_id("vs"), new_id("up")
    common: dict[str, Any] = {
        "session_id": session, "upload_id": upload, "kind": "document_front", "stage": "review",
        "state": "stored" if is_due else "purging", "wrapped_key": KEY if is_due else None,
        "key_epoch": "2026-01", "ciphertext_sha256": b"", "ciphertext_length": 1,
        "plaintext_length": 1, "content_type": "image/jpeg", "regions": [], "created_at": NOW,
        "destroy_at": NOW, "destroy_rule": "rejected",
    }  # fmt: skip
    rows = [common | {"id": new_id("art"), "object_name": name} for name in names]
    with runtime.transaction() as db:
        db.add(
            VerificationSession(
                id=session, status="canceled", origin="link", created_at=NOW, expires_at=NOW,
                field_key_epoch="2026-01", flow_name="standard", flow_version=1,
            )
        )  # fmt: skip
        db.flush()
        db.add(
            Upload(
                id=upload, session_id=session, kind="document_front", attempt=1,
                state="discarded", size=1, created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
        db.flush()
        db.execute(insert(Artifact), rows)
        if not is_due:
            _write_receipts(db, rows)


def _write_receipts(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    common = {"kind": "document_front", "stage": "review", "rule": "rejected", "versions": 0}
    receipts = [
        common | {"id": new_id("rcpt"), "subject_id": row["id"], "key_destroyed_at": NOW}
        for row in rows
    ]
    db.execute(insert(Receipt), receipts)


def _timed(way: "Way", names: Sequence[str], pid: int) -> "Run":
    ours, theirs, begin = time.process_time(), cpu_of(pid), time.perf_counter()
    way(names)
    seconds, thousands = time.perf_counter() - begin, len(names) / 1000
    used = (time.process_time() - ours, cpu_of(pid) - theirs)
    return Run(len(names) / seconds, used[0] / thousands, used[1] / thousands)


def _runtime(directory: Path, objects: S3Objects, database: str) -> Runtime:
    place = {"KYC_DATABASE_URL": database} if database else {}
    settings = load_settings({"KYC_DATA_DIR": str(directory / "house"), **place})
    runtime = open_runtime(settings)
    (directory / "house").mkdir(exist_ok=True)
    migrate(runtime.engine)
    return replace(runtime, vault=Vault(objects, runtime.vault.keys))


def _house(runtime: Runtime) -> House:
    """As much of one as a purge needs: no engine, no post."""
    return cast(House, _Purging(runtime, load_or_make_signer(runtime.settings.audit_key_file)))


class _Purging:
    def __init__(self, runtime: Runtime, signer: Signer) -> None:
        self.runtime, self.signer = runtime, signer


if __name__ == "__main__":
    main()
