"""Owns the privacy officer's page of legal holds, and where else a hold is told."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action
from kyc.models import LegalHold
from kyc.retention.purging import mark_due
from tests.web.people import Colleague
from tests.web.world import World


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def hold(officer: Colleague, named: str, **changes: Any) -> TestResponse:
    last_day = officer.world.clock().date() + timedelta(days=30)
    filled = {"case": named, "reason": "authority", "last_day": last_day.isoformat(), "note": ""}
    return officer.browser.post("/staff/holds", {**filled, **changes})


def hold_id(world: World) -> str:
    return world.events(Action.STAFF_HOLD_SET)[0].body.split('"object":"')[1].split('"')[0]


def test_it_holds_a_case_and_shows_it(world: World, officer: Colleague, case: str) -> None:
    answer = hold(officer, f" {case} ", note="Letter 7/2026 of the court")
    assert answer.location == "/staff/holds"
    page = officer.browser.get("/staff/holds").text
    assert "Letter 7/2026 of the court" in page
    assert "A request or an order of an authority" in page
    assert (case in page, "Piret Pukk" in page) == (True, True)
    assert len(world.events(Action.STAFF_HOLD_SET)) == 1


def test_a_held_case_survives_its_day(world: World, officer: Colleague, case: str) -> None:
    last_day = world.clock().date() + timedelta(days=400)
    hold(officer, case, last_day=last_day.isoformat())
    world.clock.passes(days=399)
    with world.runtime.transaction() as db:
        assert mark_due(db, world.clock()) == 0
    world.clock.passes(days=2)
    with world.runtime.transaction() as db:
        assert mark_due(db, world.clock()) == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"case": "C-0"}, "No verification has this id or reference."),
        ({"case": ""}, "Name the case."),
        ({"last_day": "2026-06-30"}, "2026-06-30 is over"),
        ({"last_day": "soon"}, "Not a valid date value."),
        ({"last_day": "9999-12-31"}, "ten years at most"),
        ({"reason": "other"}, "needs a note"),
        ({"reason": "because"}, "Not a valid choice."),
        ({"note": "x" * 2001}, "longer than 2000"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_written(
    world: World, officer: Colleague, case: str, changes: dict[str, str], says: str
) -> None:
    answer = hold(officer, case, **changes)
    assert answer.status_code == 422
    assert says in answer.text
    assert world.events(Action.STAFF_HOLD_SET) == []


def test_it_says_so_when_the_case_is_held_already(officer: Colleague, case: str) -> None:
    hold(officer, case)
    answer = hold(officer, case)
    assert (answer.status_code, "already" in answer.text) == (422, True)


def test_it_lifts_a_hold_for_a_reason(world: World, officer: Colleague, case: str) -> None:
    hold(officer, case)
    path = f"/staff/holds/{hold_id(world)}/lift"
    assert officer.browser.post(path, {"note": "claim withdrawn"}).location == "/staff/holds"
    page = officer.browser.get("/staff/holds").text
    assert "claim withdrawn" in page
    assert "Nothing is held" in page
    assert len(world.events(Action.STAFF_HOLD_LIFTED)) == 1


def test_it_lifts_no_hold_without_a_reason(world: World, officer: Colleague, case: str) -> None:
    hold(officer, case)
    path = f"/staff/holds/{hold_id(world)}/lift"
    assert officer.browser.post(path, {"note": " "}).status_code == 422
    with world.runtime.reading() as db:
        assert db.get_one(LegalHold, hold_id(world)).lifted_at is None


def test_it_lifts_a_hold_once_however_often_it_is_clicked(
    world: World, officer: Colleague, case: str
) -> None:
    hold(officer, case)
    path = f"/staff/holds/{hold_id(world)}/lift"
    answers = [officer.browser.post(path, {"note": "x"}).status_code for _ in range(2)]
    assert answers == [302, 409]


def test_the_case_page_says_that_it_is_held(
    world: World, officer: Colleague, reviewer: Colleague, case: str
) -> None:
    reviewer.claim(case)
    before = reviewer.browser.get(f"/staff/cases/{case}").text
    hold(officer, case, note="secret of the court")
    after = reviewer.browser.get(f"/staff/cases/{case}").text
    assert ("On legal hold" in before, "On legal hold" in after) == (False, True)
    assert "secret of the court" not in after


def test_the_retention_page_counts_held_cases(world: World, officer: Colleague, case: str) -> None:
    assert "is held" not in officer.browser.get("/staff/retention").text
    hold(officer, case)
    page = officer.browser.get("/staff/retention").text
    assert "1 case is held" in page
    assert 'href="/staff/holds">Holds</a>' in page
    auditor = world.colleague(Role.AUDITOR).browser.get("/staff/retention").text
    assert "1 case is held" in auditor
    assert "/staff/holds" not in auditor


def test_the_retention_page_tells_the_rule_for_approved_customers(officer: Colleague) -> None:
    page = officer.browser.get("/staff/retention").text
    assert "7 years after the end of the relationship" in page
