"""Owns the tests of the order of events: gapless, without forks, whoever works at it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit import SYSTEM, Action, record
from kyc.audit.database import verify_database
from kyc.audit.sequencer import chain_pending
from kyc.audit.signer import Signer
from kyc.models.audit_event import AuditEvent

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]


def places(sessions: Sessions) -> list[tuple[int, int | None]]:
    with sessions() as db:
        rows = db.execute(select(AuditEvent.id, AuditEvent.pos).order_by(AuditEvent.id))
        return [(row, pos) for row, pos in rows]


def assert_chained(sessions: Sessions, signer: Signer, count: int) -> None:
    with sessions() as db:
        assert verify_database(db, signer.trusted).findings == ()
    assert sorted(pos or 0 for _, pos in places(sessions)) == list(range(1, count + 1))


def test_it_places_every_waiting_event_once(
    sessions: Sessions, write_events: Write, signer: Signer
) -> None:
    write_events(sessions, 25)
    with sessions() as db:
        assert [chain_pending(db, 10) for _ in range(4)] == [10, 10, 5, 0]
        db.commit()
    assert_chained(sessions, signer, 25)


def test_it_leaves_nothing_behind_when_the_caller_does_not_commit(
    sessions: Sessions, write_events: Write
) -> None:
    write_events(sessions, 3)
    with sessions() as db:
        assert chain_pending(db) == 3
    assert [pos for _, pos in places(sessions)] == [None] * 3


@pytest.mark.servers
def test_a_row_that_commits_after_a_later_one_is_still_placed_once(
    postgres: Sessions, signer: Signer
) -> None:
    with postgres() as slow, postgres() as quick:
        record(slow, Action.SYSTEM_MAIL_QUEUED, actor=SYSTEM, now=NOW)
        slow.flush()
        record(quick, Action.SYSTEM_MAIL_SENT, actor=SYSTEM, now=NOW)
        quick.commit()
        chain_pending(quick)
        quick.commit()
        assert places(postgres) == [(2, 1)]
        slow.commit()
        assert chain_pending(quick) == 1
        quick.commit()
    assert places(postgres) == [(1, 2), (2, 1)]
    assert_chained(postgres, signer, 2)


@pytest.mark.servers
def test_a_second_sequencer_finds_the_place_taken(postgres: Sessions, write_events: Write) -> None:
    write_events(postgres, 4)
    with postgres() as first, postgres() as second:
        assert chain_pending(first, 2) == 2
        assert chain_pending(second, 2) == 0
        first.commit()
        second.rollback()
        assert chain_pending(second, 2) == 2


@pytest.mark.servers
def test_a_sequencer_with_an_old_view_cannot_store_a_fork(
    postgres: Sessions, write_events: Write, signer: Signer
) -> None:
    write_events(postgres, 2)
    with postgres() as late, postgres() as first:
        late.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        late.execute(select(AuditEvent.id)).all()
        chain_pending(first, 1)
        first.commit()
        with pytest.raises(DBAPIError):
            chain_pending(late, 1)
    assert [pos for _, pos in places(postgres)] == [1, None]


def test_many_writers_and_two_sequencers_leave_one_sound_chain(
    sessions: Sessions, write_events: Write, signer: Signer
) -> None:
    done = threading.Event()

    def sequence() -> None:
        while not done.is_set():
            with sessions() as db:
                chain_pending(db, 7)
                db.commit()

    def write() -> None:
        for _ in range(15):
            write_events(sessions, 1)

    with ThreadPoolExecutor(6) as pool:
        sequencers = [pool.submit(sequence) for _ in range(2)]
        writers = [pool.submit(write) for _ in range(4)]
        wait(writers)
        done.set()
    for future in (*sequencers, *writers):
        future.result()
    with sessions() as db:
        chain_pending(db)
        db.commit()
    assert_chained(sessions, signer, 60)


def test_the_database_refuses_a_fork_even_without_its_guards(
    sessions: Sessions, write_events: Write
) -> None:
    write_events(sessions, 2)
    with sessions() as db:
        chain_pending(db, 1)
        db.commit()
        for statement in DROPPED[db.get_bind().dialect.name]:
            db.execute(text(statement))
        with pytest.raises(DBAPIError, match=r"(?i)unique"):
            db.execute(text(FORK))


FORK = """
    UPDATE audit_outbox SET pos = 2, prev = o.prev, hash = o.prev
    FROM (SELECT prev FROM audit_outbox WHERE pos = 1) AS o WHERE audit_outbox.pos IS NULL
"""
DROPPED = {
    "sqlite": ["DROP TRIGGER audit_outbox_no_change"],
    "postgresql": ["DROP TRIGGER audit_outbox_row_guard ON audit_outbox"],
}
