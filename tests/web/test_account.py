"""Owns the promise that people see and end their sessions, and can shut what may be stolen."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Action
from kyc.models import Staff, StaffMail
from tests.web.people import PASSWORD, Colleague
from tests.web.test_staff_sessions import is_in, place, staff_id
from tests.web.world import World

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
NEW = "another-quiet-lamp-92"


@pytest.fixture
def administrator(world: World) -> Colleague:
    return world.colleague(Role.ADMINISTRATOR)


@pytest.fixture
def elsewhere(world: World) -> Colleague:
    """The reviewer, signed in from a second browser."""
    other = world.signed_out(Role.REVIEWER)
    other.sign_in()
    return other


def end_links(colleague: Colleague) -> list[str]:
    page = colleague.browser.get("/staff/account").text
    return re.findall(r"/staff/account/sessions/[0-9a-f]{32}/end", page)


# --- sessions ----------------------------------------------------------------------------


def test_it_lists_each_session_and_marks_this_one(
    world: World, reviewer: Colleague, elsewhere: Colleague
) -> None:
    page = reviewer.browser.get("/staff/account").text
    assert page.count("This one") == 1
    assert len(end_links(reviewer)) == 1


def test_it_says_roughly_which_browser_it_is(world: World) -> None:
    mari = world.signed_out(Role.REVIEWER)
    world.clock.passes(seconds=60)
    filled = {"login": mari.login, "password": PASSWORD}
    mari.browser.post("/staff/sign-in", filled, headers={"User-Agent": CHROME + " <b>x</b>"})
    mari.give_code()
    page = mari.browser.get("/staff/account").text
    assert "Chrome on Linux" in page
    assert "<b>x" not in page


def test_it_ends_one_session(reviewer: Colleague, elsewhere: Colleague) -> None:
    (link,) = end_links(reviewer)
    assert reviewer.browser.post(link).location == "/staff/account"
    assert not is_in(elsewhere)
    assert is_in(reviewer)


def test_nobody_ends_the_session_of_somebody_else(
    world: World, administrator: Colleague, reviewer: Colleague, elsewhere: Colleague
) -> None:
    (link,) = end_links(reviewer)
    assert administrator.browser.post(link).status_code == 404
    assert is_in(elsewhere)


def test_it_ends_all_others(world: World, reviewer: Colleague, elsewhere: Colleague) -> None:
    third = world.signed_out(Role.REVIEWER)
    third.sign_in()
    reviewer.browser.post("/staff/account/sessions/end-others")
    assert [is_in(one) for one in (reviewer, elsewhere, third)] == [True, False, False]
    assert len(world.events(Action.STAFF_SESSION_ENDED)) == 1


def test_an_administrator_ends_all_sessions_of_a_person(
    world: World, administrator: Colleague, reviewer: Colleague, elsewhere: Colleague
) -> None:
    administrator.browser.post(f"/staff/people/{staff_id(world, Role.REVIEWER)}/end-sessions")
    assert not is_in(reviewer)
    assert not is_in(elsewhere)
    assert world.signed_out(Role.REVIEWER).sign_in().location == "/staff/"


# --- compromised --------------------------------------------------------------------------


def shut(colleague: Colleague) -> None:
    answer = colleague.browser.post("/staff/account/compromised", {"sure": "yes"})
    assert answer.location == "/staff/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_reported_account_is_dead_at_once(
    world: World, reviewer: Colleague, elsewhere: Colleague, case: str
) -> None:
    elsewhere.claim(case)
    shut(reviewer)
    assert not is_in(elsewhere)
    assert world.signed_out(Role.REVIEWER).give_password().status_code == 401
    assert world.rows()["claim"] == 0
    assert len(world.events(Action.STAFF_ACCOUNT_COMPROMISED)) == 1


def test_a_report_needs_no_fresh_factor(world: World, reviewer: Colleague) -> None:
    world.clock.passes(minutes=9)
    shut(reviewer)


def test_a_report_is_a_pressed_button(world: World, reviewer: Colleague) -> None:
    assert reviewer.browser.post("/staff/account/compromised").status_code == 422
    assert is_in(reviewer)


def test_administrators_and_the_person_are_told(world: World, reviewer: Colleague) -> None:
    shut(reviewer)
    with world.runtime.reading() as db:
        told = dict(db.execute(select(StaffMail.staff_id, StaffMail.kind)).all())
    assert told == {
        staff_id(world, Role.ADMINISTRATOR): "compromised",
        staff_id(world, Role.REVIEWER): "compromised_own",
    }


def test_an_administrator_reports_a_person(
    world: World, administrator: Colleague, reviewer: Colleague
) -> None:
    person = staff_id(world, Role.REVIEWER)
    administrator.browser.post(f"/staff/people/{person}/compromised")
    assert not is_in(reviewer)
    assert "Compromised" in administrator.browser.get("/staff/people").text


def test_enabling_does_not_revive_what_was_reported(
    world: World, administrator: Colleague, reviewer: Colleague
) -> None:
    person = staff_id(world, Role.REVIEWER)
    shut(reviewer)
    administrator.browser.post(f"/staff/people/{person}/disable")
    administrator.browser.post(f"/staff/people/{person}/enable")
    assert world.signed_out(Role.REVIEWER).give_password().status_code == 401


def renewal(administrator: Colleague, person: str) -> str:
    page = administrator.browser.post(f"/staff/people/{person}/invite").text
    found = re.search(r"(/staff/invite/[\w-]+)", page)
    assert found is not None
    return found.group(1)


def test_a_new_invitation_revives_the_same_account(
    world: World, administrator: Colleague, reviewer: Colleague
) -> None:
    person = staff_id(world, Role.REVIEWER)
    shut(reviewer)
    link, mari = renewal(administrator, person), world.signed_out(Role.REVIEWER)
    page = mari.browser.get(link).text
    assert "Your sign-in name stays: mari.maasikas" in page
    answer = mari.enrol(link.rsplit("/", 1)[1])
    assert "recovery codes" in answer.text
    assert mari.sign_in().location == "/staff/"
    assert staff_id(world, Role.REVIEWER) == person
    assert len(world.events(Action.STAFF_ACCOUNT_RENEWED)) == 1


def test_a_renewed_account_forgets_the_app_from_before(
    world: World, administrator: Colleague
) -> None:
    link = renewal(administrator, staff_id(world, Role.REVIEWER))
    mari, thief = world.signed_out(Role.REVIEWER), world.signed_out(Role.REVIEWER)
    mari.enrol(link.rsplit("/", 1)[1])
    world.clock.passes(seconds=60)
    thief.give_password()
    assert thief.give_code().status_code == 401


# --- password, address, role -----------------------------------------------------------------


def change(colleague: Colleague, old: str = PASSWORD, new: str = NEW) -> int:
    filled = {"old": old, "password": new, "password_again": new}
    return colleague.browser.post("/staff/account/password", filled).status_code


def test_a_password_is_changed_and_ends_other_sessions(
    world: World, reviewer: Colleague, elsewhere: Colleague
) -> None:
    assert change(reviewer) == 302
    assert is_in(reviewer)
    assert not is_in(elsewhere)
    assert world.signed_out(Role.REVIEWER).give_password().status_code == 401
    assert world.signed_out(Role.REVIEWER).give_password(NEW).status_code == 302


@pytest.mark.parametrize(("old", "new"), [("wrong", NEW), (PASSWORD, "short"), (PASSWORD,) * 2])
def test_a_password_is_not_changed(reviewer: Colleague, old: str, new: str) -> None:
    assert change(reviewer, old, new) == 422


def test_an_old_password_must_be_changed_first(a_world: Callable[..., World]) -> None:
    world = a_world(password_days=30)
    world.clock.passes(days=31)
    mari = world.signed_out(Role.REVIEWER)
    mari.sign_in()
    assert mari.browser.get("/staff/queue").location == "/staff/account"
    assert "Your password is too old" in mari.browser.get("/staff/account").text
    assert change(mari) == 302
    assert mari.browser.get("/staff/queue").status_code == 200


def test_a_password_lasts_for_ever_by_default(world: World) -> None:
    world.clock.passes(days=4000)
    mari = world.signed_out(Role.REVIEWER)
    mari.sign_in()
    assert mari.browser.get("/staff/queue").status_code == 200


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"password_minimum": 20}, "A password has 20 to 200 characters."),
        ({"password_classes": 4}, "Use 4 of these: small letters, capitals, digits, other signs."),
    ],
)
def test_a_deployment_may_ask_more_of_passwords(
    a_world: Callable[..., World], rules: dict[str, int], said: str
) -> None:
    reviewer = a_world(**rules).colleague(Role.REVIEWER)
    filled = {"old": PASSWORD, "password": "quiet-lamp-92", "password_again": "quiet-lamp-92"}
    assert said in reviewer.browser.post("/staff/account/password", filled).text


def test_an_address_is_changed_and_confirmed_by_mail(world: World, reviewer: Colleague) -> None:
    filled = {"email": "mari.new@example.org"}
    assert reviewer.browser.post("/staff/account/email", filled).status_code == 302
    assert "mari.new@example.org" in reviewer.browser.get("/staff/account").text
    assert world.rows()["staff_mail"] == 2


def test_an_address_that_is_none_is_refused(reviewer: Colleague) -> None:
    answer = reviewer.browser.post("/staff/account/email", {"email": "mari"})
    assert answer.status_code == 422
    assert "Give an e-mail address" in answer.text


def test_a_role_is_changed_and_acts_at_once(
    world: World, administrator: Colleague, reviewer: Colleague, case: str
) -> None:
    reviewer.claim(case)
    person = staff_id(world, Role.REVIEWER)
    administrator.browser.post(f"/staff/people/{person}/role", {"role": "auditor"})
    assert reviewer.browser.get("/staff/queue").status_code == 403
    assert world.rows()["claim"] == 0
    (event,) = world.events(Action.STAFF_ACCOUNT_RETITLED)
    assert '"role":"auditor"' in event.body


def test_nobody_changes_their_own_role(world: World, administrator: Colleague) -> None:
    path = f"/staff/people/{staff_id(world, Role.ADMINISTRATOR)}/role"
    assert administrator.browser.post(path, {"role": "reviewer"}).status_code == 403


def test_there_is_no_other_role(world: World, administrator: Colleague) -> None:
    path = f"/staff/people/{staff_id(world, Role.REVIEWER)}/role"
    assert administrator.browser.post(path, {"role": "owner"}).status_code == 422


def test_the_page_shows_no_other_persons_things(world: World, reviewer: Colleague) -> None:
    page = reviewer.browser.get("/staff/account").text
    assert "mari.maasikas@example.org" in page
    assert "siiri" not in page
    assert place(reviewer) == "queue"
    with world.runtime.reading() as db:
        assert b"example.org" not in b"".join(p.email or b"" for p in db.scalars(select(Staff)))
