"""Owns the promise that looks outside of a claim are asked for, answered, seen, and looked into."""

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Action
from kyc.models import Upload, VerificationSession
from kyc.origins import HONEY
from kyc.policy.seats import Lane
from tests.web.people import Colleague
from tests.web.world import World

WHY = "The customer complains that we mixed them up"


@pytest.fixture
def senior(world: World) -> Colleague:
    return world.colleague(Role.SENIOR)


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def image_of(world: World, case: str) -> str:
    with world.runtime.reading() as db:
        wanted = select(Upload.artifact_id).where(Upload.session_id == case)
        return f"/staff/images/{db.scalars(wanted).first()}"


def ask(senior: Colleague, case: str, reason: str = WHY) -> int:
    filled = {"case": case, "reason": reason}
    return senior.browser.post("/staff/looks", filled).status_code


def answer_links(colleague: Colleague, act: str) -> list[str]:
    page = colleague.browser.get("/staff/looks").text
    return re.findall(rf'action="(/staff/looks/[\w/]+/{act})"', page)


def refusals(world: World) -> list[str]:
    events = world.events(Action.STAFF_LOOK_REFUSED)
    return [json.loads(event.body)["detail"]["reason"] for event in events]


def test_a_second_person_opens_the_images_for_half_an_hour(
    world: World, senior: Colleague, officer: Colleague, case: str
) -> None:
    assert ask(senior, case) == 302
    assert senior.browser.get(image_of(world, case)).status_code == 409
    assert answer_links(senior, "grant") == []
    (grant,) = answer_links(officer, "grant")
    assert WHY in officer.browser.get("/staff/looks").text
    assert officer.browser.post(grant).status_code == 302
    shown = senior.browser.get(grant.removesuffix("/grant")).text
    assert shown.count("/staff/images/") == 2
    assert senior.browser.get(image_of(world, case)).mimetype == "image/jpeg"
    assert "break_glass" in world.events(Action.STAFF_ARTIFACT_VIEWED)[0].body


def test_the_page_of_a_grant_shuts_with_it(
    world: World, senior: Colleague, officer: Colleague, case: str
) -> None:
    ask(senior, case)
    (grant,) = answer_links(officer, "grant")
    officer.browser.post(grant)
    for _ in range(4):
        world.clock.passes(minutes=8)
        senior.browser.get("/staff/queue")
    assert senior.browser.get(grant.removesuffix("/grant")).status_code == 409
    assert senior.browser.get(image_of(world, case)).status_code == 409


def test_a_grant_is_nobody_elses(
    world: World, senior: Colleague, officer: Colleague, case: str
) -> None:
    ask(senior, case)
    (grant,) = answer_links(officer, "grant")
    officer.browser.post(grant)
    assert officer.browser.get(grant.removesuffix("/grant")).status_code == 403
    assert officer.browser.get(image_of(world, case)).status_code == 403


def test_nobody_answers_their_own_request(senior: Colleague, officer: Colleague, case: str) -> None:
    ask(senior, case)
    (grant,) = answer_links(officer, "grant")
    assert senior.browser.post(grant).status_code == 403


def test_a_refused_request_opens_nothing(
    world: World, senior: Colleague, officer: Colleague, case: str
) -> None:
    ask(senior, case)
    (refuse,) = answer_links(officer, "refuse")
    officer.browser.post(refuse)
    assert senior.browser.get(image_of(world, case)).status_code == 409


@pytest.mark.parametrize(("case_named", "reason"), [(True, "because"), (False, WHY), (True, "")])
def test_a_bad_request_says_what_is_missing(
    world: World, senior: Colleague, case: str, *, case_named: bool, reason: str
) -> None:
    assert ask(senior, case if case_named else "vs_none", reason) == 422
    assert world.rows()["break_glass"] == 0


def test_a_privacy_officer_notes_to_have_looked_into_it(
    world: World, senior: Colleague, officer: Colleague, case: str
) -> None:
    ask(senior, case)
    (grant,) = answer_links(officer, "grant")
    officer.browser.post(grant)
    assert answer_links(senior, "acknowledge") == []
    (acknowledge,) = answer_links(officer, "acknowledge")
    officer.browser.post(acknowledge)
    assert answer_links(officer, "acknowledge") == []
    assert len(world.events(Action.STAFF_GLASS_ACKNOWLEDGED)) == 1


# --- refused looks, budget ------------------------------------------------------------------


def test_each_refused_look_is_one_event(world: World, reviewer: Colleague, case: str) -> None:
    before = len(world.events())
    for _ in range(2):
        assert reviewer.browser.get(image_of(world, case)).status_code == 409
    assert refusals(world) == ["conflict", "conflict"]
    assert len(world.events()) == before + 2


def test_a_look_that_the_role_refuses_is_one_event(world: World, case: str) -> None:
    administrator, before = world.colleague(Role.ADMINISTRATOR), len(world.events())
    assert administrator.browser.get(image_of(world, case)).status_code == 403
    assert len(world.events()) == before + 1


def test_very_many_looks_need_a_factor_and_alarm(a_world: Callable[..., World]) -> None:
    world = a_world(views_per_hour=2)
    reviewer, case = world.colleague(Role.REVIEWER), world.customer().submitted()
    reviewer.claim(case)
    image = image_of(world, case)
    assert [reviewer.browser.get(image).status_code for _ in range(3)] == [200, 200, 403]
    page = reviewer.browser.get(f"/staff/cases/{case}")
    assert page.location == f"/staff/confirm?next=/staff/cases/{case}"
    world.clock.passes(seconds=60)
    reviewer.browser.post(page.location, {"factor_code": reviewer.code()})
    assert reviewer.browser.get(image).status_code == 200
    assert refusals(world) == ["step_up"]
    told = world.colleague(Role.PRIVACY).browser.get("/staff/looks").text
    assert "Opened very many images within an hour" in told
    assert "Mari Maasikas" in told


def test_no_more_looks_are_left_of_a_day(a_world: Callable[..., World]) -> None:
    world = a_world(views_per_day=1)
    reviewer, case = world.colleague(Role.REVIEWER), world.customer().submitted()
    reviewer.claim(case)
    reviewer.browser.get(image_of(world, case))
    refused = reviewer.browser.get(image_of(world, case))
    assert refused.status_code == 409
    assert "as many images as one person may in a day" in refused.text
    assert refusals(world) == ["views_spent"]


def test_a_privacy_officer_looks_into_an_alarm(a_world: Callable[..., World]) -> None:
    world = a_world(views_per_day=1)
    reviewer, case = world.colleague(Role.REVIEWER), world.customer().submitted()
    reviewer.claim(case)
    for _ in range(2):
        reviewer.browser.get(image_of(world, case))
    officer = world.colleague(Role.PRIVACY)
    (acknowledge,) = answer_links(officer, "acknowledge")
    assert officer.browser.post(acknowledge).status_code == 302
    assert answer_links(officer, "acknowledge") == []


# --- honey ------------------------------------------------------------------------------------


@pytest.fixture
def honey(world: World, case: str) -> str:
    """The case as `kyc honey make` leaves one."""
    with world.runtime.transaction() as db:
        session = db.get_one(VerificationSession, case)
        session.origin, session.review_lane = HONEY, Lane.HONEY
    return case


def alarms(world: World) -> int:
    return len(world.events(Action.STAFF_ACCOUNT_ALARMED))


def test_nobody_is_led_to_an_invented_case(world: World, reviewer: Colleague, honey: str) -> None:
    for tab in ("waiting", "mine", "customer", "done"):
        assert honey not in reviewer.browser.get(f"/staff/queue?tab={tab}").text
    assert reviewer.browser.post("/staff/claim-next").location == "/staff/queue"
    assert alarms(world) == 0


def test_who_opens_an_invented_case_alarms_and_sees_no_difference(
    world: World, reviewer: Colleague, honey: str
) -> None:
    for _ in range(2):
        page = reviewer.browser.get(f"/staff/cases/{honey}")
        assert page.status_code == 200
    assert alarms(world) == 1
    assert "honey" not in page.text
    assert "invented" not in page.text
    told = world.colleague(Role.PRIVACY).browser.get("/staff/looks").text
    assert "Opened a case that nobody was led to" in told


def test_nobody_claims_an_invented_case(world: World, reviewer: Colleague, honey: str) -> None:
    assert reviewer.claim(honey).status_code == 409
    assert world.rows()["claim"] == 0


def test_who_asks_to_see_an_invented_case_alarms(
    world: World, senior: Colleague, honey: str
) -> None:
    ask(senior, honey)
    assert alarms(world) == 1


# --- conflict of interest -----------------------------------------------------------------------


def test_a_declared_conflict_gives_the_case_back_for_good(
    world: World, reviewer: Colleague, case: str
) -> None:
    reviewer.claim(case)
    assert "Do you know this person?" in reviewer.browser.get(f"/staff/cases/{case}").text
    assert reviewer.browser.post(f"/staff/cases/{case}/conflict").location == "/staff/queue"
    refused = reviewer.claim(case)
    assert refused.status_code == 409
    assert "You are related to the person of this case" in refused.text
    assert reviewer.browser.get(image_of(world, case)).status_code == 409


def test_nobody_works_a_case_of_their_own_address(world: World, reviewer: Colleague) -> None:
    customer = world.customer()
    customer.start()
    customer.give_details(email="Mari.Maasikas@example.org")
    customer.choose()
    for kind in ("document_front", "selfie_statement"):
        customer.confirm(customer.redacted(kind))
    customer.browser.post("/verify/submit")
    assert reviewer.claim(customer.session_id).status_code == 409
    assert reviewer.browser.post("/staff/claim-next").location == "/staff/queue"
