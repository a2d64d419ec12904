"""Owns the figures of the breach report: cases a second, beside a bare scan of the same rows.

    python -m benchmarks.bench_breach_report [--cases 100000] [--postgresql URL]

Each case has three pictures and its details. The floor is a scan that reads the ids of the same
rows and writes nothing. Memory is what Python allocates at most, for a twentieth and for a fifth of
the cases: it should be the same. SQLite in a file, or a PostgreSQL server where URL may create
databases.
"""

import argparse
import io
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.bench_queue import _fresh_databases, _fresh_files
from kyc.db import make_engine, make_sessions, reading
from kyc.migration import migrate
from kyc.models import Artifact, Upload, VerificationSession, new_id
from kyc.registers.breach import Question, Scope, Summary, touched
from kyc.registers.breach_output import FORMS, Hashed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 5_000
KINDS = ("document_front", "document_back", "selfie_statement")
EXPOSED = {
    "bucket": frozenset({Scope.BUCKET}),
    "database": frozenset({Scope.DATABASE}),
    "all three": frozenset({Scope.BUCKET, Scope.DATABASE, Scope.KEY}),
}


class Nowhere(io.TextIOBase):
    """Takes the text and forgets it."""

    def write(self, text: str) -> int:
        return len(text)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--postgresql", default="", help="postgresql+psycopg:// of a server")
    given = parser.parse_args()
    fresh = _fresh_databases(given.postgresql) if given.postgresql else _fresh_files
    with fresh("bench_breach_a") as a, fresh("bench_breach_b") as b, fresh("bench_breach") as url:
        few, more = _filled(a, given.cases // 20), _filled(b, given.cases // 5)
        many = _filled(url, given.cases)
        name = "PostgreSQL" if given.postgresql else "SQLite"
        print(f"{name}, {given.cases:,} cases, {3 * given.cases:,} pictures")
        for what, scopes in EXPOSED.items():
            asked = Question(scopes, NOW - timedelta(days=400), NOW)
            floor = _span(partial(_scan, many))
            span = _span(partial(_report, many, asked))
            print(
                f"{what:10} {given.cases / span:9,.0f} cases/s {span:7.2f} s,"
                f" {span / floor:5.2f} times a bare scan ({floor:.2f} s)"
            )
            print(f"           memory {_peak(few, asked):.1f} MB for a twentieth, ", end="")
            print(f"{_peak(more, asked):.1f} MB for a fifth")


def _span(act: Callable[[], object]) -> float:
    """The better of two, since the first one warms caches up."""
    spans = []
    for _ in range(2):
        began = time.perf_counter()
        act()
        spans.append(time.perf_counter() - began)
    return min(spans)


def _peak(sessions: sessionmaker[Session], asked: Question) -> float:
    tracemalloc.start()
    _report(sessions, asked)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _report(sessions: sessionmaker[Session], asked: Question) -> None:
    with reading(sessions) as db:
        FORMS["csv"](Hashed(Nowhere()), asked, touched(db, asked), Summary())  # type: ignore[arg-type]  # enough of a stream


def _scan(sessions: sessionmaker[Session]) -> None:
    with reading(sessions) as db:
        for column in (VerificationSession.id, Artifact.id):
            for _ in db.execute(select(column).execution_options(yield_per=BATCH)):
                pass


def _filled(url: str, cases: int) -> sessionmaker[Session]:
    engine = make_engine(url)
    migrate(engine)
    sessions = make_sessions(engine)
    with sessions() as db:
        for start in range(0, cases, BATCH):
            _fill(db, min(BATCH, cases - start))
        db.commit()
    return sessions


def _fill(db: Session, count: int) -> None:
    rows = [_case() for _ in range(count)]
    uploads = [_upload(row["id"], kind) for row in rows for kind in KINDS]
    db.execute(insert(VerificationSession), rows)
    db.execute(insert(Upload), uploads)
    db.execute(insert(Artifact), [_picture(upload) for upload in uploads])


def _case() -> dict[str, object]:
    return {
        "id": new_id("vs"), "status": "verified", "origin": "link", "created_at": NOW,
        "expires_at": NOW, "field_key_epoch": "2026-01", "field_key": b"k" * 60,
        "details": b"d" * 300, "flow_name": "standard", "flow_version": 1,
    }  # fmt: skip


def _upload(session_id: object, kind: str) -> dict[str, object]:
    return {
        "id": new_id("up"), "session_id": session_id, "kind": kind, "attempt": 1,
        "state": "confirmed", "size": 1, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def _picture(upload: dict[str, object]) -> dict[str, object]:
    id_ = new_id("art")
    return {
        "id": id_, "session_id": upload["session_id"], "upload_id": upload["id"],
        "kind": upload["kind"], "stage": "review", "state": "stored", "object_name": id_,
        "wrapped_key": b"w" * 60, "key_epoch": "2026-07", "ciphertext_sha256": b"h" * 32,
        "ciphertext_length": 1, "plaintext_length": 1, "content_type": "image/jpeg",
        "created_at": NOW,
    }  # fmt: skip


if __name__ == "__main__":
    main()
