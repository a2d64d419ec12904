"""Owns the cost of the audit log while people work: transactions a second with it and without it.

    python -m benchmarks.bench_audit_write [--postgresql URL] [--act claim] [--writers N]
        [--seconds S] [--rounds N]

`claim` is work of the product: a reviewer takes a case and gives it back, two transactions with an
event each. `bare` is the least that there is: one row changed, one job added. With the log, one
sequencer chains and signs as a worker does, every 20 seconds; a round with the log ends only when
all of its events stand in the chain.
Rounds with and without take turns in the same processes, and each pair gives one ratio, so that a
busy machine slows both. Processor time a transaction (writers, sequencer, and the processes that
serve them where PostgreSQL runs on this machine) gives a second ratio, which other work disturbs
less. SQLite in a file, or a PostgreSQL server where URL may create databases and which writes to
disk as it would in earnest (fsync on).
"""

import argparse
import multiprocessing
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, make_url, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from kyc.access import Role
from kyc.audit import SYSTEM, Action, record
from kyc.audit.checkpoints import advance, lag
from kyc.audit.signer import load_or_make_signer
from kyc.db import make_engine, make_sessions
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.lifecycle import Status
from kyc.migration import migrate
from kyc.models import Staff, VerificationSession, new_id
from kyc.review import claims

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
END, WITHOUT, WITH = 0, 1, 2
EVERY = 20
Sessions = sessionmaker[Session]
Act = Callable[[Sessions, str, str, Callable[..., None]], int]


class Stage:
    """What all processes share: which round is on, when it begins, and what came of it."""

    def __init__(self, context: SpawnContext, writers: int, seconds: float) -> None:
        self.turn = context.Value("i", END)
        self.gate = context.Barrier(writers + 2)
        self.done = context.Queue()
        self.written = context.Event()
        self.seconds = seconds


@dataclass(frozen=True)
class Round:
    """`rate` in transactions a second, `thrift` in transactions a second of processor time."""

    rate: float
    thrift: float


@dataclass(frozen=True)
class Given:
    act: str
    writers: int
    seconds: float
    rounds: int


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", default="", help="postgresql+psycopg:// of a server")
    parser.add_argument("--act", choices=sorted(ACTS), default="claim")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=8)
    asked = parser.parse_args()
    given = Given(asked.act, asked.writers, asked.seconds, asked.rounds)
    fresh = _fresh_database(asked.postgresql) if asked.postgresql else _fresh_file()
    with fresh as address, tempfile.TemporaryDirectory() as directory:
        pairs = _measure(address, given, Path(directory) / "audit.pem")
    kind = "PostgreSQL" if asked.postgresql else "SQLite"
    print(f"{kind}, {given.writers} writers, act `{given.act}`, rounds of {given.seconds:g} s")
    _tell("transactions a second", [(a.rate, b.rate) for a, b in pairs])
    _tell("transactions a second of processor time", [(a.thrift, b.thrift) for a, b in pairs])


def _tell(what: str, pairs: list[tuple[float, float]]) -> None:
    ratios = sorted(logged / without for without, logged in pairs)
    without, logged = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    middle, spread = statistics.median(ratios), f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
    print(f"{what}: {without:,.0f} without the log, {logged:,.0f} with it")
    print(f"  ratio {middle:.2f}, from {spread} in {len(pairs)} pairs of rounds")


def _measure(address: str, given: Given, key: Path) -> list[tuple[Round, Round]]:
    """Pairs of rounds, without the log and with it, after one pair to warm up."""
    context = multiprocessing.get_context("spawn")
    stage = Stage(context, given.writers, given.seconds)
    work = [
        context.Process(target=_write, args=(address, given.act, stage))
        for _ in range(given.writers)
    ]
    work.append(context.Process(target=_sequence, args=(address, key, stage)))
    for process in work:
        process.start()
    pairs = []
    for number in range(given.rounds + 1):
        order = (WITHOUT, WITH) if number % 2 else (WITH, WITHOUT)
        rounds = {turn: _round(stage, turn, given.writers) for turn in order}
        pairs.append((rounds[WITHOUT], rounds[WITH]))
    stage.turn.value = END
    stage.gate.wait()
    for process in work:
        process.join()
    return pairs[1:]


def _round(stage: Stage, turn: int, writers: int) -> Round:
    stage.turn.value = turn
    stage.written.clear()
    stage.gate.wait()
    began = time.monotonic()
    told = [stage.done.get() for _ in range(writers)]
    stage.written.set()
    told.append(stage.done.get())  # the sequencer's, which has placed all by then
    seconds = time.monotonic() - began
    total = sum(count for count, _ in told)
    return Round(total / seconds, total / sum(spent for _, spent in told))


def _write(address: str, act: str, stage: Stage) -> None:
    engine = make_engine(address)
    sessions, case, person = make_sessions(engine), new_id("vs"), new_id("usr")
    with sessions() as db:
        db.add_all([_case(case), _reviewer(person)])
        db.commit()
    while turn := _next_turn(stage):
        recorder = record if turn == WITH else _nothing
        vars(claims)["record"] = recorder
        count, before, end = 0, _spent(sessions), time.monotonic() + stage.seconds
        while time.monotonic() < end:
            count += ACTS[act](sessions, case, person, recorder)
        stage.done.put((count, _spent(sessions) - before))
    engine.dispose()


def _next_turn(stage: Stage) -> int:
    stage.gate.wait()
    return int(stage.turn.value)


def _nothing(*_: Any, **__: Any) -> None:
    """In the place of `record`: an act that leaves no event."""


def _bare(sessions: Sessions, case: str, _: str, recorder: Callable[..., None]) -> int:
    with sessions() as db:
        row = VerificationSession
        db.execute(update(row).where(row.id == case).values(version=row.version + 1))
        owe(db, OwedJobName.MAIL, new_id("mail"), NOW)
        detail: dict[str, str | int] = {"number": 1, "template": "decided"}
        recorder(db, Action.SYSTEM_MAIL_QUEUED, actor=SYSTEM, now=NOW, case=case, detail=detail)
        db.commit()
    return 1


def _claim(sessions: Sessions, case: str, person: str, _: Callable[..., None]) -> int:
    with sessions() as db:
        claims.claim_named(db, case, person, HALF_HOUR, NOW)
        db.commit()
    with sessions() as db:
        claims.release(db, case, person, NOW)
        db.commit()
    return 2


ACTS: dict[str, Act] = {"bare": _bare, "claim": _claim}


def _sequence(address: str, key: Path, stage: Stage) -> None:
    """Chains when a worker would, and once more at the end of each round."""
    engine = make_engine(address)
    sessions, signer = make_sessions(engine), load_or_make_signer(key)
    while turn := _next_turn(stage):
        before = _spent(sessions)
        while turn == WITH and not stage.written.wait(EVERY):
            with sessions() as db:
                advance(db, signer, datetime.now(UTC))
                db.commit()
        stage.written.wait()
        while turn == WITH and _waits(sessions):
            with sessions() as db:
                advance(db, signer, datetime.now(UTC))
                db.commit()
        stage.done.put((0, _spent(sessions) - before))
    engine.dispose()


def _waits(sessions: Sessions) -> bool:
    with sessions() as db:
        return bool(lag(db, NOW).pending)


def _spent(sessions: Sessions) -> float:
    """Seconds of processor time of this process, and of the one that serves it, if it is here."""
    with sessions() as db:
        if db.get_bind().dialect.name == "sqlite":
            return time.process_time()
        server = Path(f"/proc/{db.scalar(select(func.pg_backend_pid()))}/schedstat")
    spent = int(server.read_text().split()[0]) / 1e9 if server.exists() else 0
    return time.process_time() + spent


def _case(case: str) -> VerificationSession:
    return VerificationSession(
        id=case,
        status=Status.PROCESSING,
        origin="panel",
        flow_name="standard",
        flow_version=1,
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        waiting_since=NOW,
        field_key=None,
        field_key_epoch="2026-01",
    )


def _reviewer(person: str) -> Staff:
    return Staff(
        id=person,
        login=person,
        display_name="Bench",
        role=Role.REVIEWER,
        password_hash="-",  # noqa: S106 - nobody signs in
        field_key=b"-",
        field_key_epoch="2026-01",
        totp_secret=b"-",
        created_at=NOW,
    )


@contextmanager
def _fresh_file() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="kyc-bench-") as directory:
        address = f"sqlite:///{Path(directory) / 'kyc.db'}"
        _migrated(address)
        yield address


@contextmanager
def _fresh_database(server: str) -> Iterator[str]:
    name = f"bench_audit_{secrets.token_hex(4)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    address = make_url(server).set(database=name).render_as_string(hide_password=False)
    _migrated(address)
    yield address
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _migrated(address: str) -> None:
    engine = make_engine(address)
    migrate(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
