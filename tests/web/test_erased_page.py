"""Owns the page on which somebody who was erased, and objects, is forgotten."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from kyc.audit import Action
from kyc.models import Tombstone, VerificationSession
from kyc.policy.rights import Right
from kyc.seen import SeenKind, note_seen
from kyc.tombstones import bury
from tests.web.people import DETAILS
from tests.web.test_desk_page import ask, officer, path

if TYPE_CHECKING:
    from tests.web.people import Colleague
    from tests.web.world import World

__all__ = ["ask", "officer"]

PAGE = "/staff/desk/erased"
FORGOTTEN = Action.STAFF_TOMBSTONES_FORGOTTEN


@pytest.fixture
def stones(world: "World", case: str) -> int:
    """What the erasure of the waiting case leaves."""
    with world.runtime.transaction() as db:
        session = db.get_one(VerificationSession, case)
        note_seen(db, case, SeenKind.DOCUMENT_NUMBER, "front", {bytes(32)})
        return bury(db, world.runtime.lookup, session, world.clock())


def left(world: "World") -> int:
    with world.runtime.reading() as db:
        return db.scalar(select(func.count()).select_from(Tombstone)) or 0


def detail(world: "World") -> dict[str, object]:
    (event,) = world.events(FORGOTTEN)
    found: dict[str, object] = json.loads(event.body)["detail"]
    return found


def test_whoever_objects_is_forgotten_with_one_event(
    world: "World", officer: "Colleague", stones: int
) -> None:
    assert "for 12 months" in officer.browser.get(PAGE).text
    answer = officer.browser.post(PAGE, {"address": f" {DETAILS['email'].upper()} "})
    assert (answer.location, left(world)) == (PAGE, 0)
    assert f"{stones} keyed hashes are destroyed." in officer.browser.get(PAGE).text
    assert detail(world) == {"count": stones}
    assert DETAILS["email"] not in world.events(FORGOTTEN)[0].body.lower()


def test_an_objection_leads_there_and_tells_of_it(
    world: "World", officer: "Colleague", stones: int, ask: Callable[..., str]
) -> None:
    request = ask(Right.OBJECTION)
    there = f"{PAGE}?request={request}"
    assert there in officer.browser.get(path(request)).text
    assert f'value="{request}"' in officer.browser.get(there).text
    answer = officer.browser.post(PAGE, {"address": DETAILS["email"], "request": request})
    assert answer.location == path(request)
    assert "What recognises them was looked for" in officer.browser.get(path(request)).text
    assert detail(world) == {"count": stones, "request": request}


def test_only_an_objection_leads_there(officer: "Colleague", ask: Callable[..., str]) -> None:
    request = ask(Right.ACCESS)
    assert PAGE not in officer.browser.get(path(request)).text
    answer = officer.browser.post(PAGE, {"address": DETAILS["email"], "request": request})
    assert (answer.status_code, "is no objection" in answer.text) == (422, True)


def test_an_address_that_nothing_recognises_is_said_and_on_record(
    world: "World", officer: "Colleague", stones: int
) -> None:
    answer = officer.browser.post(PAGE, {"address": "somebody.else@example.org"})
    assert (answer.status_code, "Look at its spelling" in answer.text) == (422, True)
    assert 'value="somebody.else@example.org"' in answer.text
    assert (left(world), detail(world)) == (stones, {"count": 0})


def test_nothing_is_looked_for_without_an_address(world: "World", officer: "Colleague") -> None:
    answer = officer.browser.post(PAGE, {"address": " "})
    assert (answer.status_code, "Give the address." in answer.text) == (422, True)
    assert world.events(FORGOTTEN) == []


def test_it_asks_for_a_factor_of_the_last_minutes(
    world: "World", officer: "Colleague", stones: int
) -> None:
    world.clock.passes(minutes=6)
    answer = officer.browser.post(PAGE, {"address": DETAILS["email"]})
    assert answer.location != PAGE
    assert left(world) == stones
    assert world.events(FORGOTTEN) == []


def test_an_unknown_objection_is_not_found(officer: "Colleague") -> None:
    assert officer.browser.get(f"{PAGE}?request=req_0").status_code == 404
    sent = {"address": DETAILS["email"], "request": "req_0"}
    assert officer.browser.post(PAGE, sent).status_code == 404
