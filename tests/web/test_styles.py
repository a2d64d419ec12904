"""Owns what people see whatever their eyes: focus, contrast, stillness, the dark, a narrow page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from kyc.access import Role
from tests.web.chromium import Visit, Window, opened_window
from tests.web.world import World

pytestmark = pytest.mark.browser

PAGES = ("/", "/staff/admin/flows/new", "/staff/people")

FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.tagName, style.outlineStyle, parseFloat(style.outlineWidth),
          style.boxShadow];
}"""

SHADES = """name => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return found;
}"""

MOVING = """() => [...document.querySelectorAll("*")].filter(element => {
  const style = getComputedStyle(element);
  const spans = `${style.transitionDuration},${style.animationDuration}`.split(",");
  return spans.some(span => parseFloat(span) > 0.001);
}).map(element => element.outerHTML.slice(0, 80))"""


@pytest.fixture
def window(shared_world: World, chromium: Chromium) -> Iterator[Window]:
    with opened_window(shared_world, chromium) as made:
        yield made


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, shared_world: World, window: Window) -> Page:
    administered = request.param.startswith("/staff")
    colleague = shared_world.colleague(Role.ADMINISTRATOR) if administered else None
    browser = colleague.browser if colleague else shared_world.browser()
    window.open(Visit(browser, request.param))
    return window.page


def light(shade: list[float]) -> float:
    """Relative luminance, as WCAG 2.2 defines it for sRGB."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4
             for c in shade]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(page: Page, one: str, other: str) -> float:
    shades = sorted(light(page.evaluate(SHADES, name)) for name in (one, other))
    return (shades[1] + 0.05) / (shades[0] + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_is_reached_by_the_keyboard_shows_it(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for _ in range(12):
        page.keyboard.press("Tab")
        tag, style, width, shadow = page.evaluate(FOCUS)
        if tag == "BODY":
            break
        assert (style not in {"none", "hidden"} and width >= 2) or shadow != "none", tag


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_every_ground(
    shared_world: World, window: Window, scheme: str
) -> None:
    window.open(Visit(shared_world.browser(), "/"))
    window.look(scheme, 1280)
    inks = ("--ink", "--ink-soft", "--accent", "--good", "--warn", "--bad")
    for ground in ("--paper", "--surface", "--sunken"):
        assert [ink for ink in inks if contrast(window.page, ink, ground) < 4.5] == [], ground
        assert contrast(window.page, "--line-strong", ground) >= 3, ground


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_badges_and_notes_can_be_read(shared_world: World, window: Window, scheme: str) -> None:
    window.open(Visit(shared_world.browser(), "/"))
    window.look(scheme, 390)
    for name in ("good", "warn", "bad", "accent"):
        for ink in (f"--{name}", "--ink"):
            assert contrast(window.page, ink, f"--{name}-soft") >= 4.5, (ink, name)


def test_nothing_moves_for_who_asks_for_stillness(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == []


def test_the_page_is_dark_for_who_asks_for_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    bright = light(page.evaluate(SHADES, "--bs-body-bg"))
    page.emulate_media(color_scheme="dark")
    assert bright > 0.8
    assert light(page.evaluate(SHADES, "--bs-body-bg")) < 0.05
    body = (
        "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0,3).map(Number)"
    )
    assert light(page.evaluate(body)) < 0.05


def test_a_narrow_page_scrolls_one_way_only(page: Page) -> None:
    """WCAG 1.4.10: tables scroll in their own frames."""
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
