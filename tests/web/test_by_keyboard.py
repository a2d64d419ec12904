"""Owns the promise that a reviewer's whole job is done without a mouse, and that focus is seen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kyc.access import Role
from kyc.audit import Action
from kyc.policy.checklist import KEYS
from tests.ports import free_port
from tests.web.chromium import served
from tests.web.people import PASSWORD, Colleague
from tests.web.world import World

pytestmark = pytest.mark.browser

SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
MOST_STOPS = 140
NEVER_A_MOUSE = "addEventListener('pointerdown', () => { throw Error('a mouse') }, true)"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def here(a_world: Callable[..., World], port: int) -> World:
    return a_world(base_url=f"http://localhost:{port}", security_keys="allowed")


@pytest.fixture
def page(chromium: Browser, here: World, port: int) -> Iterator[Page]:
    """At the sign-in, with a clock that agrees with the server's."""
    complaints: list[str] = []
    with served(here, port) as address:
        made = chromium.new_page(viewport={"width": 1280, "height": 900})
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.clock.install(time=here.clock())
        made.add_init_script(NEVER_A_MOUSE)
        made.goto(f"{address}/staff/sign-in")
        yield made
        made.close()
    assert complaints == []


def tab_to(page: Page, wanted: Locator) -> None:
    """Goes on by Tab alone until it is reached; wherever the focus stops on the way, it is seen."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"not reached by Tab: {wanted}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def sign_in(page: Page, colleague: Colleague) -> None:
    tab_to(page, page.get_by_label("Sign-in name"))
    page.keyboard.type(colleague.login)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/second-factor")
    colleague.world.clock.passes(seconds=60)
    tab_to(page, page.get_by_label("Code"))
    page.keyboard.type(colleague.code())
    press(page, "Enter")
    page.wait_for_url(lambda url: "second-factor" not in url)


def tick_all(page: Page) -> None:
    """Nine of them have keys of their own; the others are reached by Tab."""
    press(page, *"123456789")
    boxes = page.locator(".checks input[type=checkbox]")
    assert boxes.count() == len(KEYS)
    for place in range(9, boxes.count()):
        tab_to(page, boxes.nth(place))
        press(page, " ")


@pytest.fixture
def case(here: World) -> str:
    return here.customer().submitted()


@pytest.fixture
def reviewer(here: World, page: Page, case: str) -> Colleague:
    """Signed in by keys, with the case claimed by one."""
    colleague = here.signed_out(Role.REVIEWER)
    sign_in(page, colleague)
    if not page.url.endswith("/queue"):
        tab_to(page, page.get_by_role("link", name="Queue").first)
        press(page, "Enter")
        page.wait_for_url("**/queue")
    press(page, "c")
    page.wait_for_url(f"**/cases/{case}")
    return colleague


def verdict(world: World, case: str) -> str:
    world.settle()
    return str(world.session(case).status)


@pytest.mark.usefixtures("reviewer")
def test_a_case_is_looked_at_and_approved_by_keys(here: World, page: Page, case: str) -> None:
    stages = page.locator(".viewer-stage:visible")
    for place in range(stages.count()):
        tab_to(page, stages.nth(place))
        before = stages.nth(place).locator("img").get_attribute("style")
        press(page, "+", "]", "ArrowRight", "b")
        assert stages.nth(place).locator("img").get_attribute("style") != before
        page.keyboard.down(" ")
        expect(stages.nth(place).locator(".magnifier")).to_be_visible()
        page.keyboard.up(" ")
    tick_all(page)
    press(page, "a", "Control+Enter")
    page.wait_for_url("**/queue")
    assert verdict(here, case) == "verified"


@pytest.mark.usefixtures("reviewer")
def test_something_is_asked_for_again_and_taken_back_by_keys(
    here: World, page: Page, case: str
) -> None:
    press(page, "r")
    tab_to(page, page.locator("input[name=items][value=selfie_statement]"))
    press(page, " ")
    tab_to(page, page.locator("[data-reason-of=selfie_statement]:visible input").first)
    press(page, " ")
    tab_to(page, page.get_by_label("Message to the customer"))
    page.keyboard.type("Please use a thicker pen.")
    press(page, "Escape", "Control+Enter")
    page.wait_for_url("**/queue")
    press(page, "z")
    page.wait_for_url(f"**/cases/{case}")
    expect(page.get_by_label("Message to the customer")).to_have_value("Please use a thicker pen.")
    press(page, "Control+Enter")
    page.wait_for_url("**/queue")
    assert verdict(here, case) == "requires_input"
    assert len(here.events(Action.STAFF_VERDICT_TAKEN_BACK)) == 1


@pytest.mark.usefixtures("reviewer")
def test_more_is_covered_and_the_case_released_by_keys(here: World, page: Page, case: str) -> None:
    press(page, "m")
    page.wait_for_url("**/cover")
    tab_to(page, page.get_by_role("button", name="Add a black box"))
    press(page, "Enter")
    expect(page.locator(".mask-box")).to_be_focused()
    before = page.locator(".mask-box").bounding_box()
    press(page, "ArrowRight", "ArrowDown", "Shift+ArrowRight")
    assert page.locator(".mask-box").bounding_box() != before
    tab_to(page, page.get_by_role("button", name="Cover these for good"))
    press(page, "Enter")
    page.wait_for_url(f"**/cases/{case}")
    press(page, "u")
    page.wait_for_url("**/queue")
    assert here.rows()["claim"] == 0
    assert len(here.events(Action.STAFF_ARTIFACT_COVERED)) == 1


@pytest.mark.usefixtures("reviewer")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_can_be_on_a_case(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    press(page, "x")
    seen = set()
    for _ in range(MOST_STOPS):
        press(page, "Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.add(page.evaluate("document.activeElement.outerHTML"))
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
    assert len(seen) > 40


@pytest.mark.usefixtures("reviewer")
def test_a_case_stands_still_for_who_asks_for_stillness(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    press(page, "r", "+")
    moving = "document.getAnimations().filter(one => one.playState === 'running').length"
    assert page.evaluate(moving) == 0
