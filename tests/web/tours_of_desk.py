"""Owns people's rights and the desk's pages, for axe-core, in each state that looks different."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Actor
from kyc.desk.receiving import Entry, enter
from kyc.models import CorrectionItem, PrivacyRequest, new_id
from kyc.policy.rights import Right
from tests.web.chromium import Visit
from tests.web.people import Colleague, Customer
from tests.web.test_rights_page import RIGHTS_PAGE, ask, code_for
from tests.web.tours import Guide, posted, tour
from tests.web.world import World

DESK = "/staff/desk"


@tour
def who_asks_about_their_data(guide: Guide) -> Iterator[Visit]:
    """A customer from the first look to every kind of answer, with the officer who answers."""
    world, customer = guide.world, guide.world.customer()
    case = customer.submitted()
    yield Visit(customer.browser, RIGHTS_PAGE)
    code = code_for(world, customer)
    yield Visit(customer.browser, RIGHTS_PAGE)
    customer.browser.post(f"{RIGHTS_PAGE}/prove", {"code": code})
    yield Visit(customer.browser, RIGHTS_PAGE)
    for right in (Right.ACCESS, Right.CORRECTION, Right.COMPLAINT):
        yield Visit(customer.browser, f"{RIGHTS_PAGE}/ask/{right}")
    yield posted(customer.browser, f"{RIGHTS_PAGE}/ask/complaint")
    officer = guide.colleague(Role.PRIVACY)
    yield from _answered(guide, customer, officer)
    yield Visit(customer.browser, RIGHTS_PAGE)
    reviewer = guide.colleague(Role.REVIEWER)
    reviewer.claim(case)
    yield Visit(reviewer.browser, f"/staff/cases/{case}")


def _answered(guide: Guide, customer: Customer, officer: Colleague) -> Iterator[Visit]:
    world = guide.world
    for right in (Right.CORRECTION, Right.OBJECTION, Right.ACCESS):
        ask(customer, right, surname="Tammik", residence="LV")
    found = {one.kind: one.id for one in _requests(world, customer.session_id)}
    correction, objection = found[Right.CORRECTION], found[Right.OBJECTION]
    yield Visit(officer.browser, f"{DESK}/requests/{correction}")
    yield posted(officer.browser, f"{DESK}/requests/{correction}/values", field="email", value="x")
    yield posted(officer.browser, f"{DESK}/requests/{correction}/answer")
    with world.runtime.reading() as db:
        items = db.scalars(select(CorrectionItem.id).order_by(CorrectionItem.field)).all()
    officer.browser.post(f"{DESK}/corrections/{items[0]}/refuse")
    officer.browser.post(f"{DESK}/corrections/{items[1]}/accept")
    yield Visit(officer.browser, f"{DESK}/requests/{correction}")
    refused: dict[str, Any] = {
        "version": 1,
        "outcome": "refused",
        "ground": "compelling",
        "words": "No.",
    }
    path = f"{DESK}/requests/{objection}"
    yield posted(officer.browser, f"{path}/preview", **refused)
    yield posted(officer.browser, f"{path}/extend")
    officer.browser.post(f"{path}/answer", refused)
    yield Visit(officer.browser, path)
    extended = f"{DESK}/requests/{found[Right.ACCESS]}"
    officer.browser.post(f"{extended}/extend", {"reason": "complexity", "words": "Old tapes."})
    yield Visit(officer.browser, extended)


@tour
def who_keeps_the_desk(guide: Guide) -> Iterator[Visit]:
    world, officer = guide.world, guide.colleague(Role.PRIVACY)
    for days in (0, 27, 40):
        late = _entered(world, days)
    for query in ("", "?tab=late", "?tab=mine", "?tab=done", "?right=portability", "?right=x"):
        yield Visit(officer.browser, f"{DESK}{query}")
    yield Visit(officer.browser, f"{DESK}/requests/{late}")
    yield Visit(officer.browser, f"{DESK}/new")
    yield posted(officer.browser, f"{DESK}/new")


def _entered(world: World, days: int) -> str:
    at = world.clock() - timedelta(days=days)
    entry = Entry(Right.ERASURE, "", "Forget me.", "Came to the counter.", at, "et")
    with world.runtime.transaction() as db:
        who = Actor("staff", new_id("usr"))
        return enter(db, world.runtime.vault, entry, by=who, now=world.clock()).id


def _requests(world: World, case: str) -> list[PrivacyRequest]:
    with world.runtime.reading() as db:
        mine = select(PrivacyRequest).where(PrivacyRequest.session_id == case)
        return list(db.scalars(mine))
