"""Owns the viewers' promises: turn and move, together and apart, and never a former picture."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.case import opened_case, transforms

pytestmark = pytest.mark.browser

DOCUMENT, SELFIE = 0, -1


@pytest.fixture
def page(site: Any, moment: datetime) -> Page:
    return opened_case(site, moment)


def drag(page: Page) -> None:
    box = page.locator(".viewer-stage:visible").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()


def turn(page: Page) -> None:
    page.keyboard.press("]")


def push(page: Page) -> None:
    page.keyboard.press("ArrowLeft")


ACTS = {"rotate": turn, "drag": drag, "arrows": push}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_moves_one_picture_moves_both_until_they_are_apart(
    page: Page, act: Callable[[Page], None]
) -> None:
    page.locator(".viewer-stage:visible").first.focus()
    page.keyboard.press("+")
    before = transforms(page)
    act(page)
    together = transforms(page)
    assert together[DOCUMENT] != before[DOCUMENT]
    assert together[SELFIE] != before[SELFIE]
    page.get_by_role("button", name="Together").click()
    page.locator(".viewer-stage:visible").first.focus()
    act(page)
    apart = transforms(page)
    assert apart[DOCUMENT] != together[DOCUMENT]
    assert apart[SELFIE] == together[SELFIE]


def test_four_turns_are_none(page: Page) -> None:
    before = transforms(page)
    for _ in range(4):
        page.keyboard.press("[")
    assert transforms(page) == before
    page.keyboard.press("[")
    page.keyboard.press("]")
    assert transforms(page) == before


def test_the_brightness_of_one_picture_is_its_own_when_they_are_apart(page: Page) -> None:
    page.keyboard.press("s")
    page.locator(".viewer-stage:visible").last.focus()
    page.keyboard.press("b")
    filters = page.eval_on_selector_all(
        ".viewer:not([hidden]) img", "images => images.map((image) => image.style.filter)"
    )
    assert filters[DOCUMENT] != filters[SELFIE]


def test_each_frame_names_the_very_picture_that_it_shows(page: Page) -> None:
    frames = page.locator("figure[data-artifact]")
    assert frames.count() == 3
    for frame in frames.all():
        artifact = frame.get_attribute("data-artifact")
        assert artifact is not None
        assert frame.locator(".viewer-id").text_content() == artifact
        number = artifact.removeprefix("art_")
        assert frame.locator("img").get_attribute("src") == f"/picture{number}"


def test_the_magnifier_lies_under_the_pointer_over_that_picture(page: Page) -> None:
    for stage, number in ((0, 1), (-1, 3)):
        page.locator(".viewer-stage:visible").nth(stage).hover()
        page.keyboard.down(" ")
        glass = page.locator(".magnifier")
        expect(glass).to_be_visible()
        picture = glass.evaluate("one => one.parentElement.querySelector('img').src")
        assert picture.endswith(f"/picture{number}")
        middle, of_stage = glass.bounding_box(), page.locator(".viewer-stage:visible").nth(stage)
        box = of_stage.bounding_box()
        assert middle is not None
        assert box is not None
        assert abs(middle["x"] + middle["width"] / 2 - box["x"] - box["width"] / 2) < 3
        assert abs(middle["y"] + middle["height"] / 2 - box["y"] - box["height"] / 2) < 3
        page.keyboard.up(" ")


def test_the_decision_bar_stays_in_view(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    bar = page.get_by_role("region", name="Decide")
    for at in (0, 400, 100_000):
        page.evaluate("y => scrollTo(0, y)", at)
        page.eval_on_selector_all(
            ".pane", "(panes, y) => panes.map((one) => one.scrollTo(0, y))", at
        )
        expect(bar).to_be_in_viewport(ratio=1)


def test_single_keys_do_nothing_with_a_modifier_or_an_open_dialog(page: Page) -> None:
    reject = page.get_by_role("radio", name="Reject")
    for modifier in ("Control", "Alt", "Meta"):
        page.keyboard.press(f"{modifier}+e")
        expect(page.get_by_role("radio", name="To a senior")).not_to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("x")
    expect(reject).not_to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(reject).to_be_checked()


def test_escape_cancels_what_was_chosen(page: Page) -> None:
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(page.get_by_role("radio", name="Reject")).not_to_be_checked()
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_disabled()


def test_u_gives_the_case_back(site: Any, page: Page) -> None:
    seen = site.answer_json("/release", {})
    page.keyboard.press("u")
    page.wait_for_url("**/release")
    assert seen[0].method == "POST"


def test_a_whole_approval_is_made_without_a_mouse(site: Any, page: Page) -> None:
    seen = site.answer_json("/decide", {})
    for key in ("1", "2", "a", "Control+Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/decide")
    assert "outcome=approve" in seen[0].post_data
    assert re.findall(r"check=(\w+)", seen[0].post_data) == ["a", "b"]


def test_no_sign_of_life_is_sent_while_nobody_sees_the_page(site: Any, page: Page) -> None:
    beats = site.answer_json("/heartbeat", {"until": "2026-07-01T10:00:00+00:00"})
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.run_for(180_000)
    assert beats == []
    page.evaluate("delete document.hidden")
    page.clock.run_for(6_000)
    page.wait_for_timeout(100)
    assert len(beats) == 1
