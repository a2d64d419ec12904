"""Owns the pages of breaches: from entry to close, with clock, draft and what is refused."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action
from kyc.models import Incident
from kyc.registers.breach import Question, Scope, Summary
from kyc.registers.breach_record import note_report
from kyc.registers.incident_ending import end_due_incidents, ends_at
from tests.web.people import Colleague
from tests.web.world import World

PAGE = "/staff/registers/breaches"


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def enter(officer: Colleague, **changes: Any) -> TestResponse:
    filled = {
        "role": "controller",
        "aware_at": "2026-07-01T08:30",
        "words": "A laptop <b>was</b> stolen",
        "natures": ["confidentiality"],
        "classes": ["details"],
        "persons": "40",
        "records": "",
        "began_at": "",
        "ended_at": "",
    }
    return officer.browser.post(PAGE, filled | changes)


def one(world: World) -> Incident:
    with world.runtime.reading() as db:
        return db.scalars(select(Incident)).one()


def act(officer: Colleague, name: str, **filled: str) -> TestResponse:
    fields = {f"{name}-{field}": value for field, value in filled.items()}
    return officer.browser.post(f"{PAGE}/{one(officer.world).id}/{name}", fields)


def test_a_breach_goes_from_entry_to_its_end(world: World, officer: Colleague) -> None:
    enter(officer)
    page = f"{PAGE}/{one(world).id}"
    shown = officer.browser.get(page).text
    assert "A laptop &lt;b&gt;was&lt;/b&gt; stolen" in shown
    assert "71 hours left" in shown
    assert act(officer, "text", kind="effects", words="Somebody may pose as them").location == page
    assert act(officer, "text", kind="measures", words="Its keys were revoked").location == page
    assert act(officer, "risk", risk="high").location == page
    assert act(officer, "people", decision="told", why="It was not encrypted").location == page
    told = {"at": "2026-07-01T08:45", "reference": "AKI 5-2", "late": ""}
    assert act(officer, "told", whom="authority", **told).location == page
    assert "Still missing: telling the people." in officer.browser.get(page).text
    assert act(officer, "told", whom="persons", **told).location == page
    assert act(officer, "close").location == page
    closed = officer.browser.get(page).text
    assert ("Write something down" in closed, "The authority was told" in closed) == (False, True)
    assert act(officer, "risk", risk="none").status_code == 422
    assert len(world.events(Action.STAFF_INCIDENT_CLOSED)) == 1


def test_times_are_those_of_the_deployments_zone(a_world: Any) -> None:
    world = a_world(time_zone="Europe/Tallinn")
    officer = world.colleague(Role.PRIVACY)
    enter(officer, aware_at="2026-07-01T11:30")
    assert f"{one(world).aware_at:%H:%M}" == "08:30"
    assert 'value="2026-07-01T12:0' in officer.browser.get(PAGE).text


@pytest.mark.parametrize(("changes", "says"), [
    ({"aware_at": ""}, "Give the moment when somebody became aware."),
    ({"aware_at": "2026-07-01T09:30"}, "The moment is in the future"),
    ({"words": ""}, "Say what happened."),
    ({"natures": []}, "Tick what kind of breach it is."),
    ({"classes": []}, "Tick which data it is about."),
    ({"role": "owner"}, "Not a valid choice"),
    ({"persons": "many"}, "Not a valid integer value."),
    ({"persons": "-1"}, "Number must be between"),
])  # fmt: skip
def test_an_entry_that_lacks_something_is_refused_with_words(
    world: World, officer: Colleague, changes: dict[str, Any], says: str
) -> None:
    answer = enter(officer, **changes)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert world.events(Action.STAFF_INCIDENT_ENTERED) == []


def test_what_is_refused_stays_typed_and_says_why(world: World, officer: Colleague) -> None:
    enter(officer)
    world.clock.passes(hours=80)
    officer.sign_in()
    answer = act(officer, "told", whom="authority", at="2026-07-04T17:00", reference="AKI", late="")
    assert (answer.status_code, "It was told late: write down why" in answer.text) == (422, True)
    assert 'value="AKI"' in answer.text
    assert act(officer, "people", decision="not_high", why="x").status_code == 422
    assert act(officer, "close").status_code == 422
    assert one(world).authority_told_at is None


def test_a_clock_that_ran_out_is_said_on_both_pages(world: World, officer: Colleague) -> None:
    enter(officer)
    world.clock.passes(hours=72)
    officer.sign_in()
    for path in (PAGE, f"{PAGE}/{one(world).id}"):
        assert "The authority should have been told" in officer.browser.get(path).text


def test_the_draft_is_read_and_taken_away(world: World, officer: Colleague) -> None:
    enter(officer)
    path = f"{PAGE}/{one(world).id}/draft"
    assert "Nature of the breach (Art. 33(3)(a))" in officer.browser.get(path).text
    taken = officer.browser.get(f"{path}/markdown")
    assert taken.mimetype == "text/markdown"
    assert r"A laptop \<b\>was\</b\> stolen" in taken.text


def test_what_is_known_is_put_right(world: World, officer: Colleague) -> None:
    enter(officer)
    page = f"{PAGE}/{one(world).id}"
    assert 'value="40"' in officer.browser.get(page).text
    facts = {"facts-natures": ["integrity"], "facts-classes": ["log"], "facts-persons": "41"}
    assert officer.browser.post(f"{page}/facts", facts).location == page
    assert (one(world).persons, one(world).natures) == (41, ["integrity"])


def made_report(world: World, sha256: str = "ab" * 32, cases: int = 3) -> None:
    """What `kyc breach-report` notes without naming a breach."""
    at = world.clock()
    asked = Question(frozenset({Scope.DATABASE, Scope.BUCKET}), at - timedelta(days=2), at)
    with world.runtime.transaction() as db:
        note_report(db, asked, Summary(cases, 1), sha256, None, at)


def test_a_report_that_was_made_is_linked(world: World, officer: Colleague) -> None:
    enter(officer)
    page = f"{PAGE}/{one(world).id}"
    assert f"--incident {one(world).id}" in officer.browser.get(page).text
    made_report(world)
    made_report(world, "cd" * 32, cases=5)
    shown = officer.browser.get(page).text
    assert shown.count(", bucket + database") == 2
    assert shown.index("5 cases, 1 of them") < shown.index("3 cases, 1 of them")
    assert act(officer, "report", report="ab" * 32).location == page
    report = one(world).report
    assert report is not None
    assert (report["sha256"], report["cases"]) == ("ab" * 32, 3)
    assert report["since"] == f"{world.clock() - timedelta(days=2):%Y-%m-%d %H:%M}"
    assert "3 cases, 1 of them with readable data" in officer.browser.get(page).text
    (event,) = world.events(Action.STAFF_INCIDENT_CHANGED)
    assert json.loads(event.body)["detail"] == {"kind": "report", "report": "ab" * 32}


def test_a_report_that_nobody_made_is_not_linked(world: World, officer: Colleague) -> None:
    enter(officer)
    made_report(world)
    assert act(officer, "report", report="ef" * 32).status_code == 422
    assert (one(world).report, world.events(Action.STAFF_INCIDENT_CHANGED)) == (None, [])


def test_a_closed_breach_says_until_when_its_words_are_kept_and_that_they_are_gone(
    world: World, officer: Colleague
) -> None:
    enter(officer)
    page, at = f"{PAGE}/{one(world).id}", world.clock()
    with world.runtime.transaction() as db:
        db.get_one(Incident, one(world).id).closed_at = at
    shown = officer.browser.get(page).text
    assert f"is kept until Jul 1, {at.year + 5}" in shown
    with world.runtime.transaction() as db:
        assert end_due_incidents(db, ends_at(at)) == 1
    gone = officer.browser.get(page).text
    assert "What was written was destroyed" in gone
    assert ("A laptop" in gone, "Entered by" in gone, "/draft" in gone) == (False, False, False)
    assert "Somebody saw or got what they should not" in gone
    assert officer.browser.get(f"{page}/draft").status_code == 404
    assert officer.browser.get(PAGE).status_code == 200


def test_an_auditor_reads_and_writes_nothing(world: World, officer: Colleague) -> None:
    enter(officer)
    auditor = world.colleague(Role.AUDITOR)
    page = auditor.browser.get(f"{PAGE}/{one(world).id}").text
    assert ("A laptop" in page, "Judge the risk" in page) == (True, False)
    assert act(auditor, "risk", risk="none").status_code == 403


def test_a_browser_does_not_ask_for_every_box(officer: Colleague) -> None:
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", officer.browser.get(PAGE).text)
    assert len(boxes) >= 5
    assert not [box for box in boxes if "required" in box]


def test_an_unknown_breach_is_not_found(officer: Colleague) -> None:
    for path in (f"{PAGE}/inc_0", f"{PAGE}/inc_0/draft"):
        assert officer.browser.get(path).status_code == 404


def test_metrics_count_the_clocks(a_world: Any) -> None:
    world = a_world(metrics_token="let me see")
    enter(world.colleague(Role.PRIVACY))
    world.clock.passes(hours=72)
    told = world.browser().get("/metrics", headers={"Authorization": "Bearer let me see"}).text
    assert 'kyc_breach_clocks{state="over"} 1.0' in told
