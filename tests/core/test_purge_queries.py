"""Owns the proof that the purge finds its work by indexes, in few statements however much it is."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from kyc.audit.signer import Signer
from kyc.models import VerificationSession
from kyc.retention.due import purging_artifacts
from kyc.retention.ledger import _waiting
from kyc.retention.purging import destroy_due_records, mark_all_absent, mark_due
from kyc.retention.receipts import kept_by_store, sign_complete
from storage.objects import Absence

if TYPE_CHECKING:
    from datetime import datetime

    from tests.core.kit import Kit, Make

Step = Callable[[Session, "datetime"], Any]
LARGE = ("artifact", "receipt", "verification_session", "audit_outbox", "seen_hash", "legal_hold")
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), ())

STEPS: dict[str, Step] = {
    "mark": mark_due,
    "destroy records": destroy_due_records,
    "next slice": lambda db, _now: purging_artifacts(db, 100, "sealed/5"),
    "write down": lambda db, now: mark_all_absent(db, {"art_1": Absence(1, 0, 0)}, now),
    "ledger": lambda db, _now: _waiting(db),
    "sign": lambda db, _now: sign_complete(db, SIGNER, 100),
    "kept by the store": lambda db, _now: kept_by_store(db),
}


@contextmanager
def _statements(kit: "Kit") -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: Any, *_rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(kit.engine, "before_cursor_execute", note)
    yield seen
    event.remove(kit.engine, "before_cursor_execute", note)


def _plan(db: Session, statement: str, parameters: Any) -> str:
    on_sqlite = db.get_bind().dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN"
    rows = db.connection().exec_driver_sql(f"{explain} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("name", STEPS)
def test_no_step_of_the_purge_reads_a_large_table_whole(
    kit: "Kit", make: "Make", name: str
) -> None:
    with kit.transaction() as db:
        session = make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)
        make.artifact(db, make.upload(db, session), rule="superseded")
    kit.later(days=1)
    with _statements(kit) as seen, kit.transaction() as db:
        STEPS[name](db, kit.now)
    looked = [one for one in seen if one[0].startswith(("SELECT", "UPDATE", "DELETE"))]
    assert looked
    with kit.transaction() as db:
        if db.get_bind().dialect.name == "postgresql":
            db.execute(text("SET LOCAL enable_seqscan = off"))  # so few rows fit one page
        for statement, parameters in looked:
            plan = _plan(db, statement, parameters)
            whole = re.findall(r"(?:SCAN|Seq Scan on) (\w+)\b(?! USING)", plan)
            assert not set(whole) & set(LARGE), f"{statement}\n{plan}"


@pytest.mark.parametrize("name", ["next slice", "ledger", "sign"])
def test_a_slice_of_many_sorts_nothing(file_kit: "Kit", name: str) -> None:
    """Or each of a thousand slices would read and sort all that the others are to take."""
    with _statements(file_kit) as seen, file_kit.transaction() as db:
        STEPS[name](db, file_kit.now)
    with file_kit.transaction() as db:
        plans = [_plan(db, *one) for one in seen if one[0].startswith("SELECT")]
    assert plans
    assert not [plan for plan in plans if "B-TREE" in plan or "ix_artifact_due" in plan]


@pytest.mark.parametrize("step", [mark_due, destroy_due_records])
def test_many_take_no_more_statements_than_one(kit: "Kit", make: "Make", step: Step) -> None:
    def taken(count: int) -> int:
        with kit.transaction() as db:
            for _ in range(count):
                session = make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)
                make.artifact(db, make.upload(db, session), rule="superseded")
        kit.later(days=1)
        with _statements(kit) as seen, kit.transaction() as db:
            assert step(db, kit.now) >= count
        return len(seen)

    assert taken(25) == taken(1)
    assert kit.all(VerificationSession)
