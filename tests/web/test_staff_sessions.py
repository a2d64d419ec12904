"""Owns the promise that a session of staff ends in time, and at once when access is taken."""

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Action
from kyc.models import Staff
from tests.web.people import Colleague
from tests.web.world import World


def place(colleague: Colleague) -> str:
    """Where the console's start leads to: `queue`, `confirm` when it is locked, or `sign-in`."""
    answer = colleague.browser.get("/staff/")
    return (answer.location or "home").removeprefix("/staff/").partition("?")[0]


def is_in(colleague: Colleague) -> bool:
    return place(colleague) not in {"confirm", "sign-in"}


@pytest.fixture
def held(world: World, reviewer: Colleague, case: str) -> str:
    """The path of a case that the reviewer holds."""
    reviewer.claim(case)
    return f"/staff/cases/{case}"


def test_it_locks_after_ten_minutes_of_quiet(world: World, reviewer: Colleague) -> None:
    world.clock.passes(minutes=10)
    assert place(reviewer) == "queue"
    world.clock.passes(minutes=10, seconds=1)
    assert place(reviewer) == "confirm"


def test_it_goes_on_while_somebody_works(world: World, reviewer: Colleague) -> None:
    for _ in range(4):
        world.clock.passes(minutes=9)
        assert is_in(reviewer)


def test_it_is_not_kept_awake_by_a_page_that_nobody_reads(
    world: World, reviewer: Colleague, held: str
) -> None:
    for _ in range(10):
        world.clock.passes(minutes=1)
        assert reviewer.browser.post(f"{held}/heartbeat").status_code == 200
    world.clock.passes(seconds=1)
    answer = reviewer.browser.post(f"{held}/heartbeat", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "locked"


def test_it_ends_after_eight_hours_of_work(world: World, reviewer: Colleague) -> None:
    for _ in range(8 * 12):
        world.clock.passes(minutes=5)
        assert is_in(reviewer)
    world.clock.passes(minutes=1)
    assert place(reviewer) == "sign-in"


def test_it_ends_for_who_never_gave_the_second_factor(world: World) -> None:
    half = world.signed_out(Role.REVIEWER)
    half.give_password()
    world.clock.passes(minutes=10, seconds=1)
    assert half.browser.get("/staff/second-factor").location == "/staff/sign-in"


@pytest.fixture
def administrator(world: World) -> Colleague:
    return world.colleague(Role.ADMINISTRATOR)


def staff_id(world: World, role: Role) -> str:
    with world.runtime.reading() as db:
        return db.scalars(select(Staff.id).where(Staff.role == role)).one()


def test_a_disabled_account_can_do_nothing_from_the_next_request_on(
    world: World, administrator: Colleague, reviewer: Colleague
) -> None:
    assert is_in(reviewer)
    administrator.browser.post(f"/staff/people/{staff_id(world, Role.REVIEWER)}/disable")
    assert not is_in(reviewer)


def test_a_disabled_account_cannot_sign_in(world: World, administrator: Colleague) -> None:
    administrator.browser.post(f"/staff/people/{staff_id(world, Role.REVIEWER)}/disable")
    assert world.signed_out(Role.REVIEWER).give_password().status_code == 401


def test_an_account_that_was_enabled_again_has_to_sign_in_anew(
    world: World, administrator: Colleague, reviewer: Colleague
) -> None:
    person = staff_id(world, Role.REVIEWER)
    administrator.browser.post(f"/staff/people/{person}/disable")
    administrator.browser.post(f"/staff/people/{person}/enable")
    assert not is_in(reviewer)
    assert reviewer.sign_in().location == "/staff/"


def test_a_changed_role_acts_on_the_next_request(world: World, reviewer: Colleague) -> None:
    with world.runtime.transaction() as db:
        db.get_one(Staff, staff_id(world, Role.REVIEWER)).role = Role.AUDITOR
    assert reviewer.browser.get("/staff/queue").status_code == 403


def test_nobody_disables_themselves(world: World, administrator: Colleague) -> None:
    person = staff_id(world, Role.ADMINISTRATOR)
    assert administrator.browser.post(f"/staff/people/{person}/disable").status_code == 403
    assert is_in(administrator)


def test_it_knows_no_other_account(administrator: Colleague) -> None:
    assert administrator.browser.post("/staff/people/nobody/disable").status_code == 404


def test_it_shows_the_link_of_an_invitation_once(world: World, administrator: Colleague) -> None:
    made = administrator.browser.post("/staff/people/invite", {"role": "reviewer"})
    assert "/staff/invite/" in made.text
    assert "/staff/invite/" not in administrator.browser.get("/staff/people").text
    assert len(world.events(Action.STAFF_ACCOUNT_INVITED)) == 1


def test_it_invites_to_no_role_that_there_is_not(administrator: Colleague) -> None:
    answer = administrator.browser.post("/staff/people/invite", {"role": "owner"})
    assert answer.status_code == 422
