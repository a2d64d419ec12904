"""Owns what reviewers see, for axe-core: the queue, a case in its states, whatever opens on it."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from kyc.access import Role
from kyc.models import Artifact
from kyc.policy.checklist import KEYS
from tests.web.chromium import Visit
from tests.web.tours import Guide, posted, tour

ASKED: dict[str, Any] = {
    "outcome": "request_input",
    "items": ["selfie_statement"],
    "reason": ["statement_illegible"],
    "message": "Please use a thicker pen.",
}


def locked(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('kyc:locked'))")
    page.locator("dialog.lock").wait_for(state="visible")


def keys_listed(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("[data-keys-dialog]").wait_for(state="visible")


def asking_again(page: Page) -> None:
    page.keyboard.press("r")
    page.locator("input[name=items]").first.check()
    page.locator("[data-reason-of]:visible input").first.check()


def claim_lost(page: Page) -> None:
    page.locator("[data-claim-lost]").evaluate("dialog => dialog.showModal()")


@tour
def reviewers(guide: Guide) -> Iterator[Visit]:
    world, reviewer = guide.world, guide.colleague(Role.REVIEWER)
    waiting, mine = world.customer().submitted(), world.customer()
    case, browser = mine.submitted(), reviewer.browser
    path = f"/staff/cases/{case}"
    yield Visit(browser, f"/staff/cases/{waiting}")
    yield Visit(browser, "/staff/queue")
    yield Visit(browser, "/staff/queue?country=DE")
    reviewer.claim(case)
    yield Visit(browser, path)
    yield Visit(browser, path, act=asking_again)
    for act in (keys_listed, claim_lost, locked):
        yield Visit(browser, path, act=act, part="dialog[open]")
    version = world.session(case).version
    yield posted(browser, f"{path}/decide", version=version)
    yield posted(browser, f"{path}/preview", version=version, **ASKED)
    artifact = world.upload(mine.uploads["document_front"]).artifact_id
    yield Visit(browser, f"/staff/images/{artifact}/cover")
    with world.runtime.transaction() as db:
        db.get_one(Artifact, artifact).quarantined_at = world.clock()
    yield Visit(browser, path)
    reviewer.decide(case, outcome="reject", reason=["document_expired"])
    yield Visit(browser, "/staff/queue")
    world.settle()
    yield Visit(browser, path)
    yield from guide.linked(browser)


@tour
def the_second_attempt(guide: Guide) -> Iterator[Visit]:
    """Sent back, sent again, passed to a senior, held: all that a case page can tell."""
    world, reviewer = guide.world, guide.colleague(Role.REVIEWER)
    customer = world.customer()
    case = customer.submitted()
    reviewer.claim(case)
    reviewer.settled(case, **ASKED)
    yield Visit(customer.browser, "/verify/status")
    yield Visit(customer.browser, "/verify/item/selfie_statement")
    customer.confirm(customer.redacted("selfie_statement"))
    customer.browser.post("/verify/submit")
    reviewer.claim(case)
    reviewer.settled(case, outcome="escalate", note="I know this person.", check=sorted(KEYS))
    senior = guide.colleague(Role.SENIOR)
    yield Visit(senior.browser, "/staff/queue?tab=senior")
    senior.claim(case)
    yield Visit(senior.browser, f"/staff/cases/{case}")
    yield Visit(senior.browser, "/staff/statistics")
    senior.browser.post(f"/staff/cases/{case}/release")
