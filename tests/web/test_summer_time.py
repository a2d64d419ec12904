"""Owns that pages tell the right hour on the days of 23 and 25 hours, and that no day moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import render_template_string
from sqlalchemy import update

from kyc.access import Role
from kyc.models import Artifact
from kyc.policy.flow import shipped_flow
from kyc.policy.retention import due_at
from tests.web.world import World

MOMENT = '{% from "components/moment.html" import moment %}{{ moment(at) }}'


def _shown(world: World, at: datetime) -> str:
    with world.app.test_request_context("/"):
        return render_template_string(MOMENT, at=at)


@pytest.mark.parametrize(
    ("zone", "at", "shown"),
    [
        ("Europe/Tallinn", "2026-03-29T00:59", "Mar 29, 2026, 2:59"),
        ("Europe/Tallinn", "2026-03-29T01:00", "Mar 29, 2026, 4:00"),
        ("Europe/Tallinn", "2026-10-25T00:30", "Oct 25, 2026, 3:30"),
        ("Europe/Tallinn", "2026-10-25T01:30", "Oct 25, 2026, 3:30"),
        ("Europe/Berlin", "2026-03-29T01:00", "Mar 29, 2026, 3:00"),
        ("Europe/Lisbon", "2026-03-29T01:00", "Mar 29, 2026, 2:00"),
        ("Atlantic/Azores", "2026-10-25T01:00", "Oct 25, 2026, 12:00"),
        ("Europe/Tallinn", "2026-03-28T21:59", "Mar 28, 2026, 11:59"),
        ("Europe/Tallinn", "2026-03-28T22:00", "Mar 29, 2026, 12:00"),
        ("Europe/Tallinn", "2026-10-25T21:59", "Oct 25, 2026, 11:59"),
        ("Europe/Tallinn", "2026-10-25T22:00", "Oct 26, 2026, 12:00"),
    ],
)
def test_the_hour_that_is_skipped_and_the_one_that_comes_twice(
    a_world: Any, zone: str, at: str, shown: str
) -> None:
    """What the program itself reads beside it, `datetime`, is UTC, and so never comes twice."""
    page = _shown(a_world(time_zone=zone), datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert f'datetime="{at}:00+00:00"' in page
    assert shown in page.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("due", "shown"),
    [("2026-03-29T01:30", "Mar 29, 2026, 4:30"), ("2026-10-25T23:30", "Oct 26, 2026, 1:30")],
)
def test_a_case_shows_its_day_in_the_zone_and_keeps_it_in_universal_time(
    a_world: Any, due: str, shown: str
) -> None:
    world: World = a_world(time_zone="Europe/Tallinn")
    case = world.customer().submitted()
    at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    with world.runtime.transaction() as db:
        db.execute(update(Artifact).where(Artifact.session_id == case).values(destroy_at=at))
    officer = world.colleague(Role.PRIVACY)
    page = officer.browser.get(f"/staff/retention?case={case}").text.replace("\u202f", " ")
    assert shown in page
    assert f'datetime="{at.isoformat()}"' in page


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
def test_so_many_days_are_so_many_times_24_hours(day: str) -> None:
    """A period of 90 days over a change of the clocks is neither an hour short nor long."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC, hour=12)
    rules = shipped_flow().retention
    for name in ("rejected", "abandoned", "approved"):
        assert due_at(rules, name, start) - start == rules[name].period
        assert rules[name].period % timedelta(days=1) == timedelta(0)
