"""Owns the embedded object store that benchmarks run against, and what it computes."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kyc.embedded import credentials, places
from kyc.embedded.child import Child
from kyc.embedded.seaweedfs import REGION, SeaweedFs
from storage.s3 import S3Settings


@contextmanager
def running_store(directory: Path, bucket: str) -> Iterator[tuple[SeaweedFs, int]]:
    """With the bucket in it, and the id of its process."""
    house = places.prepare(directory)
    server = SeaweedFs(house, credentials.load_or_make(house.data / "keys" / "embedded.json"))
    child = Child(server.part(), house.log)
    try:
        _await(server, bucket)
        yield server, child.pid
    finally:
        child.terminate()
        child.wait(15)
        child.kill_rest()


def settings_of(server: SeaweedFs, bucket: str) -> S3Settings:
    keys = server.credentials
    return S3Settings(server.endpoint_url, REGION, bucket, keys.access_key, keys.secret_key)


def cpu_of(pid: int) -> float:
    """Seconds that a process has computed, see proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _await(server: SeaweedFs, bucket: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            server.probe(bucket)
        except Exception:  # noqa: BLE001 - whatever a server not yet up answers
            assert time.monotonic() < end, "the object store did not start"
            time.sleep(0.1)
        else:
            return
