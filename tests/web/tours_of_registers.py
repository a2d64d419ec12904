"""Owns the registers of the privacy desk, for axe-core: entered, struck, read by an auditor."""

from collections.abc import Iterator

from sqlalchemy import select

from kyc.access import Role
from kyc.models import Incident
from kyc.registers.incident_ending import end_due_incidents, ends_at
from tests.web.chromium import Visit
from tests.web.test_disclosures_page import PAGE as REGISTERS
from tests.web.test_disclosures_page import enter as disclose
from tests.web.test_evidence_page import PAGE as EVIDENCE
from tests.web.test_incidents_page import PAGE as BREACHES
from tests.web.test_incidents_page import enter, made_report
from tests.web.tours import Guide, posted, tour


@tour
def registers(guide: Guide) -> Iterator[Visit]:
    world, officer = guide.world, guide.colleague(Role.PRIVACY)
    browser = officer.browser
    yield Visit(browser, REGISTERS)
    disclose(officer, world.customer().submitted())
    yield Visit(browser, REGISTERS)
    yield posted(browser, REGISTERS, "disclosure refused")
    browser.post(EVIDENCE)
    for path in (f"{REGISTERS}/processors", EVIDENCE):
        yield Visit(browser, path)
    yield Visit(guide.colleague(Role.AUDITOR).browser, REGISTERS)


@tour
def breaches(guide: Guide) -> Iterator[Visit]:
    officer = guide.colleague(Role.PRIVACY)
    browser = officer.browser
    yield Visit(browser, BREACHES)
    enter(officer, aware_at=f"{guide.world.clock():%Y-%m-%dT%H:%M}")
    yield Visit(browser, BREACHES)
    yield posted(browser, BREACHES, "breach refused")
    with guide.world.runtime.reading() as db:
        page = f"{BREACHES}/{db.scalars(select(Incident.id)).first()}"
    for path in (page, f"{page}/draft"):
        yield Visit(browser, path)
    yield posted(browser, f"{page}/told")
    yield posted(browser, f"{page}/report")
    made_report(guide.world)
    yield Visit(browser, page)
    now = guide.world.clock()
    with guide.world.runtime.transaction() as db:
        for row in db.scalars(select(Incident)):
            row.closed_at = now
    yield Visit(browser, page)
    with guide.world.runtime.transaction() as db:
        end_due_incidents(db, ends_at(now))
    yield Visit(browser, page)
