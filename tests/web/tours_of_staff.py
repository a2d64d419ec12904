"""Owns what staff see outside of a case, for axe-core: coming in, own account, oversight, rules."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from kyc.access import Role
from kyc.audit import OPERATOR
from kyc.flows.changing import propose
from kyc.models import RegulatoryHold
from kyc.policy.flow import shipped_flow
from tests.web.chromium import Visit
from tests.web.test_holds_page import hold
from tests.web.test_looks_page import answer_links, ask
from tests.web.test_orders_page import keep
from tests.web.tours import Guide, posted, tour


@tour
def strangers(guide: Guide) -> Iterator[Visit]:
    world, browser = guide.world, guide.world.browser()
    yield Visit(browser, "/staff/sign-in")
    yield posted(browser, "/staff/sign-in", login="nobody", password="nothing")
    invitation = f"/staff/invite/{world.invitation(Role.SENIOR)}"
    yield Visit(browser, invitation)
    yield posted(browser, invitation)
    yield Visit(browser, "/staff/invite/unknown")
    yield Visit(browser, "/staff/nothing-here")
    half = world.signed_out(Role.REVIEWER)
    half.give_password()
    yield Visit(half.browser, "/staff/second-factor")


@tour
def administrators(guide: Guide) -> Iterator[Visit]:
    raw = json.loads(shipped_flow().body) | {"countries": ["EE"]}
    with guide.world.runtime.transaction() as db:
        propose(db, raw, by=OPERATOR, now=guide.world.clock())
    browser = guide.colleague(Role.ADMINISTRATOR).browser
    yield posted(browser, "/staff/account/recovery-codes")
    yield Visit(browser, "/staff/confirm?next=/staff/people")
    yield Visit(browser, "/staff/admin/flows/2")
    yield posted(browser, "/staff/admin/flows/new")
    yield posted(browser, "/staff/people/invite", role="auditor")
    yield from guide.linked(browser)


@tour
def overseers(guide: Guide) -> Iterator[Visit]:
    """A hold, an order and a grant, as each of those concerned sees them."""
    world = guide.world
    held, kept, asked = (world.customer().submitted() for _ in range(3))
    officer, senior = guide.colleague(Role.PRIVACY), guide.colleague(Role.SENIOR)
    hold(officer, held, note="Letter 7/2026 of the court")
    keep(officer, kept)
    ask(senior, asked)
    yield posted(senior.browser, "/staff/looks", case="C-0")
    yield Visit(officer.browser, "/staff/looks")
    (grant,) = answer_links(officer, "grant")
    officer.browser.post(grant)
    yield Visit(senior.browser, grant.removesuffix("/grant"))
    yield Visit(senior.browser, "/staff/looks")
    with world.runtime.reading() as db:
        order = db.scalars(select(RegulatoryHold.hold_id)).one()
    yield Visit(senior.browser, "/staff/holds/mine")
    senior.browser.post(f"/staff/holds/mine/{order}", {"purpose": "complaints"})
    yield Visit(senior.browser, f"/staff/holds/mine/{order}")
    for path in ("/staff/holds", "/staff/holds/orders"):
        yield Visit(officer.browser, path)
        yield posted(officer.browser, path, f"{path} wrong")
    yield Visit(officer.browser, f"/staff/retention/case?case={held}")
    yield from guide.linked(senior.browser)


@tour
def officers(guide: Guide) -> Iterator[Visit]:
    browser = guide.colleague(Role.PRIVACY).browser
    yield Visit(browser, "/staff/privacy/documents/record-of-processing")
    yield Visit(browser, "/staff/retention/case?case=C-0")
    yield from guide.linked(browser)


@tour
def auditors(guide: Guide) -> Iterator[Visit]:
    browser = guide.colleague(Role.AUDITOR).browser
    yield Visit(browser, "/staff/audit?action=case.claimed")
    yield from guide.linked(browser)
