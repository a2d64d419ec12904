"""Owns the retention page: what comes and when, how the runs went, certificates, who has left."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import SYSTEM, Action
from kyc.audit.signer import load_or_make_signer
from kyc.lifecycle import Status
from kyc.models import VerificationSession
from kyc.retention.certificate_format import read_certificate
from kyc.retention.certificates import make_certificate
from kyc.retention.runs import KEPT, last_runs, note_run
from tests.web.people import Colleague
from tests.web.world import World


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def approved(world: World, case: str, days_ago: int = 800) -> None:
    with world.runtime.transaction() as db:
        session = db.get_one(VerificationSession, case)
        session.status = Status.VERIFIED
        session.decided_at = world.clock() - timedelta(days=days_ago)


def report(officer: Colleague, named: str, **changes: Any) -> TestResponse:
    on = officer.world.clock().date().isoformat()
    return officer.browser.post(
        "/staff/retention/relationships", {"case": named, "on": on, **changes}
    )


def run(world: World, **numbers: Any) -> None:
    with world.runtime.transaction() as db:
        given: dict[str, Any] = {"images": 0, "records": 0, "removed": 0, "halt": ""} | numbers
        note_run(db, world.clock(), **given)
    world.clock.passes(minutes=1)


def test_it_plots_what_falls_due_with_the_numbers_behind(officer: Colleague, case: str) -> None:
    assert case
    page = officer.browser.get("/staff/retention").text
    assert "Pictures that fall due, by week" in page
    assert "2 (Front of the document 1, You, with document and statement 1)" in page


def test_runs_that_did_nothing_are_told_together(world: World, officer: Colleague) -> None:
    for numbers in ({}, {}, {"images": 3, "removed": 2}, {}, {"halt": "clock"}, {"halt": "clock"}):
        run(world, **numbers)
    with world.runtime.reading() as db:
        told = [(one.runs, one.images, one.halt) for one in last_runs(db, 9)]
    assert told == [(2, 0, "clock"), (1, 0, ""), (1, 3, ""), (2, 0, "")]
    assert "The clocks disagreed" in officer.browser.get("/staff/retention").text


def test_runs_are_not_kept_for_ever(world: World) -> None:
    with world.runtime.transaction() as db:
        for _ in range(KEPT + 3):
            note_run(db, world.clock(), images=1, records=0, removed=0, halt="")
    with world.runtime.reading() as db:
        assert len(last_runs(db, KEPT * 2)) == KEPT


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.AUDITOR])
def test_a_certificate_is_listed_and_downloaded(world: World, case: str, role: Role) -> None:
    assert case
    world.clock.passes(days=40)
    signer = load_or_make_signer(world.runtime.settings.audit_key_file)
    with world.runtime.transaction() as db:
        make_certificate(db, signer, "2026-07", by=SYSTEM, now=world.clock())
    watcher = world.colleague(role)
    watcher.sign_in()
    assert "/staff/retention/certificates/2026-07" in watcher.browser.get("/staff/retention").text
    answer = watcher.browser.get("/staff/retention/certificates/2026-07")
    assert read_certificate(answer.text, signer.trusted)["month"] == "2026-07"
    assert watcher.browser.get("/staff/retention/certificates/2026-06").status_code == 404


def test_all_dates_of_a_case_are_found_by_its_id(officer: Colleague, case: str) -> None:
    page = officer.browser.get(f"/staff/retention/case?case={case}").text
    for said in ("Covered copy", "undecided", "Personal details", "Its clock has not started"):
        assert said in page
    assert "What is gone" in page  # the pictures as they were sent
    assert officer.browser.get("/staff/retention/case?case=C-0").status_code == 404


def test_a_reviewer_finds_the_dates_on_the_page_of_the_case(reviewer: Colleague, case: str) -> None:
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    assert "Dates of deletion" in page
    assert "undecided" in page


def test_it_names_who_was_approved_long_ago_and_never_left(
    world: World, officer: Colleague, case: str
) -> None:
    approved(world, case, days_ago=700)
    assert case not in officer.browser.get("/staff/retention/relationships").text
    approved(world, case)
    assert case in officer.browser.get("/staff/retention/relationships").text
    assert (
        "1 customer was approved over two years ago" in officer.browser.get("/staff/retention").text
    )


def test_an_officer_reports_that_a_customer_has_left(
    world: World, officer: Colleague, case: str
) -> None:
    approved(world, case)
    answer = report(officer, case)
    assert answer.location == "/staff/retention/relationships"
    assert world.session(case).relationship_ended_at is not None
    assert len(world.events(Action.STAFF_RELATIONSHIP_ENDED)) == 1
    page = officer.browser.get("/staff/retention/relationships").text
    assert "the details are destroyed on 2033-07-02" in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"case": "C-0"}, "No verification has this id or reference."),
        ({"case": ""}, "Name the customer."),
        ({"on": "2999-01-01"}, "is in the future"),
        ({"on": "2001-01-01"}, "is before the approval"),
        ({"on": ""}, "Give the last day."),
    ],
)
def test_it_refuses_what_the_command_refuses(
    world: World, officer: Colleague, case: str, changes: dict[str, str], says: str
) -> None:
    approved(world, case)
    answer = report(officer, case, **changes)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert world.session(case).relationship_ended_at is None


def test_another_day_needs_the_word_that_it_corrects(
    world: World, officer: Colleague, case: str
) -> None:
    approved(world, case)
    report(officer, case)
    earlier = (world.clock().date() - timedelta(days=9)).isoformat()
    assert "was reported before" in report(officer, case, on=earlier).text
    assert report(officer, case, on=earlier, corrects="y").status_code == 302
    assert len(world.events(Action.STAFF_RELATIONSHIP_CORRECTED)) == 1


def test_nobody_without_a_fresh_factor_reports_an_end(
    world: World, officer: Colleague, case: str
) -> None:
    approved(world, case)
    world.clock.passes(minutes=10)
    report(officer, case)
    assert world.session(case).relationship_ended_at is None
