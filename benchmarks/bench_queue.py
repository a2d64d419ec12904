"""Owns the figures of the queue: p95 of a page and of a claim as cases grow, on both databases.

    python -m benchmarks.bench_queue [--sizes 1000,100000,1000000] [--rounds 200] [--postgresql URL]

`sizes` are sessions in the database: a fifth of them waits for a first look, a twentieth each for
a second and for a senior, a tenth for the customer, the rest is done. Each size has a database of
its own, removed at the end; they are measured in turn, and told as a ratio to the smallest.
SQLite in a file, or a PostgreSQL server where URL may create databases.

The first table has every page without a filter, some filters, counts and a claim. The second has
the waiting tab under every combination that the form offers: of each, the same page at the smallest
size and the unfiltered page there are the floors. The latter is the fairer one: with 200 cases
waiting a rare combination finds a row or two, and a page of fifty costs more than a page of two.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Table, create_engine, insert, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from kyc.access import Role
from kyc.db import make_engine, make_sessions, reading
from kyc.lifecycle import Status, UploadState
from kyc.migration import migrate
from kyc.models import Base, SeenHash, Staff, Upload, VerificationSession, new_id
from kyc.policy.seats import Lane
from kyc.review.claims import claim_next, release
from kyc.review.filters import Age, Filters, Flag
from kyc.review.queue import Tab, counts, page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 5_000
ME, SENIOR = new_id("usr"), new_id("usr")
COUNTRIES = ("EE", "LV", "LT", "FI", "DE", "FR", "ES", "PL", "UA", "MT")
KINDS = ("passport", "identity_card", "residence_permit", "driving_licence")

Act = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--postgresql", default="", help="postgresql+psycopg:// of a server")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    fresh = _fresh_databases(given.postgresql) if given.postgresql else _fresh_files
    with ExitStack() as stack:
        acts = {s: _prepare(stack.enter_context(fresh(f"bench_queue_{s}")), s) for s in sizes}
        name = "PostgreSQL" if given.postgresql else "SQLite"
        _tell(_measure({size: some for size, (some, _) in acts.items()}, given.rounds), name)
        _tell_every(_measure({size: every for size, (_, every) in acts.items()}, given.rounds // 4))


@contextmanager
def _fresh_files(name: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="kyc-bench-") as directory:
        yield f"sqlite:///{Path(directory) / name}.db"


def _fresh_databases(server: str) -> Callable[[str], AbstractContextManager[str]]:
    @contextmanager
    def fresh(name: str) -> Iterator[str]:
        url = make_url(server)
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    return fresh


def _tell(found: dict[int, dict[str, float]], name: str) -> None:
    smallest = min(found)
    print(f"{name}: p95 in ms, and its ratio to {smallest:,} sessions")
    print(" " * 30, *(f"{size:>16,}" for size in found))
    for what, floor in found[smallest].items():
        told = (f"{row[what]:9.2f} ({row[what] / floor:4.2f})" for row in found.values())
        print(f"{what:30}", *told)


def _tell_every(found: dict[int, dict[str, float]]) -> None:
    smallest, largest = min(found), max(found)
    floor = found[smallest][str(Filters())]
    print(f"\nevery combination of filters ({len(EVERY)}), {largest:,} sessions")
    for name, ratios in {
        "to the same page": {w: ms / found[smallest][w] for w, ms in found[largest].items()},
        "to the unfiltered page": {w: ms / floor for w, ms in found[largest].items()},
    }.items():
        ranked = sorted(ratios.items(), key=lambda pair: pair[1])
        over = sum(ratio > 1.5 for _, ratio in ranked)
        print(f"{name} at {smallest:,}: median {ranked[len(ranked) // 2][1]:.2f}, over 1.5: {over}")
        for what, ratio in ranked[-5:]:
            print(f"  {ratio:5.2f}  {found[largest][what]:7.2f} ms  {what}")


def _prepare(url: str, size: int) -> tuple[dict[str, Act], dict[str, Act]]:
    """A database with so many sessions; what is measured on it, by name: some, and every filter."""
    engine = make_engine(url)
    migrate(engine)
    sessions = make_sessions(engine)
    with sessions() as db:
        _fill(db, size)
        db.commit()
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")
        )
    print(f"filled {size:,}", file=sys.stderr)
    return _acts(sessions)


def _acts(sessions: sessionmaker[Session]) -> tuple[dict[str, Act], dict[str, Act]]:
    def reads(act: Callable[[Session], object]) -> Act:
        def once() -> None:
            with reading(sessions) as db:
                act(db)

        return once

    def shows(tab: Tab, after: str = "", filters: Filters = Filters()) -> Act:  # noqa: B008 - frozen
        return reads(lambda db: page(db, tab, ME, NOW, after, filters))

    def claims() -> None:
        with sessions() as db:
            claim = claim_next(db, SENIOR, timedelta(minutes=30), NOW)
            assert claim is not None
            db.flush()
            release(db, claim.session_id, SENIOR, NOW)
            db.commit()

    some = {
        **{f"page of {tab}": shows(tab) for tab in Tab if tab != Tab.MINE},
        "third page of waiting": shows(Tab.WAITING, after=_key(sessions, 2)),
        **{f"waiting, {what}": shows(Tab.WAITING, filters=of) for what, of in FILTERS.items()},
        "counts of all tabs": reads(lambda db: counts(db, ME, NOW)),
        "claim next and release": claims,
    }
    return some, {str(of): shows(Tab.WAITING, filters=of) for of in EVERY}


def _measure(acts: dict[int, dict[str, Act]], rounds: int) -> dict[int, dict[str, float]]:
    """The sizes in turn within each round, so that a noisy machine disturbs them alike."""
    found: dict[int, dict[str, float]] = {size: {} for size in acts}
    for what in next(iter(acts.values())):
        spans: dict[int, list[float]] = {size: [] for size in acts}
        for number in range(-10, rounds):
            for size in acts:
                began = time.perf_counter()
                acts[size][what]()
                if number >= 0:  # the first ones only warm caches up
                    spans[size].append(time.perf_counter() - began)
        for size, row in spans.items():
            found[size][what] = sorted(row)[int(rounds * 0.95)] * 1000
    return found


FILTERS = {
    "one country of ten": Filters(country="LV"),
    "one document of four": Filters(document="passport"),
    "asked again (one of five)": Filters(flag=Flag.ASKED_AGAIN),
    "redaction to confirm (one of five)": Filters(flag=Flag.TO_CONFIRM),
    "possible duplicate (rare)": Filters(flag=Flag.DUPLICATE),
    "country and third attempt": Filters(country="LV", attempt=3),
    "a country that nobody is of": Filters(country="AX"),
}

EVERY = [
    Filters(country=country, document=document, attempt=attempt, flag=flag, age=age)
    for country, document, attempt, flag, age in itertools.product(
        ("", "LV"), ("", "passport"), (None, 1, 2, 3), (None, *Flag), (None, *Age)
    )
]


def _key(sessions: sessionmaker[Session], pages: int) -> str:
    key = ""
    with reading(sessions) as db:
        for _ in range(pages):
            key = page(db, Tab.WAITING, ME, NOW, key).next_key or key
    return key


def _fill(db: Session, size: int) -> None:
    people = [(ME, Role.REVIEWER), (SENIOR, Role.SENIOR)]
    db.execute(insert(Staff), [_person(*who) for who in people])
    for start in range(0, size, BATCH):
        numbers = range(start, min(start + BATCH, size))
        rows = [_row(number, size) for number in numbers]
        # As tables, since of models only rows that have the same columns go together.
        db.execute(insert(_table(VerificationSession)), rows)
        seen = [
            shown for row, n in zip(rows, numbers, strict=True) for shown in _seen(row, n, size)
        ]
        db.execute(insert(_table(SeenHash)), seen)
        waiting = [row["id"] for row in rows if row["status"] == Status.PROCESSING]
        if waiting:
            db.execute(
                insert(_table(Upload)), [_upload(str(id_), n) for n, id_ in enumerate(waiting)]
            )


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _person(staff_id: str, role: Role) -> dict[str, object]:
    return {
        "id": staff_id, "login": staff_id, "display_name": staff_id, "role": role,
        "password_hash": "x", "field_key": b"k", "field_key_epoch": "2026-01",
        "totp_secret": b"s", "created_at": NOW,
    }  # fmt: skip


def _row(number: int, size: int) -> dict[str, object]:
    """Spread so that neighbours in time are of every kind, as they are when customers come."""
    status, lane = _place(number % 20)
    at = NOW - timedelta(days=30) * (size - number) / size
    return {
        "id": new_id("vs"), "status": status, "review_lane": lane, "origin": "link",
        "created_at": at, "expires_at": NOW + timedelta(days=7), "field_key_epoch": "2026-01",
        "document_country": COUNTRIES[number // 20 % 10], "document_type": KINDS[number // 7 % 4],
        "attempt": (1, 1, 1, 1, 2, 1, 1, 1, 1, 3)[number // 3 % 10],
        "email_hash": _address(number, size),
        "waiting_since": at if status == Status.PROCESSING else None,
        "decided_at": at if status in {Status.VERIFIED, Status.REJECTED} else None,
    }  # fmt: skip


def _address(number: int, size: int) -> bytes:
    """In place of a hash of it."""
    if _is_twin(number, size):
        return (number // 2).to_bytes(32, "big")
    return number.to_bytes(33, "big")


def _is_twin(number: int, size: int) -> bool:
    """One of twenty of the newest tenth: who looks for them among the oldest looks long."""
    return number % 40 < 2 and number >= size - size // 10


def _place(twentieth: int) -> tuple[Status, Lane]:
    if twentieth < 4:
        return Status.PROCESSING, Lane.FIRST
    if twentieth < 6:
        return Status.PROCESSING, Lane.SECOND if twentieth == 4 else Lane.SENIOR
    if twentieth < 8:
        return Status.REQUIRES_INPUT, Lane.FIRST
    return Status.REJECTED if twentieth == 8 else Status.VERIFIED, Lane.FIRST


def _seen(row: dict[str, object], number: int, size: int) -> list[dict[str, object]]:
    """Two files, a document number and a name each; some twins share their number, too."""
    shared = _is_twin(number, size) and number % 80 < 2
    shown = {
        ("file", "up_1"): f"front {number}", ("file", "up_2"): f"selfie {number}",
        ("document_number", "up_1"): f"number {number // 2 if shared else -number}",
        ("person", "details"): f"person {number}",
    }  # fmt: skip
    return [
        {
            "session_id": row["id"],
            "kind": kind,
            "source": source,
            "hash": sha256(text.encode()).digest(),
        }
        for (kind, source), text in shown.items()
    ]


def _upload(session_id: str, number: int) -> dict[str, object]:
    return {
        "id": new_id("up"), "session_id": session_id, "kind": "document_front", "attempt": 1,
        "state": UploadState.CONFIRMED, "size": 1, "created_at": NOW, "updated_at": NOW,
        "reasons": ["nothing_found"] if number % 5 == 0 else [],
    }  # fmt: skip


if __name__ == "__main__":
    main()
