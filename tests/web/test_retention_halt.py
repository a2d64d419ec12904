"""Owns what the retention page says when destruction waits for a person."""

from datetime import timedelta

from kyc.access import Role
from kyc.clock import Uptime
from kyc.models import VerificationSession, new_id
from kyc.retention.clock_watch import watch_clock
from kyc.retention.guard import let_through
from tests.web.world import World


def _stop(world: World) -> None:
    with world.runtime.transaction() as db:
        now = world.runtime.now()
        db.add_all(
            VerificationSession(
                id=new_id("vs"),
                status="expired",
                origin="link",
                flow_name="standard",
                flow_version=1,
                created_at=now,
                expires_at=now,
                field_key_epoch="2026-03",
                record_rule="record_abandoned",
                record_destroy_at=now - timedelta(minutes=1),
            )
            for _ in range(501)
        )


def test_it_says_that_too_much_is_due_at_once(world: World) -> None:
    officer = world.colleague(Role.PRIVACY).browser
    before = officer.get("/staff/retention").text
    assert "Nothing is being deleted" not in before
    _stop(world)
    page = officer.get("/staff/retention").text
    assert "too much is due at once" in page
    assert "501 of 501 things are due now" in page
    assert "kyc purge --resume" in page


def test_it_says_that_the_clock_may_be_wrong(world: World) -> None:
    officer, up = world.colleague(Role.PRIVACY).browser, Uptime("this start", 5.0)
    now = world.runtime.real_now()
    for moment in (now - timedelta(days=2922), now):
        with world.runtime.transaction() as db:
            watch_clock(db, moment, up)
    page = officer.get("/staff/retention").text
    assert "Nothing is being deleted: the clock may be wrong" in page
    assert "kyc purge --resume" in page
    with world.runtime.transaction() as db:
        let_through(db, world.runtime.now(), world.runtime.real_now)
    assert "Nothing is being deleted" not in officer.get("/staff/retention").text
