"""Owns the pages of disclosures and processors: officers enter and strike, auditors read."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from kyc.access import Role
from kyc.audit import Action
from kyc.models import Disclosure, VerificationSession
from kyc.registers.disclosures import of
from kyc.registers.processors import note_processors
from tests.core.test_privacy_documents import LATER, WHOLE
from tests.web.people import Colleague
from tests.web.world import World

PAGE = "/staff/registers"


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def enter(officer: Colleague, named: str, **changes: Any) -> TestResponse:
    filled = {
        "kind": "authority",
        "recipient": "Põhja prefektuur <1>",
        "country": "EE",
        "ground": "order",
        "reference": "26-1-77",
        "cases": named,
        "classes": ["details", "pictures"],
        "disclosed_on": officer.world.clock().date().isoformat(),
        "note": "On paper",
        "withheld_until": "",
        "withheld_ground": "",
    }
    return officer.browser.post(PAGE, filled | changes)


def only_one(world: World) -> Disclosure:
    with world.runtime.reading() as db:
        return db.scalars(select(Disclosure)).one()


def test_an_officer_enters_a_disclosure_and_it_stands_in_the_register(
    world: World, officer: Colleague, case: str
) -> None:
    assert enter(officer, f" {case} \n").location == PAGE
    page = officer.browser.get(PAGE).text
    for said in (case, "Põhja prefektuur &lt;1&gt;", "Estonia", "26-1-77", "On paper"):
        assert said in page
    with world.runtime.reading() as db:
        assert [one.recipient for one in of(db, case, world.clock())] == ["Põhja prefektuur <1>"]
    assert len(world.events(Action.STAFF_DISCLOSURE_ENTERED)) == 1


def test_an_auditor_reads_and_enters_nothing(world: World, officer: Colleague, case: str) -> None:
    enter(officer, case)
    auditor = world.colleague(Role.AUDITOR)
    page = auditor.browser.get(PAGE).text
    assert ("Põhja prefektuur" in page, "Enter a disclosure" in page) == (True, False)
    assert enter(auditor, case).status_code == 403


def test_it_shows_those_of_one_case(world: World, officer: Colleague, case: str) -> None:
    enter(officer, case)
    assert "Põhja" in officer.browser.get(f"{PAGE}?case={case}").text
    unknown = officer.browser.get(f"{PAGE}?case=C-0")
    assert (unknown.status_code, "Põhja" in unknown.text) == (404, False)


def test_pictures_of_a_german_card_are_refused_with_the_rule(
    world: World, officer: Colleague, case: str
) -> None:
    with world.runtime.transaction() as db:
        german = {"document_country": "DE", "document_type": "identity_card"}
        db.execute(update(VerificationSession).values(**german))
    answer = enter(officer, case, kind="other", ground="claim")
    assert (answer.status_code, "PAuswG section 20(2)" in answer.text) == (422, True)
    assert "Ask the customer to hand it over themselves" in answer.text
    assert world.events(Action.STAFF_DISCLOSURE_ENTERED) == []
    assert enter(officer, case, kind="other", ground="claim", classes=["details"]).location == PAGE


@pytest.mark.parametrize(("changes", "says"), [
    ({"cases": ""}, "Name the cases."),
    ({"cases": "C-0"}, "No verification has this id or reference."),
    ({"kind": ""}, "Say what kind of recipient it was."),
    ({"recipient": ""}, "Name the body that got the data."),
    ({"country": "XX"}, "Not a valid choice"),
    ({"classes": []}, "Tick what was handed over."),
    ({"reference": ""}, "Give the reference of the order"),
    ({"disclosed_on": "2999-01-01"}, "in the future"),
    ({"withheld_until": "2026-08-01"}, "on which ground the customer is not told"),
])  # fmt: skip
def test_an_entry_that_lacks_something_is_refused_with_words(
    world: World, officer: Colleague, case: str, changes: dict[str, Any], says: str
) -> None:
    answer = enter(officer, case, **changes)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert world.events(Action.STAFF_DISCLOSURE_ENTERED) == []


def test_who_must_not_know_is_said_to_officers_alone(
    world: World, officer: Colleague, case: str
) -> None:
    enter(officer, case, withheld_until="2026-08-01", withheld_ground="court")
    assert "is not told before that day" in officer.browser.get(PAGE).text
    assert "A court forbade it" in officer.browser.get(PAGE).text
    with world.runtime.reading() as db:
        assert of(db, case, world.clock()) == []


def test_an_entry_is_struck_and_stays_readable(world: World, officer: Colleague, case: str) -> None:
    enter(officer, case)
    path = f"{PAGE}/disclosures/{only_one(world).id}/strike"
    officer.browser.post(path, {"reason": "because"})
    assert world.events(Action.STAFF_DISCLOSURE_STRUCK) == []
    assert officer.browser.post(path, {"reason": "wrong_case"}).location == PAGE
    page = officer.browser.get(PAGE).text
    assert ("Entered for the wrong case" in page, "Põhja" in page) == (True, True)
    assert len(world.events(Action.STAFF_DISCLOSURE_STRUCK)) == 1
    unknown = officer.browser.post(f"{PAGE}/disclosures/dscl_0/strike", {"reason": "twice"})
    assert unknown.status_code == 404


def test_a_browser_does_not_ask_for_every_box(officer: Colleague) -> None:
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", officer.browser.get(PAGE).text)
    assert len(boxes) >= 5
    assert not [box for box in boxes if "required" in box]


def test_entering_asks_for_the_factor_again(world: World, officer: Colleague, case: str) -> None:
    world.clock.passes(minutes=6)
    assert enter(officer, case).location != PAGE
    assert world.events(Action.STAFF_DISCLOSURE_ENTERED) == []


def test_processors_are_those_of_the_file_with_every_list_before(
    world: World, officer: Colleague
) -> None:
    path = f"{PAGE}/processors"
    assert "Nobody has said who the processors are" in officer.browser.get(path).text
    settings = world.runtime.settings
    for text in (WHOLE, WHOLE + LATER):
        settings.controller_file.write_text(text, encoding="utf-8")
        with world.runtime.transaction() as db:
            note_processors(db, settings, world.clock())
        world.clock.passes(days=2)
    officer.sign_in()
    page = officer.browser.get(path).text
    for said in ("Objects | GmbH", "Disks AB, SE: disks", "Old Mail OÜ", "Jul 3, 2026"):
        assert said in page
    settings.controller_file.write_text("processors = 5", encoding="utf-8")
    broken = officer.browser.get(path)
    assert (broken.status_code, "out of form" in broken.text) == (200, True)
