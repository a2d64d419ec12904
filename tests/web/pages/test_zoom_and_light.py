"""Owns how pictures lie in their viewers: zoom to the pointer, turn, light, magnifier, reset."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.case import opened_case, transforms

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: Any, moment: datetime) -> Page:
    return opened_case(site, moment)


def test_viewers_zoom_together_and_apart(page: Page) -> None:
    before = transforms(page)
    page.keyboard.press("+")
    together = transforms(page)
    assert all(new != old for new, old in zip(together, before, strict=True))
    page.keyboard.press("s")
    page.locator(".viewer-stage:visible").last.hover()
    page.keyboard.press("+")
    apart = transforms(page)
    assert apart[0] == together[0]
    assert apart[-1] != together[-1]
    page.keyboard.press("0")
    assert transforms(page)[-1] == before[-1]


def test_a_picture_is_turned_both_ways_and_put_back(page: Page) -> None:
    before = transforms(page)
    page.keyboard.press("]")
    (turned, *_) = transforms(page)
    assert quarter_turns(turned) == 1
    for _ in range(2):
        page.keyboard.press("[")
    assert quarter_turns(transforms(page)[0]) == 3
    page.keyboard.press("0")
    assert transforms(page) == before


def quarter_turns(transform: str) -> int:
    """How often a CSS matrix turns to the right; what lies on its side still fits its stage."""
    a, b = (float(part) for part in transform.removeprefix("matrix(").split(",")[:2])
    return {(1, 0): 0, (0, 1): 1, (-1, 0): 2, (0, -1): 3}[
        (round(a and a / abs(a)), round(b and b / abs(b)))
    ]


def test_the_magnifier_follows_the_pointer_and_enlarges_what_lies_under_it(
    site: Any, page: Page
) -> None:
    stage = page.locator(".viewer-stage:visible").first
    box = stage.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.down(" ")
    for share in (0.5, 0.4, 0.6):
        x, y = box["x"] + box["width"] * share, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        lens = page.locator(".magnifier").bounding_box()
        assert lens is not None
        assert abs(lens["x"] + lens["width"] / 2 - x) < 2
        assert abs(lens["y"] + lens["height"] / 2 - y) < 2
    page.keyboard.up(" ")


def test_the_magnifier_shows_while_space_is_held_and_asks_for_no_picture(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".viewer-stage:visible").first.hover()
    page.keyboard.down(" ")
    expect(page.locator(".magnifier")).to_be_visible()
    page.keyboard.up(" ")
    expect(page.locator(".magnifier")).to_have_count(0)
    assert [url for url in asked if "/picture" in url] == []


def test_a_picture_that_does_not_come_says_so(site: Any, page: Page) -> None:
    site.answers["/picture1"] = lambda route, _: route.fulfill(status=503, body="")
    page.reload()
    expect(page.locator("[data-stage]").first).to_contain_text("could not be opened")


def filters(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        ".viewer:not([hidden]) img", "images => images.map((image) => image.style.filter)"
    )
    return found


def test_brightness_and_contrast_change_apart_and_come_back(page: Page) -> None:
    page.keyboard.press("b")
    page.keyboard.press("Shift+B")
    assert filters(page) == ["brightness(1.35) contrast(1.5)"] * 2
    for _ in range(3):
        page.keyboard.press("b")
        page.keyboard.press("Shift+B")
    assert filters(page) == ["", ""]


def test_fit_puts_the_place_back_and_once_more_the_light(page: Page) -> None:
    before = transforms(page)
    for key in ("b", "Shift+B", "+", "]"):
        page.keyboard.press(key)
    page.keyboard.press("0")
    assert transforms(page) == before
    assert all(filters(page))
    page.keyboard.press("0")
    assert filters(page) == ["", ""]


@pytest.mark.parametrize("place", [0, 1], ids=["across", "upright"])
@pytest.mark.parametrize("share", [0.3, 0.65])
def test_the_wheel_zooms_to_the_pointer(page: Page, place: int, share: float) -> None:
    box = page.locator(".viewer-stage:visible").nth(place).bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] * share, box["y"] + box["height"] * 0.45)
    page.mouse.move(*at)
    said = page.locator("[data-view-said]")
    before = point_under(page, place, *at)
    for turns in (-400, -200, 150):
        last = said.text_content() or "nothing yet"
        page.mouse.wheel(0, turns)
        expect(said).not_to_have_text(last)
        after = point_under(page, place, *at)
        assert all(abs(new - old) < 2 for new, old in zip(after, before, strict=True))


def point_under(page: Page, place: int, x: float, y: float) -> tuple[float, float]:
    """Which point of a picture, in its own pixels, lies there on the screen."""
    found = page.evaluate(
        """([place, x, y]) => {
          const stage = document.querySelectorAll(".viewer:not([hidden]) [data-stage]")[place];
          const image = stage.querySelector("img");
          const frame = stage.getBoundingClientRect();
          const point = new DOMPoint(x - frame.left, y - frame.top)
            .matrixTransform(new DOMMatrix(image.style.transform).inverse());
          return [point.x, point.y];
        }""",
        [place, x, y],
    )
    return found[0], found[1]
