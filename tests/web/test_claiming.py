"""Owns the promise that one reviewer works a case, and one case a reviewer."""

import pytest

from kyc.access import Role
from tests.web.people import Colleague
from tests.web.world import World


@pytest.fixture
def second(world: World) -> Colleague:
    return world.colleague(Role.SENIOR)


def test_it_gives_out_the_case_that_waits_longest(world: World, reviewer: Colleague) -> None:
    oldest = world.customer().submitted()
    world.clock.passes(minutes=1)
    world.customer().submitted()
    assert reviewer.browser.post("/staff/claim-next").location == f"/staff/cases/{oldest}"


def test_it_gives_each_reviewer_another_case(
    world: World, reviewer: Colleague, second: Colleague
) -> None:
    for _ in range(2):
        world.customer().submitted()
    given = {who.browser.post("/staff/claim-next").location for who in (reviewer, second)}
    assert len(given) == 2


def test_it_gives_the_case_already_held_before_another(
    world: World, reviewer: Colleague, case: str
) -> None:
    world.customer().submitted()
    given = [reviewer.browser.post("/staff/claim-next").location for _ in range(2)]
    assert given[0] == given[1]


def test_it_says_so_when_nothing_waits(reviewer: Colleague) -> None:
    answer = reviewer.browser.post("/staff/claim-next")
    assert answer.location == "/staff/queue"
    assert "Nothing waits for review now." in reviewer.browser.get("/staff/queue").text


def test_it_gives_no_case_that_somebody_holds(
    reviewer: Colleague, second: Colleague, case: str
) -> None:
    assert reviewer.claim(case).location == f"/staff/cases/{case}"
    assert second.claim(case).status_code == 409


def test_it_gives_no_second_case(world: World, reviewer: Colleague, case: str) -> None:
    reviewer.claim(case)
    assert reviewer.claim(world.customer().submitted()).status_code == 409


def test_it_gives_a_case_back(reviewer: Colleague, second: Colleague, case: str) -> None:
    reviewer.claim(case)
    reviewer.browser.post(f"/staff/cases/{case}/release")
    assert second.claim(case).location == f"/staff/cases/{case}"


def test_it_lets_nobody_give_back_what_somebody_else_holds(
    reviewer: Colleague, second: Colleague, case: str
) -> None:
    reviewer.claim(case)
    second.browser.post(f"/staff/cases/{case}/release")
    assert second.claim(case).status_code == 409


def test_it_prolongs_no_claim_of_somebody_else(
    reviewer: Colleague, second: Colleague, case: str
) -> None:
    reviewer.claim(case)
    assert second.browser.post(f"/staff/cases/{case}/heartbeat").status_code == 409


@pytest.mark.parametrize("tab", ["waiting", "mine", "customer", "done"])
def test_it_shows_each_part_of_the_queue(reviewer: Colleague, case: str, tab: str) -> None:
    answer = reviewer.browser.get(f"/staff/queue?tab={tab}")
    assert answer.status_code == 200
    assert (case in answer.text) == (tab == "waiting")


@pytest.mark.parametrize(
    "query",
    ["tab=none", "after=x", "after=2026-07-01~vs", "after=0001-01-01T00:00:00%2B23:59~vs"],
)
def test_it_knows_no_other_part_of_the_queue(reviewer: Colleague, query: str) -> None:
    assert reviewer.browser.get(f"/staff/queue?{query}").status_code == 404


@pytest.mark.parametrize("act", ["claim", "decide"])
def test_it_knows_no_other_case(reviewer: Colleague, act: str) -> None:
    filled = {"version": "1", "outcome": "approve"}
    assert reviewer.browser.get("/staff/cases/none").status_code == 404
    assert reviewer.browser.post(f"/staff/cases/none/{act}", filled).status_code == 404


def test_it_shows_the_rules_of_retention_to_a_privacy_officer(world: World) -> None:
    answer = world.colleague(Role.PRIVACY).browser.get("/staff/retention")
    assert answer.status_code == 200
    assert "unredacted upload" in answer.text
