"""Owns the auditor's page: events by filters, and what the check of the whole log found."""

import pytest

from kyc.access import Role
from kyc.audit import Action
from kyc.audit.verify import Finding, Report
from kyc.audit.verifying import keep_verification
from kyc.models import VerificationSession
from tests.web.people import Colleague
from tests.web.world import World


@pytest.fixture
def auditor(world: World) -> Colleague:
    return world.colleague(Role.AUDITOR)


def rows(auditor: Colleague, query: str) -> list[str]:
    """The actions of the events on the page."""
    page = auditor.browser.get(f"/staff/audit{query}").text
    lines = page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    return [line.split('<td class="mono audit-act">')[1].partition("<")[0] for line in lines]


def test_it_shows_the_newest_events_first(auditor: Colleague, case: str) -> None:
    shown = rows(auditor, "")
    assert shown[0] == Action.CUSTOMER_SESSION_SUBMITTED
    assert shown.index(Action.CUSTOMER_DETAILS_GIVEN) < shown.index(Action.STAFF_SIGN_IN_DONE)


def test_it_narrows_by_what_happened(auditor: Colleague, case: str) -> None:
    assert set(rows(auditor, f"?action={Action.CUSTOMER_ARTIFACT_RECEIVED}")) == {
        Action.CUSTOMER_ARTIFACT_RECEIVED
    }


def test_it_narrows_by_who(world: World, auditor: Colleague, case: str) -> None:
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.browser.post(f"/staff/cases/{case}/claim")
    (event,) = world.events(Action.STAFF_CLAIM_TAKEN)
    mine = rows(auditor, f"?actor={event.actor}")
    assert Action.STAFF_CLAIM_TAKEN in mine
    assert Action.CUSTOMER_SESSION_SUBMITTED not in mine
    theirs = rows(auditor, "?actor=customer")
    assert Action.CUSTOMER_SESSION_SUBMITTED in theirs
    assert Action.STAFF_CLAIM_TAKEN not in theirs


@pytest.mark.parametrize("named", ["id", "reference"])
def test_it_narrows_by_case_or_reference(
    world: World, auditor: Colleague, case: str, named: str
) -> None:
    other = world.customer().submitted()
    with world.runtime.transaction() as db:
        db.get_one(VerificationSession, case).client_reference_id = "C-77"
    asked = {"id": case, "reference": "C-77"}[named]
    page = auditor.browser.get(f"/staff/audit?case={asked}").text
    assert (case in page, other in page) == (True, False)


def test_filters_go_on_to_the_next_page(
    world: World, auditor: Colleague, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setattr("kyc.web.oversight.audit_page.PAGE", 2)
    page = auditor.browser.get("/staff/audit?actor=customer").text
    assert 'rel="next"' in page
    link = page.partition('href="/staff/audit?before=')[2].partition('"')[0]
    assert link.endswith("actor=customer")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("action=none", "What happened: this is none of the choices"),
        ("actor=none", "Who: this is none of the choices"),
        ("case=" + "x" * 101, "give the id of the verification"),
    ],
)
def test_it_says_what_is_wrong_with_a_filter(auditor: Colleague, query: str, says: str) -> None:
    answer = auditor.browser.get(f"/staff/audit?{query}")
    assert answer.status_code == 422
    assert says in answer.text
    assert "<tbody>" not in answer.text


def test_it_says_that_nothing_is_like_the_filter(auditor: Colleague) -> None:
    assert "No event is like this" in auditor.browser.get("/staff/audit?case=C-0").text


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 30])
def test_it_knows_no_other_part_of_the_log(auditor: Colleague, before: str) -> None:
    assert auditor.browser.get(f"/staff/audit?before={before}").status_code == 404


def test_it_says_when_nobody_has_checked_yet(auditor: Colleague) -> None:
    assert "has not been checked yet" in auditor.browser.get("/staff/audit").text


def test_it_says_that_the_log_holds(world: World, auditor: Colleague) -> None:
    with world.runtime.transaction() as db:
        keep_verification(db, Report(12, 12, ()), world.clock())
    assert "The log holds: 12 events" in auditor.browser.get("/staff/audit").text


def test_it_says_what_was_found(world: World, auditor: Colleague) -> None:
    findings = (Finding("broken", 4, 4, "the hash is another"),)
    with world.runtime.transaction() as db:
        keep_verification(db, Report(12, 12, findings), world.clock())
    page = auditor.browser.get("/staff/audit").text
    assert "The log does not hold" in page
    assert "Event 4: the hash is another" in page


def test_it_says_what_is_late(world: World, auditor: Colleague) -> None:
    assert "wait for a signature" not in auditor.browser.get("/staff/audit").text
    world.clock.passes(minutes=9)
    assert "Events wait for a signature" in auditor.browser.get("/staff/audit").text


def test_asking_for_a_check_is_written_down(world: World, auditor: Colleague) -> None:
    answer = auditor.browser.post("/staff/audit/verify")
    assert answer.location == "/staff/audit"
    assert len(world.events(Action.STAFF_LOG_VERIFICATION_ASKED)) == 1
    assert "The queue server does not answer" in auditor.browser.get("/staff/audit").text
