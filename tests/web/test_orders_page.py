"""Owns the pages of holds under an order: set by an officer, opened by who is named, told."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action, Actor
from kyc.desk.restricting import Ask, restrict
from kyc.models import Artifact, RegulatoryHold, Staff
from tests.web.people import Colleague
from tests.web.world import NAMES, World


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


@pytest.fixture
def senior(world: World) -> Colleague:
    return world.colleague(Role.SENIOR)


def person(world: World, role: Role) -> str:
    with world.runtime.reading() as db:
        return db.scalars(select(Staff.id).where(Staff.display_name == NAMES[role])).one()


def keep(officer: Colleague, named: str, **changes: Any) -> TestResponse:
    world = officer.world
    filled = {
        "case": named,
        "reference": "RO 17/2026",
        "removed_on": world.clock().date().isoformat(),
        "readers": person(world, Role.SENIOR),
        "purposes": ["proceedings", "complaints"],
    }
    return officer.browser.post("/staff/holds/orders", {**filled, **changes})


def hold_id(world: World) -> str:
    with world.runtime.reading() as db:
        return db.scalars(select(RegulatoryHold.hold_id)).one()


def image(world: World, case: str) -> str:
    with world.runtime.reading() as db:
        mine = select(Artifact.id).where(Artifact.session_id == case, Artifact.stage == "review")
        return f"/staff/images/{db.scalars(mine).first()}"


def test_an_officer_keeps_a_case_and_it_is_told_wherever_the_case_is(
    world: World, officer: Colleague, reviewer: Colleague, case: str
) -> None:
    assert keep(officer, case).location == "/staff/holds/orders"
    page = officer.browser.get("/staff/holds/orders").text
    for said in (case, "RO 17/2026", NAMES[Role.SENIOR], "Handling of complaints"):
        assert said in page
    assert "An order against terrorist content" in officer.browser.get("/staff/holds").text
    told = "Kept under an order against terrorist content"
    assert told in officer.browser.get(f"/staff/retention/case?case={case}").text
    assert told in reviewer.browser.get(f"/staff/cases/{case}").text
    assert len(world.events(Action.STAFF_HOLD_SET)) == 1


def test_who_is_named_opens_the_pictures_for_a_purpose(
    world: World, officer: Colleague, senior: Colleague, case: str
) -> None:
    keep(officer, case)
    assert "Open for half an hour" in senior.browser.get("/staff/holds/mine").text
    assert senior.browser.get(image(world, case)).status_code == 409
    path = f"/staff/holds/mine/{hold_id(world)}"
    assert senior.browser.get(path).status_code == 409
    assert senior.browser.post(path, {"purpose": "complaints"}).location == path
    assert "Handling of complaints" in senior.browser.get(path).text
    assert senior.browser.get(image(world, case)).mimetype == "image/jpeg"
    (look,) = world.events(Action.STAFF_ARTIFACT_VIEWED)
    assert '"reason":"complaints"' in look.body
    assert len(world.events(Action.STAFF_LOOK_REFUSED)) == 1
    world.clock.passes(minutes=31)
    assert senior.browser.get(image(world, case)).status_code != 200


def test_a_claim_opens_none_of_its_pictures(
    world: World, officer: Colleague, reviewer: Colleague, case: str
) -> None:
    reviewer.claim(case)
    assert reviewer.browser.get(image(world, case)).status_code == 200
    keep(officer, case)
    assert reviewer.browser.get(image(world, case)).status_code == 409
    assert len(world.events(Action.STAFF_LOOK_REFUSED)) == 1


def test_who_is_not_named_finds_nothing_to_open(
    world: World, officer: Colleague, reviewer: Colleague, case: str
) -> None:
    keep(officer, case)
    assert "You are named for no case" in reviewer.browser.get("/staff/holds/mine").text
    path = f"/staff/holds/mine/{hold_id(world)}"
    assert reviewer.browser.post(path, {"purpose": "complaints"}).status_code == 404
    assert reviewer.browser.get(path).status_code == 409


def test_it_opens_for_no_purpose_that_the_order_does_not_name(
    world: World, officer: Colleague, senior: Colleague, case: str
) -> None:
    keep(officer, case)
    path = f"/staff/holds/mine/{hold_id(world)}"
    assert senior.browser.post(path, {"purpose": "investigation"}).status_code == 422
    assert senior.browser.get(image(world, case)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"case": "C-0"}, "No verification has this id or reference."),
        ({"reference": ""}, "Give the reference of the order."),
        ({"removed_on": "2999-01-01"}, "is in the future"),
        ({"readers": []}, "Name who may open it"),
        ({"purposes": []}, "at least one purpose"),
    ],
)
def test_an_order_that_lacks_something_is_refused_with_words(
    world: World, officer: Colleague, case: str, changes: dict[str, Any], says: str
) -> None:
    answer = keep(officer, case, **changes)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert world.events(Action.STAFF_HOLD_SET) == []


def test_an_officer_extends_and_never_lifts(world: World, officer: Colleague, case: str) -> None:
    keep(officer, case)
    path = f"/staff/holds/orders/{hold_id(world)}/extend"
    asked = {"last_day": "2027-06-30", "reason": "Court of Tallinn"}
    officer.browser.post(path, {**asked, "reason": ""})
    officer.browser.post(path, {**asked, "last_day": "2026-07-02"})
    assert world.events(Action.STAFF_HOLD_EXTENDED) == []
    officer.browser.post(path, asked)
    assert len(world.events(Action.STAFF_HOLD_EXTENDED)) == 1
    assert "Court of Tallinn" in officer.browser.get("/staff/holds/orders").text
    lifted = officer.browser.post(f"/staff/holds/{hold_id(world)}/lift", {"note": "a mistake"})
    assert (lifted.status_code, world.events(Action.STAFF_HOLD_LIFTED)) == (409, [])


def test_an_order_opens_nothing_of_a_restricted_case(
    world: World, officer: Colleague, senior: Colleague, case: str
) -> None:
    keep(officer, case)
    path = f"/staff/holds/mine/{hold_id(world)}"
    senior.browser.post(path, {"purpose": "complaints"})
    assert senior.browser.get(path).status_code == 200
    with world.runtime.transaction() as db:
        by, ask = Actor("staff", person(world, Role.PRIVACY)), Ask("accuracy", "She contests it.")
        restrict(db, world.runtime.vault, case, ask, by=by, now=world.clock())
    assert senior.browser.get(path).status_code == 409
    assert senior.browser.get(image(world, case)).status_code == 409
    assert senior.browser.post(path, {"purpose": "complaints"}).status_code == 409
