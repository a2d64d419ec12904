"""Owns that a clock that is wrong is not believed, also where hardly anything is stored."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.audit import Action
from kyc.clock import Uptime, real_uptime
from kyc.errors import ConflictError
from kyc.models import AuditEvent, ClockMark
from kyc.policy.retention import years_after
from kyc.retention.clock_watch import AWAY, SKEW, doubt_of, doubted, watch_clock
from kyc.retention.guard import any_halted, clocks_differ, expiry_halted, let_through

if TYPE_CHECKING:
    from tests.core.kit import Kit

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
UP = Uptime("11111111-2222-3333-4444-555555555555", 1000.0)
OTHER = Uptime("99999999-2222-3333-4444-555555555555", 5.0)
SECOND = timedelta(seconds=1)


def _mark(at: datetime = NOON, up: Uptime = UP) -> ClockMark:
    return ClockMark(boot=up.boot, at=at, uptime=up.seconds, doubt="")


def _later(up: Uptime, span: timedelta) -> Uptime:
    return up._replace(seconds=up.seconds + span.total_seconds())


def test_the_first_look_of_all_is_believed() -> None:
    assert doubt_of([], NOON, UP, None) == ""


@pytest.mark.parametrize("span", [timedelta(0), HOUR, timedelta(days=400)])
def test_a_clock_that_goes_on_with_the_machine_is_believed(span: timedelta) -> None:
    assert doubt_of([_mark()], NOON + span, _later(UP, span), None) == ""
    assert doubt_of([_mark()], NOON + span + SKEW, _later(UP, span), None) == ""


@pytest.mark.parametrize("jump", [SKEW + SECOND, timedelta(days=1), timedelta(days=2922)])
def test_a_clock_that_is_set_forward_is_not(jump: timedelta) -> None:
    assert doubt_of([_mark()], NOON + HOUR + jump, _later(UP, HOUR), None) == "moved"


def test_a_clock_that_is_set_back_destroys_nothing_and_is_not_doubted() -> None:
    assert doubt_of([_mark()], NOON - timedelta(days=1), _later(UP, HOUR), None) == ""


@pytest.mark.parametrize("up", [OTHER, None])
def test_after_a_restart_a_day_may_have_passed_and_no_more(up: Uptime | None) -> None:
    assert doubt_of([_mark()], NOON + AWAY, up, None) == ""
    assert doubt_of([_mark()], NOON + AWAY + SECOND, up, None) == "away"


def test_the_latest_of_all_machines_counts_after_a_restart() -> None:
    marks = [_mark(NOON - timedelta(days=20)), _mark(NOON, OTHER)]
    assert doubt_of(marks, NOON + HOUR, Uptime("new", 1), None) == ""


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.booleans())
def test_a_witness_decides_alone(away: int, skew: int, same: bool) -> None:
    now = NOON + timedelta(minutes=away)
    witness = now + timedelta(seconds=skew)
    found = doubt_of([_mark()], now, UP if same else OTHER, witness)
    assert (found == "witness") == (abs(skew) > SKEW.total_seconds())
    assert found in {"", "witness"}


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_later_clock_is_never_less_suspicious(less: int, more: int) -> None:
    def doubts(seconds: int) -> bool:
        return doubt_of([_mark()], NOON + timedelta(seconds=seconds), UP, None) != ""

    assert doubts(less) <= doubts(less + more)


def test_this_machine_tells_which_start_it_was_and_how_long_ago() -> None:
    first, second = real_uptime(), real_uptime()
    assert first is not None
    assert second is not None
    assert first.boot == second.boot
    assert 0 < first.seconds <= second.seconds


def _watch(kit: "Kit", now: datetime, up: Uptime, witness: datetime | None = None) -> str:
    with kit.transaction() as db:
        return watch_clock(db, now, up, witness)


def _events(kit: "Kit") -> int:
    return len(kit.all(AuditEvent, AuditEvent.action == Action.SYSTEM_CLOCK_DOUBTED))


def test_a_doubt_stays_is_told_once_and_goes_when_the_clock_is_right_again(kit: "Kit") -> None:
    _watch(kit, NOON, UP)
    for number in range(3):
        ahead = years_after(NOON, 8) + number * HOUR
        assert _watch(kit, ahead, _later(UP, number * HOUR)) == "moved"
        with kit.reading() as db:
            assert doubted(db) == "moved"
    assert _events(kit) == 1
    assert _watch(kit, NOON + 3 * HOUR, _later(UP, 3 * HOUR)) == ""
    with kit.reading() as db:
        assert doubted(db) == ""
    assert [(mark.at, mark.doubt) for mark in kit.all(ClockMark)] == [(NOON + 3 * HOUR, "")]


def test_a_day_that_has_not_come_is_forgotten_once_the_clock_is_right(kit: "Kit") -> None:
    """Else the clock could go wrong once more up to that day."""
    _watch(kit, years_after(NOON, 8), OTHER)
    _watch(kit, NOON, UP)
    assert [mark.boot for mark in kit.all(ClockMark)] == [UP.boot]
    assert _watch(kit, years_after(NOON, 7), Uptime("new", 1)) == "away"


def test_what_goes_on_step_by_step_is_believed_step_by_step(kit: "Kit") -> None:
    """A clock that drifts by a minute between two looks is no clock that was set."""
    for number in range(10):
        passed = number * timedelta(minutes=10)
        drift = number * timedelta(minutes=1)
        assert _watch(kit, NOON + passed + drift, _later(UP, passed)) == ""


def _doubt(kit: "Kit", witness: datetime | None = None) -> None:
    """What a worker's look notes of a clock eight years ahead."""
    now = kit.runtime.real_now()
    with kit.transaction() as db:
        watch_clock(db, now - timedelta(days=2922), UP)
        watch_clock(db, now, UP, witness)


def test_it_stops_destruction_and_expiry_however_little_is_due(kit: "Kit") -> None:
    _doubt(kit)
    with kit.reading() as db:
        for halt in (
            any_halted(db, kit.now, kit.runtime.real_now),
            expiry_halted(db, kit.now, kit.runtime.real_now),
        ):
            assert halt is not None
            assert (halt.reason, halt.due) == ("moved", 0)
            assert "may be wrong" in halt.words
        assert clocks_differ(db, kit.runtime.real_now)


def test_a_person_who_has_looked_says_that_it_is_right(kit: "Kit") -> None:
    _doubt(kit)
    with kit.transaction() as db:
        assert let_through(db, kit.now, kit.runtime.real_now).reason == "moved"
    with kit.reading() as db:
        assert any_halted(db, kit.now, kit.runtime.real_now) is None
        assert not clocks_differ(db, kit.runtime.real_now)
    assert len(kit.woken) == 1


def test_nobody_overrules_another_clock_that_says_otherwise(kit: "Kit") -> None:
    _doubt(kit, witness=kit.runtime.real_now() - HOUR)
    with kit.transaction() as db, pytest.raises(ConflictError, match="set them right"):
        let_through(db, kit.now, kit.runtime.real_now)
    assert kit.all(ClockMark)[0].doubt == "witness"
