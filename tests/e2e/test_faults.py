"""Owns the faults: what was acknowledged survives a killed worker, an emptied queue, no storage."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.e2e.http_customer import HttpCustomer
from tests.e2e.service import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.servers,
    pytest.mark.xdist_group("service"),
    pytest.mark.timeout(300),
]

PICTURE = Path(__file__).parent.parent / "documents" / "specimens" / "tur_id_photo_01.jpg"
DONE = {"ready", "confirm"}


def test_a_worker_killed_over_its_job_is_followed_by_one_that_finishes_it(
    http_customer: HttpCustomer, service: Service
) -> None:
    http_customer.begins()
    [worker] = _pids(service, "workers")
    _stop(service, [worker])  # so that it cannot be done before it is killed
    status, page = http_customer.sends("a.jpg", PICTURE.read_bytes())
    assert status == 200
    os.kill(worker, signal.SIGKILL)
    assert http_customer.state(page) in DONE
    assert http_customer.picture(page)


def test_an_emptied_queue_loses_nothing(http_customer: HttpCustomer, service: Service) -> None:
    http_customer.begins()
    with _stopped(service, _pids(service, "workers")):
        status, page = http_customer.sends("a.jpg", PICTURE.read_bytes())
        assert status == 200
        Redis.from_url(_known(service)["REDIS_URL"]).flushall()
    assert http_customer.state(page) in DONE


def test_storage_that_does_not_answer_refuses_the_upload_and_keeps_nothing(
    http_customer: HttpCustomer, service: Service
) -> None:
    http_customer.begins()
    kept = http_customer.sends("a.jpg", PICTURE.read_bytes())[1]
    assert http_customer.state(kept) in DONE
    with _stopped(service, _pids(service, "weed")):
        status, message = http_customer.sends("b.jpg", PICTURE.read_bytes())
        assert status == 503
        assert "again" in message
    assert http_customer.picture(kept)
    status, page = http_customer.sends("b.jpg", PICTURE.read_bytes())
    assert status == 200
    assert http_customer.state(page) in DONE


def test_the_log_is_whole_after_all_this(service: Service) -> None:
    assert service.command("audit", "verify").startswith("sound")


@contextmanager
def _stopped(service: Service, pids: list[int]) -> Iterator[None]:
    assert pids
    _stop(service, pids)
    try:
        yield
    finally:
        _tell(pids, signal.SIGCONT)


def _stop(service: Service, pids: list[int]) -> None:
    """Between two transactions: one that stood still in SQLite would keep all others out."""
    until = time.monotonic() + 30
    _tell(pids, signal.SIGSTOP)
    while not _lets_others_write(service):
        _tell(pids, signal.SIGCONT)
        assert time.monotonic() < until
        time.sleep(0.05)
        _tell(pids, signal.SIGSTOP)


def _tell(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, what)


def _lets_others_write(service: Service) -> bool:
    with closing(sqlite3.connect(service.data_dir / "kyc.db", 0.5, isolation_level=None)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        db.execute("ROLLBACK")
        return True


def _pids(service: Service, word: str) -> list[int]:
    """Processes of this service whose command line ends in, or is, `word`."""
    until = time.monotonic() + 30
    while True:
        found = [pid for pid in _of_service(service) if _is(pid, word)]
        if found:
            return found
        assert time.monotonic() < until, f"no {word} runs"
        time.sleep(0.1)


def _of_service(service: Service) -> Iterator[int]:
    mine = str(service.data_dir).encode()
    for directory in Path("/proc").iterdir():
        if not directory.name.isdigit():
            continue
        try:
            words = (directory / "environ").read_bytes() + (directory / "cmdline").read_bytes()
        except OSError:
            continue
        if mine in words:
            yield int(directory.name)


def _is(pid: int, word: str) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return False
    return words[-1] == word.encode() or words[0].endswith(b"/" + word.encode())


def _known(service: Service) -> dict[str, str]:
    known: dict[str, str] = json.loads((service.data_dir / "running.json").read_text())
    return known
