"""Owns the promise that a locked page and a grave act ask for the factor, and lose nothing."""

import html
import re
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action
from kyc.web.auth import asks_step_up
from tests.web.people import Colleague
from tests.web.test_staff_sessions import place, staff_id
from tests.web.world import World

JSON = {"Accept": "application/json"}

GRAVE = {
    "staff_admin.invite",
    "staff_admin.invite_again",
    "staff_admin.disable",
    "staff_admin.enable",
    "staff_admin.role",
    "staff_admin.end_sessions",
    "administration.propose_flow",
    "administration.approve_flow",
    "administration.refuse_flow",
    "administration.withdraw_flow",
    "holds.set_one",
    "holds.lift",
    "looks.ask",
    "looks.grant",
    "looks.refuse",
    "account.key_options",
    "account.add_key",
    "account.remove_key",
    "account.remove_app",
    "account.recovery_codes",
    "account.password",
    "account.email",
}
"""What needs a factor of the last five minutes (AU-07); others add theirs beside it."""


@pytest.fixture
def administrator(world: World) -> Colleague:
    return world.colleague(Role.ADMINISTRATOR)


def kept(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(name, html.unescape(value)) for name, value in found if name != "csrf_token"]


def confirm(colleague: Colleague, path: str, page: str = "", code: str = "") -> TestResponse:
    """Gives the code on the page that asks for it, with what that page keeps."""
    colleague.world.clock.passes(seconds=30)
    fields = [*kept(page), ("factor_code", code or colleague.code())]
    return colleague.browser.post(
        path, urlencode(fields).encode(), content_type="application/x-www-form-urlencoded"
    )


def follow(colleague: Colleague, answer: TestResponse, page: str) -> TestResponse:
    """As a browser follows a 307: the same body once more."""
    assert answer.status_code == 307
    body = urlencode([*kept(page), ("factor_code", "000000")]).encode()
    kind = "application/x-www-form-urlencoded"
    return colleague.browser.post(answer.location, body, content_type=kind)


def test_what_is_grave_asks_for_a_fresh_factor(world: World) -> None:
    asking = {name for name in world.app.view_functions if asks_step_up(world.app, name)}
    assert asking >= GRAVE


# --- step-up ------------------------------------------------------------------------------


def test_a_factor_of_the_last_five_minutes_is_enough(
    world: World, administrator: Colleague
) -> None:
    world.clock.passes(minutes=4)
    assert (
        administrator.browser.post("/staff/people/invite", {"role": "reviewer"}).status_code == 200
    )


def test_an_older_one_is_asked_for_again_and_nothing_is_done(
    world: World, administrator: Colleague
) -> None:
    world.clock.passes(minutes=6)
    answer = administrator.browser.post("/staff/people/invite", {"role": "auditor"})
    assert answer.status_code == 401
    assert "Confirm that it is you" in answer.text
    assert world.events(Action.STAFF_ACCOUNT_INVITED) == []


def test_what_was_sent_is_sent_on(world: World, administrator: Colleague) -> None:
    world.clock.passes(minutes=6)
    asked = administrator.browser.post("/staff/people/invite", {"role": "auditor"}).text
    went = confirm(administrator, "/staff/confirm?next=/staff/people/invite", asked)
    done = follow(administrator, went, asked)
    assert "Invitation for: Auditor" in done.text
    assert len(world.events(Action.STAFF_SESSION_CONFIRMED)) == 1


def test_what_was_sent_is_kept_through_a_wrong_code(world: World, administrator: Colleague) -> None:
    world.clock.passes(minutes=6)
    words = {"role": "auditor", "more": 'a "b" <c> & ä'}
    asked = administrator.browser.post("/staff/people/invite", words).text
    path = "/staff/confirm?next=/staff/people/invite"
    again = confirm(administrator, path, asked, code="000000")
    assert again.status_code == 422
    assert kept(again.text) == kept(asked)
    assert ("more", 'a "b" <c> & ä') in kept(again.text)


def test_confirming_renews_the_session(world: World, administrator: Colleague) -> None:
    before = administrator.browser.client.get_cookie("kyc-staff")
    confirm(administrator, "/staff/confirm?next=/staff/people")
    after = administrator.browser.client.get_cookie("kyc-staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = world.signed_out(Role.ADMINISTRATOR)
    thief.browser.client.set_cookie("kyc-staff", before.value)
    assert place(thief) == "sign-in"


def test_confirming_does_not_make_a_session_longer(world: World, administrator: Colleague) -> None:
    for _ in range(45):
        world.clock.passes(minutes=9)
        confirm(administrator, "/staff/confirm")
    world.clock.passes(minutes=40)
    assert place(administrator) == "confirm"
    world.clock.passes(minutes=20)
    assert place(administrator) == "sign-in"


def test_a_code_confirms_once(world: World, administrator: Colleague) -> None:
    world.clock.passes(seconds=60)
    code = administrator.code()
    given = {"factor_code": code}
    assert administrator.browser.post("/staff/confirm", given).status_code == 302
    assert administrator.browser.post("/staff/confirm", given).status_code == 422


def test_wrong_codes_bar_the_account(world: World, administrator: Colleague) -> None:
    for _ in range(5):
        administrator.browser.post("/staff/confirm", {"factor_code": "000000"})
    assert administrator.browser.post("/staff/confirm", {"factor_code": "0"}).status_code == 429
    assert len(world.events(Action.STAFF_SECOND_FACTOR_REFUSED)) == 5


def test_a_script_is_told_to_confirm(world: World, administrator: Colleague) -> None:
    world.clock.passes(minutes=6)
    answer = administrator.browser.post("/staff/account/keys/options", headers=JSON)
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "step_up"


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/staff/",
        "//example.org/staff/",
        "/staff/\\example.org",
        "/verify/status",
        "javascript:alert(1)",
        "/staff/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_it_leads_nowhere_else(world: World, administrator: Colleague, target: str) -> None:
    went = confirm(administrator, "/staff/confirm?" + urlencode({"next": target}))
    assert went.location == "/staff/"


def test_who_gave_no_factor_yet_does_not_confirm(world: World) -> None:
    half = world.signed_out(Role.REVIEWER)
    half.give_password()
    assert half.browser.get("/staff/confirm").location == "/staff/second-factor"


# --- locked --------------------------------------------------------------------------------


def test_a_locked_session_is_unlocked_by_the_factor_alone(
    world: World, reviewer: Colleague, case: str
) -> None:
    reviewer.claim(case)
    world.clock.passes(minutes=11)
    went = reviewer.browser.get(f"/staff/cases/{case}?a=b")
    assert went.location == f"/staff/confirm?next=/staff/cases/{case}?a%3Db"
    assert "This page was left alone" in reviewer.browser.get(went.location).text
    back = confirm(reviewer, went.location)
    assert back.location == f"/staff/cases/{case}?a=b"
    assert "Tamm" in reviewer.browser.get(back.location).text
    assert len(world.events(Action.STAFF_SESSION_UNLOCKED)) == 1


def test_a_form_that_was_sent_too_late_is_not_lost(world: World, administrator: Colleague) -> None:
    world.clock.passes(minutes=11)
    asked = administrator.browser.post("/staff/people/invite", {"role": "auditor"}).text
    assert "What you had filled in is kept" in asked
    went = confirm(administrator, "/staff/confirm?next=/staff/people/invite", asked)
    assert "Invitation for: Auditor" in follow(administrator, went, asked).text


def test_a_page_locks_itself(world: World, reviewer: Colleague) -> None:
    answer = reviewer.browser.post("/staff/lock", headers=JSON)
    assert answer.json == {"locked": True}
    assert reviewer.browser.post("/staff/lock", headers=JSON).status_code == 401
    assert place(reviewer) == "confirm"
    assert len(world.events(Action.STAFF_SESSION_LOCKED)) == 1


def test_a_locked_session_shows_no_image(world: World, reviewer: Colleague, case: str) -> None:
    reviewer.claim(case)
    reviewer.browser.post("/staff/lock")
    assert (reviewer.browser.get("/staff/images/none").location or "").startswith("/staff/confirm")


def test_what_a_locked_page_asks_for_does_not_wake_it(world: World, reviewer: Colleague) -> None:
    world.clock.passes(minutes=11)
    for _ in range(3):
        assert reviewer.browser.post("/staff/awake", headers=JSON).status_code == 401
    assert place(reviewer) == "confirm"


def test_a_person_who_types_keeps_the_page_awake(world: World, reviewer: Colleague) -> None:
    for _ in range(4):
        world.clock.passes(minutes=8)
        assert reviewer.browser.post("/staff/awake", headers=JSON).json == {"awake": True}
    assert place(reviewer) == "queue"


def test_a_locked_page_is_unlocked_by_a_script(world: World, reviewer: Colleague) -> None:
    reviewer.browser.post("/staff/lock", headers=JSON)
    wrong = reviewer.browser.post("/staff/confirm", {"factor_code": "000000"}, headers=JSON)
    assert wrong.status_code == 422
    world.clock.passes(seconds=30)
    given = {"factor_code": reviewer.code()}
    right = reviewer.browser.post("/staff/confirm", given, headers=JSON)
    assert right.json == {"unlocked": True}
    assert place(reviewer) == "queue"


def test_a_form_that_was_open_while_it_was_locked_can_be_sent(
    world: World, administrator: Colleague
) -> None:
    """The token against forgery in a page is the same after unlocking."""
    token = administrator.browser.token("/staff/people")
    administrator.browser.post("/staff/lock", headers=JSON)
    confirm(administrator, "/staff/confirm")
    answer = administrator.browser.client.post(
        f"/staff/people/{staff_id(world, Role.REVIEWER)}/disable", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 302


def test_a_disabled_person_does_not_unlock(
    world: World, administrator: Colleague, reviewer: Colleague
) -> None:
    reviewer.browser.post("/staff/lock")
    administrator.browser.post(f"/staff/people/{staff_id(world, Role.REVIEWER)}/disable")
    assert confirm(reviewer, "/staff/confirm").location == "/staff/sign-in"
