"""Owns the brake on destruction: when it holds, and who may let a run through."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert

from kyc.clock import real_clock
from kyc.errors import ConflictError
from kyc.jobs import OwedJobName
from kyc.models import Artifact, OwedJob, new_id
from kyc.retention.guard import Halt, clocks_differ, expiry_halted, halted, is_too_many, let_through

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


def _stock(kit: "Kit", make: "Make", due: int, live: int) -> None:
    """So many rows of stored images, without objects; `due` of them are due now."""
    with kit.transaction() as db:
        upload = make.upload(db, make.ready(db))
        rows = [
            {
                "id": new_id("art"),
                "session_id": upload.session_id,
                "upload_id": upload.id,
                "kind": upload.kind,
                "stage": "review",
                "state": "stored",
                "object_name": f"sealed/{number:040x}",
                "wrapped_key": b"key",
                "key_epoch": "2026-03",
                "ciphertext_sha256": b"",
                "ciphertext_length": 1,
                "plaintext_length": 1,
                "content_type": "image/jpeg",
                "regions": [],
                "created_at": kit.now,
                "destroy_at": kit.now + timedelta(days=number >= due),
                "destroy_rule": "approved",
            }
            for number in range(live)
        ]
        db.execute(insert(Artifact), rows)


def _halted(kit: "Kit") -> Halt | None:
    with kit.reading() as db:
        return halted(db, kit.now, kit.runtime.real_now)


def _let_through(kit: "Kit") -> Halt:
    with kit.transaction() as db:
        return let_through(db, kit.now, kit.runtime.real_now)


def _skew(kit: "Kit", **span: float) -> None:
    kit.runtime = replace(kit.runtime, real_now=lambda: real_clock() + timedelta(**span))


@pytest.mark.parametrize(
    ("due", "live", "stops"),
    [
        (0, 0, False),
        (60, 60, False),
        (999, 999, True),
        (500, 500, False),
        (501, 501, True),
        (500, 25_000, False),
        (501, 1_000_000, True),
        (999, 1_000_000, True),
        (20, 1_000, False),
        (21, 1_000, True),
        (21, 999, False),
    ],
)
def test_the_limits_are_five_hundred_and_two_percent(due: int, live: int, stops: bool) -> None:
    assert is_too_many(due, live) == stops


@given(st.integers(0, 5_000), st.integers(0, 100_000))
def test_more_due_is_never_less_suspicious(due: int, live: int) -> None:
    assert is_too_many(due, live) <= is_too_many(due + 1, live)


@pytest.mark.parametrize(("live", "stops"), [(1_049, True), (1_050, False), (1_060, False)])
def test_the_share_is_told_to_the_last_row(
    kit: "Kit", make: "Make", live: int, stops: bool
) -> None:
    _stock(kit, make, due=21, live=live)
    found = _halted(kit)
    assert (found is not None) == stops == is_too_many(21, live)
    assert found is None or (found.due, found.live) == (21, live + 1)  # the record of the case


def test_what_is_live_is_not_counted_while_nothing_is_due(kit: "Kit", make: "Make") -> None:
    """It is asked each minute, and reading a million rows each minute would stop everything."""
    _stock(kit, make, due=0, live=5)
    counts: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        counts.append(statement) if "count(" in statement else None

    event.listen(kit.engine, "before_cursor_execute", note)
    assert _halted(kit) is None
    event.remove(kit.engine, "before_cursor_execute", note)
    assert [("destroy_at <=" in one) for one in counts] == [True, True]


def test_five_hundred_at_once_may_go_and_one_more_may_not(kit: "Kit", make: "Make") -> None:
    _stock(kit, make, due=500, live=600)
    assert _halted(kit) is None
    with kit.transaction() as db:
        make.artifact(db, make.upload(db, make.ready(db)), rule="superseded")
    assert _halted(kit) == Halt("too_many", due=501, live=603)  # two sessions live too


def test_two_percent_of_a_large_stock_may_go_and_more_may_not(kit: "Kit", make: "Make") -> None:
    _stock(kit, make, due=21, live=1_049)
    assert _halted(kit) is not None
    with kit.transaction() as db:
        make.artifact(db, make.upload(db, make.ready(db)))
    assert _halted(kit) is None


def test_details_of_people_are_guarded_like_their_images(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, record_rule="record_rejected", record_destroy_at=kit.now)
    assert _halted(kit) == Halt("too_many", due=501, live=501)


def test_many_that_expire_at_once_wait_for_a_person(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for _ in range(501):
            make.queued(db, status="requires_input", expires_at=kit.now)
    assert _halted(kit) is None, "the purge does not wait for what expires"
    with kit.reading() as db:
        halt = expiry_halted(db, kit.now, kit.runtime.real_now)
    assert halt == Halt("too_many", due=501, live=501)
    assert _let_through(kit) == halt


def test_the_clock_stops_expiry_as_well(kit: "Kit") -> None:
    _skew(kit, minutes=6)
    with kit.reading() as db:
        halt = expiry_halted(db, kit.now, kit.runtime.real_now)
    assert (halt is None) == (kit.engine.dialect.name == "sqlite")


def test_clocks_more_than_five_minutes_apart_stop_it(kit: "Kit") -> None:
    has_own_clock = kit.engine.dialect.name != "sqlite"
    for minutes in (-6, 6):
        _skew(kit, minutes=minutes)
        halt = _halted(kit)
        assert (halt is not None and halt.reason == "clock") == has_own_clock
    for minutes in (-4, 4):
        _skew(kit, minutes=minutes)
        assert _halted(kit) is None


def test_the_moved_clock_of_a_demonstration_is_no_skew(kit: "Kit") -> None:
    kit.later(days=400)
    with kit.reading() as db:
        assert not clocks_differ(db, kit.runtime.real_now)


def test_a_person_lets_one_run_through_and_it_is_recorded(kit: "Kit", make: "Make") -> None:
    _stock(kit, make, due=501, live=501)
    assert _let_through(kit).due == 501
    (job,) = kit.all(OwedJob)
    assert job.name == OwedJobName.RESUME_PURGE
    assert kit.woken == [job.id]
    assert kit.actions()[-1] == "operator:purge:resumed"


def test_no_leave_is_given_in_advance(kit: "Kit") -> None:
    with pytest.raises(ConflictError, match="nothing is stopped"):
        _let_through(kit)
    assert kit.all(OwedJob) == []


def test_nobody_can_overrule_clocks_that_differ(kit: "Kit", make: "Make") -> None:
    _stock(kit, make, due=501, live=501)
    _skew(kit, hours=1)
    if kit.engine.dialect.name == "sqlite":
        assert _let_through(kit).reason == "too_many"
        return
    with pytest.raises(ConflictError, match="clocks"):
        _let_through(kit)
    assert kit.all(OwedJob) == []
