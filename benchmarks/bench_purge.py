"""Owns the figures of the purge: verified deletions beside bare ones, and peak memory.

    python -m benchmarks.bench_purge [--objects 2000] [--rounds 3] [--rows 10000 100000]

One run measures all on the same embedded SeaweedFS, in turn, so that a noisy machine disturbs them
alike; medians of several rounds. Bare is what nobody could do with less: DeleteObjects by the
thousand, and one listing at the end. `shred_all` finds every version, marker and upload, removes
them, and lists again. `purge` is the whole job, with its rows and receipts in SQLite.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import cast

from sqlalchemy import insert

from kyc.audit.signer import Signer, load_or_make_signer
from kyc.embedded import credentials, places
from kyc.embedded.child import Child
from kyc.embedded.seaweedfs import REGION, SeaweedFs
from kyc.logs import configure_logging
from kyc.migration import migrate
from kyc.models import Artifact, Receipt, Upload, VerificationSession, new_id
from kyc.runtime import Runtime, open_runtime
from kyc.settings import load_settings
from storage.memory import MemoryObjects
from storage.objects import Absence, Shredded, check_name
from storage.s3 import S3Objects, S3Settings
from storage.vault import PREFIX, Vault
from workers.house import House
from workers.purging import purge

BUCKET = "bench"
BODY = bytes(1000)
BATCH = 1000
FILLED_AT_ONCE = 10_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("objects", 2000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000])
    given = parser.parse_args()
    configure_logging()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and the server ends with us
    with (
        tempfile.TemporaryDirectory(prefix="kyc-b-", dir="/tmp") as directory,
        _server(Path(directory)) as server,
    ):
        objects = _objects(server)
        runtime = _runtime(Path(directory), objects)
        _compare(server, objects, runtime, given.objects, given.rounds)
        for rows in given.rows:
            _memory(runtime, rows)


def _compare(
    server: SeaweedFs, objects: S3Objects, runtime: Runtime, count: int, rounds: int
) -> None:
    ways: dict[str, Callable[[Sequence[str]], object]] = {
        "bare": lambda names: _bare(server, names),
        "shred_all": objects.shred_all,
        "purge": lambda _names: purge(_house(runtime)),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            names = _fill(objects, count)
            if name == "purge":
                _mark(runtime, names)
            speeds[name].append(count / _seconds(way, names))
            assert not objects.list_names(PREFIX)
    bare = median(speeds["bare"])
    for name in ways:
        speed = median(speeds[name])
        shredding = speed / median(speeds["shred_all"])
        print(
            f"{name:10} {speed:7.0f} a second   {speed / bare:5.0%} of bare"
            f"   {shredding:5.0%} of shred_all"
        )


def _memory(runtime: Runtime, rows: int) -> None:
    """Over a store that has forgotten everything already: what grows is ours."""
    runtime = replace(runtime, vault=Vault(_Empty(), runtime.vault.keys))
    for start in range(0, rows, FILLED_AT_ONCE):
        count = min(FILLED_AT_ONCE, rows - start)
        _mark(runtime, [PREFIX + os.urandom(20).hex() for _ in range(count)])
    tracemalloc.start()
    seconds = _seconds(lambda _names: purge(_house(runtime)), ())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"a purge of {rows} rows: peak memory {peak / 1e6:.1f} MB, {seconds:.0f} s while traced")


class _Empty(MemoryObjects):
    """Nothing is under any name, and nothing is kept."""

    def put(self, name: str, data: bytes) -> None:
        check_name(name)
        assert data

    def shred_all(self, names: Iterable[str]) -> Shredded:
        return Shredded({name: Absence(1, 0, 0) for name in names}, {})


def _bare(server: SeaweedFs, names: Sequence[str]) -> None:
    client = server.client()
    for start in range(0, len(names), BATCH):
        batch = [{"Key": name} for name in names[start : start + BATCH]]
        client.delete_objects(Bucket=BUCKET, Delete={"Objects": batch, "Quiet": True})  # type: ignore[typeddict-item]  # as the client takes it
    left = client.list_objects_v2(Bucket=BUCKET, Prefix=PREFIX)
    assert not left.get("Contents")


def _fill(objects: S3Objects, count: int) -> list[str]:
    names = [PREFIX + os.urandom(20).hex() for _ in range(count)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: objects.put(name, BODY), names))
    return names


def _mark(runtime: Runtime, names: Sequence[str]) -> None:
    """Rows as the first step of a purge leaves them."""
    session, upload = new_id("vs"), new_id("up")
    common = {
        "session_id": session, "upload_id": upload, "kind": "document_front", "stage": "review",
        "state": "purging", "key_epoch": "2026-01", "ciphertext_sha256": b"",
        "ciphertext_length": 1, "plaintext_length": 1, "content_type": "image/jpeg",
        "regions": [], "created_at": NOW, "destroy_at": NOW, "destroy_rule": "approved",
    }  # fmt: skip
    rows = [common | {"id": new_id("art"), "object_name": name} for name in names]
    receipts = [
        {"id": new_id("rcpt"), "subject_id": row["id"], "kind": "document_front",
         "stage": "review", "rule": "approved", "key_destroyed_at": NOW, "versions": 0}
        for row in rows
    ]  # fmt: skip
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
        db.execute(insert(Receipt), receipts)


def _seconds(way: Callable[[Sequence[str]], object], names: Sequence[str]) -> float:
    begin = time.perf_counter()
    way(names)
    return time.perf_counter() - begin


@contextmanager
def _server(directory: Path) -> Iterator[SeaweedFs]:
    house = places.prepare(directory)
    server = SeaweedFs(house, credentials.load_or_make(house.data / "keys" / "embedded.json"))
    child = Child(server.part(), house.log)
    try:
        _await(server)
        yield server
    finally:
        child.terminate()
        child.wait(15)
        child.kill_rest()


def _await(server: SeaweedFs) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            server.probe(BUCKET)
        except Exception:  # noqa: BLE001 - whatever a server not yet up answers
            assert time.monotonic() < end, "the object store did not start"
            time.sleep(0.1)
        else:
            return


def _objects(server: SeaweedFs) -> S3Objects:
    keys = server.credentials
    return S3Objects(
        S3Settings(server.endpoint_url, REGION, BUCKET, keys.access_key, keys.secret_key)
    )


def _runtime(directory: Path, objects: S3Objects) -> Runtime:
    settings = load_settings({"KYC_DATA_DIR": str(directory / "house")})
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
