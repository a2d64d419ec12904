"""Owns the promise that everybody can use each page: axe-core finds nothing (WCAG 2.2 AA)."""

import json
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from kyc.access import Role
from kyc.audit import OPERATOR
from kyc.flows.changing import propose
from kyc.policy.flow import shipped_flow
from tests.web.chromium import Visit, Window
from tests.web.people import Browser
from tests.web.test_admission import MAY_CALL
from tests.web.test_whole_pages import Noting, last_pages, open_pages, upload_pages
from tests.web.world import World

pytestmark = pytest.mark.browser

LOOKS = (("light", 1280), ("dark", 390))
NO_PAGE = {"staff.lock", "staff.awake", "health.healthz", "health.readyz"}


@pytest.fixture(scope="module")
def noted(shared_world: World) -> Noting:
    environment = shared_world.app.jinja_env
    assert environment.loader is not None
    environment.loader = noting = Noting(environment.loader)
    return noting


@pytest.fixture
def window(chromium: Chromium) -> Iterator[Window]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    made = Window(page)
    page.route("**/*", made.answer)
    yield made
    page.close()


def found(window: Window, visits: Iterable[Visit]) -> list[str]:
    """Everything that is wrong on any of the pages, wide and light, narrow and dark."""
    told: list[str] = []
    for visit in visits:
        window.open(visit)
        for scheme, width in LOOKS:
            window.look(scheme, width)
            told += [f"{visit} {scheme} {width}: {line}" for line in window.violations()]
    return told


def listed(app: Flask, browser: Browser, who: str) -> Iterator[Visit]:
    """Every page without a name in its address; one that several may see, by the first of them."""
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and not rule.arguments
        if not is_page or rule.endpoint in NO_PAGE or not rule.rule.startswith("/staff"):
            continue
        if who != min(MAY_CALL[rule.endpoint]) and rule.endpoint != "staff.home":
            continue
        answer = browser.get(rule.rule)
        if (answer.status_code, answer.mimetype) == (200, "text/html"):
            yield Visit(browser, rule.rule)


def customers(world: World) -> Iterator[Visit]:
    pages = [*open_pages(world), *upload_pages(world), *last_pages(world)]
    for browser, path in pages:
        yield Visit(browser, path)
    linked = world.customer().ready_to_upload()
    yield Visit(linked.browser, "device", lambda: linked.browser.post("/verify/device"))
    beginner = world.customer()
    beginner.start()
    yield Visit(beginner.browser, "wrong details", lambda: beginner.browser.post("/verify/details"))


def reviewers(world: World) -> Iterator[Visit]:
    waiting, mine = world.customer().submitted(), world.customer()
    case = mine.submitted()
    colleague = world.colleague(Role.REVIEWER)
    browser = colleague.browser
    yield Visit(browser, f"/staff/cases/{waiting}")
    colleague.claim(case)
    yield Visit(browser, f"/staff/cases/{case}")
    yield Visit(
        browser, "undecided", lambda: browser.post(f"/staff/cases/{case}/decide", {"version": "1"})
    )
    artifact = world.upload(mine.uploads["document_front"]).artifact_id
    yield Visit(browser, f"/staff/images/{artifact}/cover")
    yield from listed(world.app, browser, Role.REVIEWER)


def overseers(world: World, role: Role) -> Iterator[Visit]:
    world.customer().submitted()
    yield from listed(world.app, world.colleague(role).browser, role)


def administrators(world: World) -> Iterator[Visit]:
    raw = json.loads(shipped_flow().body) | {"countries": ["EE"]}
    with world.runtime.transaction() as db:
        propose(db, raw, by=OPERATOR, now=world.clock())
    browser = world.colleague(Role.ADMINISTRATOR).browser
    yield from listed(world.app, browser, "administrator")
    yield Visit(browser, "/staff/admin/flows/2")
    yield Visit(browser, "wrong flow", lambda: browser.post("/staff/admin/flows/new"))
    yield Visit(
        browser, "invited", lambda: browser.post("/staff/people/invite", {"role": "auditor"})
    )
    yield Visit(browser, "/staff/nothing-here")


def strangers(world: World) -> Iterator[Visit]:
    browser = world.browser()
    yield from listed(world.app, browser, "visitor")
    yield Visit(browser, f"/staff/invite/{world.invitation(Role.SENIOR)}")
    yield Visit(browser, "/staff/invite/unknown")
    half = world.signed_out(Role.REVIEWER)
    half.give_password()
    yield Visit(half.browser, "/staff/second-factor")


def test_nothing_is_wrong_on_a_page_of_the_customer(shared_world: World, window: Window) -> None:
    wrong = found(window, customers(shared_world))
    assert not wrong, "\n".join(wrong)


def test_nothing_is_wrong_on_a_page_of_review(world: World, window: Window) -> None:
    wrong = found(window, reviewers(world))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.AUDITOR, Role.SENIOR])
def test_nothing_is_wrong_on_a_page_of_oversight(world: World, window: Window, role: Role) -> None:
    wrong = found(window, overseers(world, role))
    assert not wrong, "\n".join(wrong)


def test_nothing_is_wrong_on_a_page_of_administration(world: World, window: Window) -> None:
    wrong = found(window, administrators(world))
    assert not wrong, "\n".join(wrong)


def test_nothing_is_wrong_on_a_page_before_the_sign_in(world: World, window: Window) -> None:
    wrong = found(window, strangers(world))
    assert not wrong, "\n".join(wrong)


def test_it_would_find_what_is_wrong(world: World, window: Window) -> None:
    window.open(Visit(world.browser(), "/"))
    window.page.evaluate("document.querySelector('main').innerHTML = '<img src=x><input>'")
    rules = {line.split(":")[0] for line in window.violations()}
    assert {"image-alt", "label", "page-has-heading-one"} <= rules
