"""Owns the promise that who looks second sees nothing of the first verdict, anywhere (D4)."""

import json

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.models import FlowVersion
from kyc.policy.checklist import KEYS
from kyc.policy.flow import make_flow, shipped_flow
from tests.web.people import Colleague
from tests.web.world import World

NOTE = "The photograph looks pasted to me."
MESSAGE = "Please visit our office."
LABEL = "Suspected alteration"
ALL = sorted(KEYS)


@pytest.fixture
def judged(world: World, reviewer: Colleague) -> str:
    """A case that one person rejected, where two are needed."""
    raw = json.loads(shipped_flow().body)
    raw["four_eyes"] |= {"mode": "always"}
    with world.runtime.transaction() as db:
        db.execute(update(FlowVersion).values(body=make_flow(raw, 1).body))
    case = world.customer().submitted()
    reviewer.claim(case)
    reviewer.settled(
        case,
        outcome="reject",
        reason=["document_suspected_altered"],
        note=NOTE,
        message=MESSAGE,
    )
    return case


@pytest.fixture
def second(world: World) -> Colleague:
    return world.colleague(Role.SENIOR)


def test_no_page_tells_the_second_what_the_first_thought(
    judged: str, second: Colleague, reviewer: Colleague
) -> None:
    case = f"/staff/cases/{judged}"
    pages = ["/staff/queue?tab=second", case]
    seen = [second.browser.get(path).text for path in pages]
    assert second.claim(judged).location == case
    seen += [second.browser.get(path).text for path in ("/staff/queue?tab=mine", case)]
    seen.append(second.browser.post(f"{case}/heartbeat").text)
    assert "Second review" in seen[0]
    for page in seen:
        history = page.partition("<h2>History</h2>")[2].partition("</section>")[0]
        for word in (NOTE, MESSAGE, "rejected", "Mari", LABEL):
            assert word not in history
        for word in (NOTE, MESSAGE, "Mari Maasikas"):
            assert word not in page
    assert second.browser.get("/staff/audit").status_code == 403


def test_the_first_is_refused_as_the_second(judged: str, reviewer: Colleague) -> None:
    answer = reviewer.claim(judged)
    assert answer.status_code == 409
    assert "You have judged this case: somebody else must look now." in answer.text
    assert "Nothing waits" in _after_claim_next(reviewer)


def test_two_that_agree_decide(world: World, judged: str, second: Colleague) -> None:
    second.claim(judged)
    second.settled(judged, outcome="reject", reason=["document_expired"])
    assert world.session(judged).status == "rejected"
    page = second.browser.get(f"/staff/cases/{judged}").text
    assert "Siiri Sepp rejected." in page
    assert "First look. Attempt 1: Mari Maasikas rejected." in page


def test_a_senior_who_breaks_the_tie_sees_both(
    world: World, judged: str, second: Colleague
) -> None:
    second.claim(judged)
    second.settled(judged, check=ALL, note="It is the lamination.")
    senior = world.enrolled(Role.SENIOR, "Tiiu Tamm")
    world.clock.passes(minutes=1)
    senior.sign_in()
    senior.claim(judged)
    page = senior.browser.get(f"/staff/cases/{judged}").text
    assert "First look. Attempt 1: Mari Maasikas rejected." in page
    assert "Second look. Attempt 1: Siiri Sepp approved." in page
    assert NOTE in page
    assert "It is the lamination." in page
    assert "To a senior" not in page.partition("data-decision")[2].partition("</form>")[0]
    senior.settled(judged, check=ALL)
    assert world.session(judged).status == "verified"


def test_a_case_that_was_passed_on_says_by_whom_and_why(
    world: World, reviewer: Colleague, second: Colleague, case: str
) -> None:
    reviewer.claim(case)
    reviewer.settled(case, outcome="escalate", note="I know this person.")
    assert case in second.browser.get("/staff/queue?tab=senior").text
    assert reviewer.claim(case).status_code == 409
    second.claim(case)
    page = second.browser.get(f"/staff/cases/{case}").text
    assert "Mari Maasikas passed it to a senior." in page
    assert "I know this person." in page


def test_the_case_says_that_somebody_covered_more(
    world: World, reviewer: Colleague, case: str
) -> None:
    reviewer.claim(case)
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    artifact = page.partition('data-artifact="')[2].partition('"')[0]
    box = {"boxes": [{"x": 9, "y": 9, "width": 9, "height": 9}]}
    answer = reviewer.browser.post(f"/staff/images/{artifact}/cover", json=box)
    assert answer.status_code < 400
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    assert "Mari Maasikas covered more of a picture." in page


def _after_claim_next(colleague: Colleague) -> str:
    return colleague.browser.get(colleague.browser.post("/staff/claim-next").location).text
