"""Owns the cost of the audit log while people work: transactions a second with it and without it.

    python -m benchmarks.bench_audit_write --postgresql URL [--writers N] [--seconds S] [--rounds N]

Each writer changes a row of its own and adds a job, then commits; with the log, it also records
an event, and one sequencer chains and signs all the while, as a worker does. Rounds with and
without take turns, so that a busy machine slows both. The server at URL may create databases
and should write to disk as it would in earnest (fsync on).
"""

import argparse
import multiprocessing
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from multiprocessing.synchronize import Event as Flag
from pathlib import Path

from sqlalchemy import create_engine, make_url, text, update
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit import SYSTEM, Action, record
from kyc.audit.checkpoints import advance
from kyc.audit.signer import load_or_make_signer
from kyc.db import make_engine, make_sessions
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.migration import migrate
from kyc.models import VerificationSession, new_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Sessions = sessionmaker[Session]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", required=True, help="postgresql+psycopg:// of a server")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=4)
    given = parser.parse_args()
    rates: dict[bool, list[float]] = {False: [], True: []}
    with _fresh_database(given.postgresql) as address:
        for turn in range(given.rounds * 2):
            with_log = bool(turn % 2)
            rates[with_log].append(_round(address, with_log, given.writers, given.seconds))
    without, logged = statistics.median(rates[False]), statistics.median(rates[True])
    print(f"without the log {without:,.0f} transactions/s, with it {logged:,.0f}")
    print(f"ratio {logged / without:.2f}")


def _round(address: str, with_log: bool, writers: int, seconds: float) -> float:
    """Transactions a second of all writers together."""
    context = multiprocessing.get_context("spawn")
    barrier, stop = context.Barrier(writers + 1), context.Event()
    done = context.Queue()
    work = [
        context.Process(target=_write, args=(address, with_log, seconds, barrier, done))
        for _ in range(writers)
    ]
    sequencer = context.Process(target=_sequence, args=(address, stop))
    for process in work:
        process.start()
    if with_log:
        sequencer.start()
    barrier.wait()
    total: int = sum(done.get() for _ in work)
    stop.set()
    for process in [*work, *([sequencer] if with_log else [])]:
        process.join()
    return total / seconds


def _write(
    address: str,
    with_log: bool,
    seconds: float,
    barrier: Barrier,
    done: "multiprocessing.Queue[int]",
) -> None:
    engine = make_engine(address)
    sessions, case, count = make_sessions(engine), new_id("vs"), 0
    with sessions() as db:
        db.add(_case(case))
        db.commit()
    barrier.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _transaction(sessions, case, count, with_log)
        count += 1
    engine.dispose()
    done.put(count)


def _transaction(sessions: Sessions, case: str, number: int, with_log: bool) -> None:
    with sessions() as db:
        row = VerificationSession
        db.execute(update(row).where(row.id == case).values(version=row.version + 1))
        owe(db, OwedJobName.MAIL, new_id("mail"), NOW)
        if with_log:
            detail: dict[str, str | int] = {"number": number, "template": "decided"}
            record(db, Action.SYSTEM_MAIL_QUEUED, actor=SYSTEM, now=NOW, case=case, detail=detail)
        db.commit()


def _sequence(address: str, stop: Flag) -> None:
    """A sequencer that never rests: more often than the worker's every 20 seconds."""
    engine = make_engine(address)
    sessions = make_sessions(engine)
    with tempfile.TemporaryDirectory() as directory:
        signer = load_or_make_signer(Path(directory) / "audit.pem")
        while not stop.wait(1):
            with sessions() as db:
                advance(db, signer, datetime.now(UTC))
                db.commit()
    engine.dispose()


def _case(case: str) -> VerificationSession:
    return VerificationSession(
        id=case,
        status="created",
        origin="panel",
        flow_name="standard",
        flow_version=1,
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        field_key=None,
        field_key_epoch="2026-01",
    )


@contextmanager
def _fresh_database(server: str) -> Iterator[str]:
    name = f"bench_audit_{secrets.token_hex(4)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    address = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(address)
    migrate(engine)
    engine.dispose()
    yield address
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()


if __name__ == "__main__":
    main()
