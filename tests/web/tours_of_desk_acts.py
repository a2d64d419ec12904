"""Owns restrictions, erasures and copies of data, for axe-core, as each of those concerned."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from kyc.access import Role
from kyc.models import OutgoingMail, Restriction
from kyc.policy.rights import Right
from tests.web.chromium import Visit
from tests.web.people import Colleague, Customer
from tests.web.test_desk_acts import RESTRICT, asked, expire, made, path
from tests.web.test_rights_page import RIGHTS_PAGE, prove
from tests.web.tours import Guide, posted, tour
from tests.web.world import World

DESK = "/staff/desk"


@tour
def who_acts_on_requests(guide: Guide) -> Iterator[Visit]:
    world = guide.world
    erased, copied, restricted = (_proven(world) for _ in range(3))
    officer, senior = _fresh(guide, Role.PRIVACY), _fresh(guide, Role.SENIOR)
    erasure = asked(world, erased, Right.ERASURE)
    yield posted(officer.browser, path(erasure, "erase"))
    expire(world, erased.session_id)
    yield Visit(officer.browser, path(erasure))
    copy = asked(world, copied, Right.ACCESS)
    yield Visit(senior.browser, f"{DESK}/bundles")
    with TemporaryDirectory() as directory:
        bundle = made(world, officer, copy, Path(directory))
    yield Visit(officer.browser, path(copy))
    yield Visit(senior.browser, f"{DESK}/bundles")
    senior.browser.post(f"{DESK}/bundles/{bundle}/release")
    yield Visit(copied.browser, RIGHTS_PAGE)
    yield from _restriction(guide, officer, restricted)
    objection = asked(world, copied, Right.OBJECTION)
    yield Visit(officer.browser, path(objection))
    yield Visit(officer.browser, f"{DESK}/erased?request={objection}")
    yield posted(officer.browser, f"{DESK}/erased", "objection refused")


def _restriction(guide: Guide, officer: Colleague, customer: Customer) -> Iterator[Visit]:
    world = guide.world
    yield Visit(officer.browser, f"{DESK}/restrictions")
    request = asked(world, customer, Right.RESTRICTION)
    yield posted(officer.browser, path(request, "restrict"))
    officer.browser.post(path(request, "restrict"), RESTRICT)
    yield Visit(officer.browser, path(request))
    yield Visit(officer.browser, f"{DESK}/restrictions")
    with world.runtime.reading() as db:
        found = db.scalars(select(Restriction.id)).one()
    officer.browser.post(f"{DESK}/restrictions/{found}/announce", {"reason": "It was right."})
    yield Visit(officer.browser, f"{DESK}/restrictions")
    yield Visit(customer.browser, "/verify/status")
    reviewer = guide.colleague(Role.REVIEWER)
    yield Visit(reviewer.browser, f"/staff/cases/{customer.session_id}")
    with world.runtime.transaction() as db:
        mail = db.scalars(select(OutgoingMail).where(OutgoingMail.kind == "restriction_ends")).one()
        mail.sent_at = world.clock() - timedelta(days=2)
    yield Visit(officer.browser, f"{DESK}/restrictions")
    officer.browser.post(f"{DESK}/restrictions/{found}/lift")
    yield Visit(officer.browser, f"{DESK}/restrictions")


def _fresh(guide: Guide, role: Role) -> Colleague:
    """With a factor of just now: minutes pass while codes are mailed."""
    colleague = guide.world.signed_out(role)
    colleague.sign_in()
    return colleague


def _proven(world: World) -> Customer:
    customer = world.customer()
    customer.submitted()
    prove(world, customer)
    return customer
