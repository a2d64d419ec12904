"""Owns the promise that each of the customer's pages is wholly in the language it says."""

import html
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import BaseLoader, Environment

import kyc
from kyc.access import Role
from kyc.lifecycle import Status
from kyc.models import VerificationSession
from kyc.policy.rights import Right
from kyc.web.languages import LANGUAGES
from tests.web.people import Browser, Customer
from tests.web.test_desk_acts import asked, made
from tests.web.test_rights_page import RIGHTS_PAGE, ask, prove
from tests.web.world import World

CATALOGUES = Path(kyc.__file__).parent / "translations"
TEMPLATES = Path(kyc.__file__).parents[1] / "templates"
Visit = tuple[Browser, str]


class Noting(BaseLoader):
    """A loader that notes which templates were asked of the one behind it."""

    def __init__(self, behind: BaseLoader) -> None:
        self.behind = behind
        self.names: set[str] = set()

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        self.names.add(template)
        return self.behind.get_source(environment, template)


@pytest.fixture(scope="module")
def noted(shared_world: World) -> Noting:
    environment = shared_world.app.jinja_env
    assert environment.loader is not None
    environment.loader = noting = Noting(environment.loader)
    return noting


@pytest.fixture(scope="module")
def visits(
    shared_world: World, noted: Noting, tmp_path_factory: pytest.TempPathFactory
) -> list[Visit]:
    """Each of the customer's pages in each of its states, with a browser that may see it."""
    world, directory = shared_world, tmp_path_factory.mktemp("bundles")
    first = [*open_pages(world), *upload_pages(world), *last_pages(world)]
    return [*first, *rights_pages(world, directory)]


def open_pages(world: World) -> Iterator[Visit]:
    stranger, beginner = world.browser(), world.customer()
    for path in ("/", "/receipts", "/resume", "/v/unknown", "/no-such-page"):
        yield stranger, path
    beginner.start()
    yield beginner.browser, "/verify/details"
    linked = world.customer().ready_to_upload()
    yield stranger, f"/v/{link_of(linked)}"
    yield linked.browser, "/verify/document"
    yield linked.browser, "/verify/item/document_front"
    first = world.customer().ready_to_upload()
    first.confirm(first.redacted("document_front"))
    yield first.browser, "/verify/item/selfie_statement"


def upload_pages(world: World) -> Iterator[Visit]:
    for reasons in ((), ("nothing_found", "blurred")):
        some = world.customer().ready_to_upload()
        yield some.browser, f"/verify/uploads/{some.redacted('document_front', *reasons)}"
    working = world.customer().ready_to_upload()
    yield working.browser, f"/verify/uploads/{working.sent('document_front')}"
    gone = world.customer().ready_to_upload()
    upload = gone.redacted("document_front")
    gone.browser.post(f"/verify/uploads/{upload}/discard")
    yield gone.browser, f"/verify/uploads/{upload}"


def last_pages(world: World) -> Iterator[Visit]:
    done = world.customer().ready_to_submit()
    yield done.browser, "/verify/submit"
    yield done.browser, f"/verify/uploads/{done.uploads['document_front']}"
    for status in Status:
        some = world.customer()
        some.submitted()
        with world.runtime.transaction() as db:
            db.get_one(VerificationSession, some.session_id).status = status
        yield some.browser, "/verify/status"


def rights_pages(world: World, directory: Path) -> Iterator[Visit]:
    unproven, asking, answered = (world.customer() for _ in range(3))
    for customer in (unproven, asking, answered):
        customer.submitted()
    yield unproven.browser, RIGHTS_PAGE
    for customer in (asking, answered):
        prove(world, customer)
    yield from ((asking.browser, f"{RIGHTS_PAGE}/ask/{right}") for right in Right)
    ask(answered, Right.CORRECTION, surname="Tammik")
    copy = asked(world, answered, Right.ACCESS)
    officer, senior = world.signed_out(Role.PRIVACY), world.signed_out(Role.SENIOR)
    for colleague in (officer, senior):
        colleague.sign_in()
    bundle = made(world, officer, copy, directory)
    senior.browser.post(f"/staff/desk/bundles/{bundle}/release")
    for customer in (asking, answered):  # what is told once was told before the language changes
        customer.browser.get(RIGHTS_PAGE)
    yield answered.browser, RIGHTS_PAGE


def browser_of(path: str, visits: list[Visit]) -> Browser:
    return next(browser for browser, visited in visits if visited == path)


def link_of(customer: Customer) -> str:
    return customer.world.link_token(customer.session_id, timedelta(hours=1))


def english(code: str) -> list[str]:
    """The longer sentences that are written differently in this language."""
    with (CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    found = (m.id for m in catalogue if isinstance(m.id, str) and m.id != m.string)
    return [text for text in found if len(text) > 14 and "%(" not in text]


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_every_page_is_wholly_in_the_language(code: str, visits: list[Visit]) -> None:
    left_english = english(code)
    assert len(left_english) > 200
    for browser, path in visits:
        answer = browser.get(f"{path}?lang={code}")
        text = " ".join(html.unescape(answer.text).split())
        assert answer.status_code in {200, 404}, path
        assert f'<html lang="{code}">' in text, path
        assert [left for left in left_english if left in text] == [], path


def test_all_of_the_customers_templates_are_among_the_pages(
    visits: list[Visit], noted: Noting
) -> None:
    for browser, path in visits:
        browser.get(path)
    browser_of("/verify/document", visits).post("/verify/device")
    ours = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("customer/*.html")}
    assert ours - noted.names == set()
