"""Owns the promise that security keys work on the pages, for those who must use them."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action
from kyc.jobs import OwedJobName
from kyc.models import OwedJob, SecurityKey, Staff
from tests.authenticator import Authenticator
from tests.web.people import PASSWORD, Browser, Colleague
from tests.web.world import World

JSON = {"Accept": "application/json"}


@pytest.fixture
def strict(a_world: Callable[..., World]) -> World:
    """Where senior reviewers, privacy officers and administrators must use a key."""
    return a_world(base_url="http://localhost", security_keys="required")


@pytest.fixture
def mild(a_world: Callable[..., World]) -> World:
    return a_world(base_url="http://localhost")


@pytest.fixture
def key() -> Authenticator:
    return Authenticator(origin="http://localhost", rp_id="localhost")


def options(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.post(path, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def enrol(
    colleague: Colleague, invitation: str, key: Authenticator, **changes: str
) -> TestResponse:
    path = f"/staff/invite/{invitation}"
    made = key.create(options(colleague.browser, f"{path}/options"))
    filled = {
        "display_name": colleague.name,
        "login": colleague.login,
        "email": "s@example.org",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "key_name": "Blue key",
        "key_answer": made,
    }
    return colleague.browser.post(path, {**filled, **changes})


def add(colleague: Colleague, key: Authenticator, name: str = "Blue key") -> TestResponse:
    made = key.create(options(colleague.browser, "/staff/account/keys/options"))
    filled = {"key_name": name, "key_answer": made}
    return colleague.browser.post("/staff/account/keys", filled)


def answer(colleague: Colleague, key: Authenticator) -> str:
    return key.get(options(colleague.browser, "/staff/factor/options"))


def sign_in(colleague: Colleague, key: Authenticator) -> TestResponse:
    colleague.give_password()
    given = {"answer": answer(colleague, key)}
    return colleague.browser.post("/staff/second-factor", given)


def newcomer(world: World, role: Role, key: Authenticator) -> Colleague:
    person = Colleague(world, world.browser(), "Ene Eesmaa")
    assert "recovery codes" in enrol(person, world.invitation(role), key).text
    return person


def key_ids(world: World) -> list[str]:
    with world.runtime.reading() as db:
        return [one.id for one in db.query(SecurityKey).order_by(SecurityKey.created_at)]


def test_an_account_is_made_with_a_key_alone(strict: World, key: Authenticator) -> None:
    person = newcomer(strict, Role.ADMINISTRATOR, key)
    assert sign_in(person, key).location == "/staff/"
    assert person.browser.get("/staff/people").status_code == 200


def test_a_role_that_needs_a_key_is_offered_no_app(strict: World) -> None:
    page = strict.browser().get(f"/staff/invite/{strict.invitation(Role.PRIVACY)}").text
    assert "Your security key" in page
    assert "Scan this" not in page


def test_a_reviewer_may_choose(strict: World) -> None:
    page = strict.browser().get(f"/staff/invite/{strict.invitation(Role.REVIEWER)}").text
    assert "A security key instead of an app" in page
    assert "Scan this" in page


def test_no_account_of_a_role_that_needs_a_key_is_made_without(
    strict: World, key: Authenticator
) -> None:
    person = Colleague(strict, strict.browser(), "Ene Eesmaa")
    invitation = strict.invitation(Role.SENIOR)
    refused = enrol(person, invitation, key, key_answer="", code="123456")
    assert refused.status_code == 422
    assert "Your role needs a security key: add one." in refused.text


def test_a_challenge_of_an_invitation_makes_one_key(strict: World, key: Authenticator) -> None:
    person = Colleague(strict, strict.browser(), "Ene Eesmaa")
    invitation = strict.invitation(Role.SENIOR)
    made = key.create(options(person.browser, f"/staff/invite/{invitation}/options"))
    refused = enrol(person, invitation, key, key_answer=made)
    assert refused.status_code == 422
    assert "The security key could not be checked" in refused.text


def test_a_dead_invitation_gives_no_challenge(strict: World) -> None:
    assert strict.browser().post("/staff/invite/dead/options").status_code == 404


def test_no_key_is_offered_where_the_address_is_a_number(world: World) -> None:
    page = world.browser().get(f"/staff/invite/{world.invitation(Role.SENIOR)}").text
    assert "security key" not in page
    invitation = world.invitation(Role.SENIOR)
    assert world.browser().post(f"/staff/invite/{invitation}/options").status_code == 404


def test_who_came_in_by_a_code_must_first_add_a_key(strict: World, key: Authenticator) -> None:
    senior = strict.colleague(Role.SENIOR)
    assert senior.browser.get("/staff/queue").location == "/staff/account"
    assert "Your role needs a security key" in senior.browser.get("/staff/account").text
    assert add(senior, key).location == "/staff/account"
    assert senior.browser.get("/staff/queue").location == "/staff/account"
    given = {"factor_answer": answer(senior, key)}
    assert senior.browser.post("/staff/confirm?next=/staff/queue", given).location == "/staff/queue"
    assert senior.browser.get("/staff/queue").status_code == 200


def test_a_code_is_not_taken_of_who_has_a_key_and_must_use_it(
    strict: World, key: Authenticator
) -> None:
    add(strict.colleague(Role.SENIOR), key)
    again = strict.signed_out(Role.SENIOR)
    assert again.sign_in().status_code == 401
    assert sign_in(again, key).location == "/staff/"


def test_who_was_made_a_senior_reviewer_owes_a_key_at_once(strict: World) -> None:
    reviewer = strict.colleague(Role.REVIEWER)
    assert reviewer.browser.get("/staff/queue").status_code == 200
    with strict.runtime.transaction() as db:
        db.query(Staff).filter_by(role=Role.REVIEWER).one().role = Role.SENIOR
    assert reviewer.browser.get("/staff/queue").location == "/staff/account"


def test_a_key_is_added_beside_the_app_and_told_by_mail(mild: World, key: Authenticator) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    assert add(reviewer, key).status_code == 302
    assert "Blue key" in reviewer.browser.get("/staff/account").text
    assert len(mild.events(Action.STAFF_FACTOR_ADDED)) == 1
    with mild.runtime.reading() as db:
        assert db.query(OwedJob).filter_by(name=OwedJobName.STAFF_MAIL).count() == 1
    assert sign_in(mild.signed_out(Role.REVIEWER), key).location == "/staff/"


def test_a_key_from_another_place_is_not_added(mild: World) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    elsewhere = Authenticator(origin="http://localhost:9999", rp_id="localhost")
    assert add(reviewer, elsewhere).status_code == 422
    assert key_ids(mild) == []


def test_a_key_needs_a_name(mild: World, key: Authenticator) -> None:
    assert add(mild.colleague(Role.REVIEWER), key, name="").status_code == 422
    assert key_ids(mild) == []


def test_nobody_adds_the_key_that_somebody_else_was_asked_for(
    mild: World, key: Authenticator
) -> None:
    reviewer, senior = mild.colleague(Role.REVIEWER), mild.colleague(Role.SENIOR)
    made = key.create(options(reviewer.browser, "/staff/account/keys/options"))
    options(senior.browser, "/staff/account/keys/options")
    filled = {"key_name": "Blue key", "key_answer": made}
    assert senior.browser.post("/staff/account/keys", filled).status_code == 422


def test_a_key_is_made_for_the_person_and_not_twice(mild: World, key: Authenticator) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    add(reviewer, key)
    asked = options(reviewer.browser, "/staff/account/keys/options")
    assert len(asked["excludeCredentials"]) == 1
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"]["id"] == "localhost"


def test_a_key_is_removed_by_its_owner(mild: World, key: Authenticator) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    add(reviewer, key)
    (only,) = key_ids(mild)
    theirs = mild.colleague(Role.SENIOR).browser.post(f"/staff/account/keys/{only}/remove")
    assert theirs.status_code == 404
    assert reviewer.browser.post(f"/staff/account/keys/{only}/remove").status_code == 302
    assert key_ids(mild) == []


def test_the_last_factor_is_not_removed(mild: World, key: Authenticator) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    assert reviewer.browser.post("/staff/account/app/remove").status_code == 409
    add(reviewer, key)
    assert reviewer.browser.post("/staff/account/app/remove").status_code == 302
    (only,) = key_ids(mild)
    refused = reviewer.browser.post(f"/staff/account/keys/{only}/remove")
    assert refused.status_code == 409
    assert "This is your last factor" in refused.text


def test_an_answer_opens_one_session(mild: World, key: Authenticator) -> None:
    add(mild.colleague(Role.REVIEWER), key)
    mari, thief = mild.signed_out(Role.REVIEWER), mild.signed_out(Role.REVIEWER)
    mari.give_password()
    thief.give_password()
    given = answer(mari, key)
    options(thief.browser, "/staff/factor/options")
    assert thief.browser.post("/staff/second-factor", {"answer": given}).status_code == 401


def test_it_asks_nobody_for_a_key_who_has_none(mild: World) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    assert reviewer.browser.post("/staff/factor/options", headers=JSON).status_code == 404
    assert "Use your security key" not in reviewer.browser.get("/staff/confirm").text


def test_new_recovery_codes_replace_those_from_before(mild: World) -> None:
    person = Colleague(mild, mild.browser(), "Ene Eesmaa")
    found = re.compile(r"<li>([0-9a-f]{8}-[0-9a-f]{8})</li>")
    before = found.findall(person.enrol(mild.invitation(Role.REVIEWER)).text)
    person.sign_in()
    after = found.findall(person.browser.post("/staff/account/recovery-codes").text)
    assert len(after) == 8
    assert not set(before) & set(after)
    person.browser.post("/staff/sign-out")
    person.give_password()
    assert person.give_code(before[0]).status_code == 401
    assert person.give_code(after[0]).location == "/staff/"


def test_an_answer_that_was_refused_is_not_sent_again(mild: World, key: Authenticator) -> None:
    person = Colleague(mild, mild.browser(), "Ene Eesmaa")
    refused = enrol(person, mild.invitation(Role.REVIEWER), key, password_again="another")
    assert refused.status_code == 422
    assert 'name="key_answer" type="hidden" value=""' in refused.text


def test_what_a_page_gets_to_ask_holds_no_secret(mild: World, key: Authenticator) -> None:
    reviewer = mild.colleague(Role.REVIEWER)
    add(reviewer, key)
    asked = json.dumps(options(reviewer.browser, "/staff/factor/options"))
    assert "publicKey" not in asked
    assert "example.org" not in asked
