"""Owns the end of a breach's texts: on its day, with its key, and nothing that is open."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.keeping.rows import COLUMNS
from kyc.models import Incident, IncidentEntry
from kyc.policy.incidents import KEPT_YEARS
from kyc.registers.incident_ending import end_due_incidents, ends_at
from kyc.registers.incident_texts import written
from tests.core.kit import dump
from tests.core.test_incidents import OFFICER, Desk

if TYPE_CHECKING:
    from tests.core.kit import Kit

SAID = "A laptop was stolen from a car"


def ended(kit: "Kit", now: datetime) -> int:
    with kit.transaction() as db:
        return end_due_incidents(db, now)


@pytest.fixture
def closed(kit: "Kit") -> Desk:
    """A breach that nobody had to be told of, closed now."""
    desk = Desk(kit)
    with kit.transaction() as db:
        row = db.get_one(Incident, desk.id)
        row.closed_at, row.closed_by = kit.now, OFFICER.id
    return desk


def test_its_words_and_its_key_go_on_the_day_and_not_before(kit: "Kit", closed: Desk) -> None:
    day = ends_at(kit.now)
    assert (day.year - kit.now.year, day.month, day.day) == (
        KEPT_YEARS,
        kit.now.month,
        kit.now.day,
    )
    key = closed.row.field_key
    assert ended(kit, day - timedelta(seconds=1)) == 0
    assert (closed.row.field_key, len(kit.all(IncidentEntry))) == (key, 1)
    assert (ended(kit, day), ended(kit, day)) == (1, 0)
    assert (closed.row.field_key, kit.all(IncidentEntry)) == (b"", [])
    assert closed.row.destroyed_at == day
    with kit.reading() as db:
        assert written(db, kit.vault, closed.row) == []
    assert kit.actions().count("system:incident:destroyed") == 1


def test_what_is_left_says_what_happened_and_names_nobody(kit: "Kit", closed: Desk) -> None:
    ended(kit, ends_at(kit.now))
    row = closed.row
    assert (row.natures, row.persons, row.aware_at) == (["confidentiality"], 40, kit.now)
    assert (row.entered_by, row.closed_by, row.closed_at) == ("", None, kit.now)
    assert OFFICER.id not in str(vars(row))


def test_an_open_breach_never_ends(kit: "Kit") -> None:
    Desk(kit)
    assert ended(kit, kit.now + timedelta(days=40 * 366)) == 0
    assert len(kit.all(IncidentEntry)) == 1


def test_its_key_is_wrapped_anew_no_more(kit: "Kit", closed: Desk) -> None:
    (column,) = [one for one in COLUMNS if one.kind == "incident"]
    assert len(kit.all(Incident, column.needs(kit.now))) == 1
    ended(kit, ends_at(kit.now))
    assert kit.all(Incident, column.needs(kit.now)) == []


def test_the_sealed_words_are_nowhere_any_more(kit: "Kit", closed: Desk) -> None:
    (entry,) = kit.all(IncidentEntry)
    assert entry.words in dump(kit.engine)
    ended(kit, ends_at(kit.now))
    assert entry.words not in dump(kit.engine)
    assert SAID.encode() not in dump(kit.engine)


def test_a_slice_is_ended_at_a_time(kit: "Kit") -> None:
    for _ in range(3):
        desk = Desk(kit)
        with kit.transaction() as db:
            db.get_one(Incident, desk.id).closed_at = kit.now
    with kit.transaction() as db:
        assert end_due_incidents(db, ends_at(kit.now), limit=2) == 2
    assert ended(kit, ends_at(kit.now)) == 1
