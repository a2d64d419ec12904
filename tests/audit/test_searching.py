"""Owns the tests of finding events."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.audit.searching import Wanted, search

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MARI, ARVO = Actor("staff", "stf_" + "1" * 30), Actor("staff", "stf_" + "2" * 30)
CASE, OTHER = "vs_" + "a" * 30, "vs_" + "b" * 30

Sessions = sessionmaker[Session]


@pytest.fixture
def log(sessions: Sessions) -> Sessions:
    with sessions() as db:
        for action, actor, case in (
            (Action.STAFF_CASE_VIEWED, MARI, CASE),
            (Action.STAFF_CASE_VIEWED, ARVO, OTHER),
            (Action.STAFF_CLAIM_TAKEN, MARI, OTHER),
            (Action.SYSTEM_MAIL_SENT, SYSTEM, CASE),
        ):
            record(db, action, actor=actor, now=NOW, case=case)
            db.flush()  # rows of one flush may be numbered in any order
        db.commit()
    return sessions


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [4, 3, 2, 1]),
        (Wanted(action=Action.STAFF_CASE_VIEWED), [2, 1]),
        (Wanted(actor=f"staff:{MARI.id}"), [3, 1]),
        (Wanted(actor="staff"), [3, 2, 1]),
        (Wanted(actor="system"), [4]),
        (Wanted(actor="customer"), []),
        (Wanted(cases=(CASE,)), [4, 1]),
        (Wanted(cases=()), []),
        (Wanted(Action.STAFF_CASE_VIEWED, f"staff:{MARI.id}", (CASE, OTHER)), [1]),
    ],
)
def test_it_finds_what_was_asked_for(log: Sessions, wanted: Wanted, found: list[int]) -> None:
    with log() as db:
        assert [event.id for event in search(db, wanted, 10).events] == found


def test_pages_follow_each_other_without_gap_or_repeat(log: Sessions) -> None:
    with log() as db:
        first = search(db, Wanted(), 3)
        second = search(db, Wanted(), 3, first.before)
    assert [event.id for event in (*first.events, *second.events)] == [4, 3, 2, 1]
    assert (first.before, second.before) == (2, None)
