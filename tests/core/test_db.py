"""Owns how the two kinds of database read and write beside one another."""

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from kyc.db import make_engine
from kyc.models import Claim, VerificationSession
from tests.core.kit import START, Make, race

if TYPE_CHECKING:
    from tests.core.kit import Kit


def test_a_reader_does_not_wait_for_a_writer(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session_id = make.session(db).id
    with kit.runtime.sessions() as writer:
        writer.execute(update(VerificationSession).values(version=9))
        assert kit.get(VerificationSession, session_id).version == 1
        writer.commit()
    assert kit.get(VerificationSession, session_id).version == 9


def test_no_update_is_lost_between_many_writers(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session_id = make.session(db).id

    def rise(_: int) -> None:
        with kit.transaction() as db:
            session = db.get_one(VerificationSession, session_id, with_for_update=True)
            session.version += 1

    assert race(12, rise) == [None] * 12
    assert kit.get(VerificationSession, session_id).version == 13


def test_a_unit_of_work_that_fails_leaves_nothing(kit: "Kit", make: "Make") -> None:
    with pytest.raises(ZeroDivisionError):
        _begin_and_fail(kit, make)
    assert kit.all(VerificationSession) == []


def test_a_unit_of_work_that_fails_wakes_nobody(kit: "Kit", make: "Make") -> None:
    with pytest.raises(ZeroDivisionError):
        _begin_and_fail(kit, make)
    assert kit.woken == []


def test_workers_are_woken_after_the_commit(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.waiting(db)
        assert kit.woken == []
    assert len(kit.woken) == 1


def test_keys_to_other_tables_hold(kit: "Kit") -> None:
    claim = Claim(session_id="none", staff_id="none", claimed_at=START, expires_at=START)
    with pytest.raises(IntegrityError), kit.transaction() as db:
        db.add(claim)


def test_a_naive_time_is_not_stored(kit: "Kit", make: "Make") -> None:
    kit.moment = START.replace(tzinfo=None)
    with kit.runtime.sessions() as db, pytest.raises(Exception, match="naive"):
        make.queued(db)


def test_times_come_back_as_they_went_in(kit: "Kit", make: "Make") -> None:
    kit.moment = START.replace(microsecond=123456)
    with kit.transaction() as db:
        session_id = make.queued(db).id
    assert kit.get(VerificationSession, session_id).waiting_since == kit.moment


def test_sqlite_is_set_to_forget_and_to_keep(sqlite_url: str) -> None:
    wanted = {"secure_delete": 1, "foreign_keys": 1, "synchronous": 2, "journal_mode": "wal"}
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    engine.dispose()
    assert found == wanted


def test_a_second_writer_waits_for_the_first_on_sqlite(file_kit: "Kit") -> None:
    make = Make(file_kit)
    with file_kit.runtime.sessions() as first:
        make.session(first)
        second = threading.Thread(target=_write_one, args=(file_kit, make))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        first.commit()
    second.join(10)
    assert len(file_kit.all(VerificationSession)) == 2


def _begin_and_fail(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.waiting(db)
        raise ZeroDivisionError


def _write_one(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.session(db)
