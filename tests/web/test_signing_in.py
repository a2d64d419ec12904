"""Owns the promise that staff come in with two factors, used once, and that nobody learns names."""

import re

import pyotp
import pytest

from kyc.access import Role
from kyc.audit import Action
from tests.web.people import PASSWORD, Colleague
from tests.web.world import World


@pytest.fixture
def colleague(world: World) -> Colleague:
    world.clock.passes(minutes=5)
    return world.signed_out(Role.REVIEWER)


def words(page: str) -> str:
    """A page without what differs each time and without the name that was typed."""
    page = re.sub(r'(csrf-token" content|csrf_token" value|nonce)="[^"]*"', "", page)
    return re.sub(r'value="[^"]*"', "", page)


def test_it_lets_in_with_both_factors(colleague: Colleague) -> None:
    assert colleague.give_password().location == "/staff/second-factor"
    assert colleague.give_code().location == "/staff/"
    assert colleague.browser.get("/staff/").location == "/staff/queue"


def test_it_says_the_same_of_a_wrong_password_and_an_unknown_name(
    world: World, colleague: Colleague
) -> None:
    wrong = colleague.give_password("another-quiet-lamp")
    stranger = Colleague(world, world.browser(), "Nobody Known")
    unknown = stranger.give_password()
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert words(wrong.text) == words(unknown.text)


def test_it_says_the_same_of_a_name_that_was_tried_too_often(
    world: World, colleague: Colleague
) -> None:
    known = [colleague.give_password("another-quiet-lamp") for _ in range(7)]
    stranger = Colleague(world, world.browser(), "Nobody Known")
    unknown = [stranger.give_password("another-quiet-lamp") for _ in range(7)]
    assert [words(one.text) for one in known] == [words(one.text) for one in unknown]
    assert {one.status_code for one in known + unknown} == {401}


def test_it_bars_an_account_for_a_while_after_many_failures(colleague: Colleague) -> None:
    for _ in range(5):
        colleague.give_password("another-quiet-lamp")
    assert colleague.give_password().status_code == 401


def test_it_never_bars_an_account_for_ever(world: World, colleague: Colleague) -> None:
    for _ in range(5):
        colleague.give_password("another-quiet-lamp")
    for _ in range(3):
        world.clock.passes(seconds=4)
        colleague.give_password("another-quiet-lamp")
    world.clock.passes(seconds=4)
    assert colleague.give_password().location == "/staff/second-factor"


def test_it_shows_nothing_to_who_gave_only_a_password(colleague: Colleague) -> None:
    colleague.give_password()
    for path in ("/staff/", "/staff/queue", "/staff/images/none", "/staff/people"):
        assert colleague.browser.get(path).location == "/staff/second-factor"


def test_it_refuses_a_wrong_code(world: World, colleague: Colleague) -> None:
    colleague.give_password()
    assert colleague.give_code("000000").status_code == 401
    assert colleague.browser.get("/staff/queue").location == "/staff/second-factor"
    assert len(world.events(Action.STAFF_SECOND_FACTOR_REFUSED)) == 1


def test_it_refuses_a_code_that_was_used(world: World, colleague: Colleague) -> None:
    colleague.give_password()
    colleague.give_code()
    thief = world.signed_out(Role.REVIEWER)
    thief.give_password()
    assert thief.give_code().status_code == 401


def test_it_refuses_an_older_code_than_the_last(world: World, colleague: Colleague) -> None:
    former = colleague.code()
    world.clock.passes(seconds=30)
    colleague.give_password()
    colleague.give_code()
    thief = world.signed_out(Role.REVIEWER)
    thief.give_password()
    assert thief.give_code(former).status_code == 401


def test_it_takes_no_cookie_from_before_the_second_factor(colleague: Colleague) -> None:
    colleague.give_password()
    half = colleague.browser.client.get_cookie("kyc-staff")
    assert half is not None
    colleague.give_code()
    colleague.browser.client.set_cookie("kyc-staff", half.value)
    assert colleague.browser.get("/staff/queue").location == "/staff/sign-in"


def test_it_signs_out(world: World, colleague: Colleague) -> None:
    colleague.sign_in()
    kept = colleague.browser.client.get_cookie("kyc-staff")
    assert kept is not None
    answer = colleague.browser.post("/staff/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    colleague.browser.client.set_cookie("kyc-staff", kept.value)
    assert colleague.browser.get("/staff/queue").location == "/staff/sign-in"


def test_it_makes_an_account_from_an_invitation_and_shows_the_codes(world: World) -> None:
    newcomer = Colleague(world, world.browser(), "Ene Eesmaa")
    answer = newcomer.enrol(world.invitation(Role.REVIEWER))
    codes = re.findall(r"<li>([0-9a-f]{8}-[0-9a-f]{8})</li>", answer.text)
    assert len(codes) == 8
    assert newcomer.sign_in().location == "/staff/"


def test_a_recovery_code_stands_in_once(world: World) -> None:
    newcomer = Colleague(world, world.browser(), "Ene Eesmaa")
    page = newcomer.enrol(world.invitation(Role.REVIEWER)).text
    code = re.findall(r"<li>([0-9a-f]{8}-[0-9a-f]{8})</li>", page)[0]
    newcomer.give_password()
    assert newcomer.give_code(code).location == "/staff/"
    newcomer.browser.post("/staff/sign-out")
    newcomer.give_password()
    assert newcomer.give_code(code).status_code == 401


def test_an_invitation_is_good_once(world: World) -> None:
    invitation = world.invitation(Role.REVIEWER)
    Colleague(world, world.browser(), "Ene Eesmaa").enrol(invitation)
    answer = world.browser().get(f"/staff/invite/{invitation}")
    assert answer.status_code == 404
    assert "This invitation no longer works" in answer.text


def test_an_invitation_is_good_for_three_days(world: World) -> None:
    invitation = world.invitation(Role.REVIEWER)
    world.clock.passes(hours=72)
    assert world.browser().get(f"/staff/invite/{invitation}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "short", "password_again": "short"}, "A password has 12 to 200 characters."),
        ({"password_again": "something-else-12"}, "The two passwords differ."),
        ({"password": "1q2w3e4r5t6y", "password_again": "1q2w3e4r5t6y"}, "too easy to guess"),
        ({"login": "mari.maasikas"}, "This sign-in name is taken: choose another."),
        ({"login": "name with blanks"}, "Use letters, digits and . - _ @ only."),
        ({"code": "000000"}, "The six-digit code is not right"),
        ({"code": "12345"}, "The code has six digits."),
        ({"code": ""}, "The six-digit code is not right"),
        ({"display_name": ""}, "Enter your name."),
        ({"email": "nobody"}, "Give an e-mail address such as name@example.org."),
        ({"email": ""}, "Enter your e-mail address."),
    ],
)
def test_it_makes_no_account_that_breaks_a_rule(
    world: World, changes: dict[str, str], said: str
) -> None:
    path = f"/staff/invite/{world.invitation(Role.REVIEWER)}"
    browser, before = world.browser(), world.rows()["staff"]
    found = re.search(r'translate="no">([A-Z2-7 ]+)</code>', browser.get(path).text)
    assert found is not None
    totp = pyotp.TOTP(found.group(1).replace(" ", ""))
    filled = {
        "display_name": "Ene Eesmaa",
        "login": "ene",
        "email": "ene@example.org",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "code": totp.at(int(world.clock().timestamp())),
    }
    answer = browser.post(path, {**filled, **changes})
    assert answer.status_code == 422
    assert said in answer.text
    assert world.rows()["staff"] == before
