"""Owns the mask editor's promises: by mouse, finger and keyboard, in the picture's own pixels."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 1000, 640


@pytest.fixture
def saved() -> list[Any]:
    return []


@pytest.fixture
def page(site: Any, steps: list[dict[str, str]], saved: list[Any]) -> Page:
    site.answers["/picture.png"] = lambda route, _: route.fulfill(
        body=b"<svg xmlns='http://www.w3.org/2000/svg' width='1000' height='640'/>",
        content_type="image/svg+xml",
    )

    def cover(route: Any, request: Any) -> None:
        saved.append((request.post_data_json, request.headers.get("x-csrftoken")))
        route.fulfill(body='{"next": "/elsewhere"}', content_type="application/json")

    site.answers["/cover"] = cover
    upload = {
        "id": "u",
        "kind": "document_front",
        "title": "Front",
        "state": "ready",
        "reasons": [],
        "image_url": "/picture.png",
        "width": WIDTH,
        "height": HEIGHT,
    }
    urls = {"cover_url": "/cover", "confirm_url": "/confirm", "discard_url": "/discard"}
    opened: Page = site.open("customer/upload.html", {"upload": upload, "steps": steps, **urls})
    return opened


@pytest.fixture
def boxes(page: Page, saved: list[Any]) -> Callable[[], list[dict[str, int]]]:
    """Presses the button that sends the boxes and returns what was sent."""

    def send() -> list[dict[str, int]]:
        with page.expect_navigation():
            page.get_by_role("button", name="Cover these for good").click()
        content, token = saved[-1]
        assert token == "token"
        found: list[dict[str, int]] = content["boxes"]
        return found

    return send


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one point to another, both as shares of the picture."""
    frame = page.locator("[data-mask-stage]").bounding_box()
    assert frame is not None
    at = [
        (frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)
    ]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def test_a_drag_draws_a_box_in_image_pixels(page: Page, boxes: Any) -> None:
    drag(page, (0.2, 0.25), (0.5, 0.75))
    [box] = boxes()
    assert box["x"] == pytest.approx(200, abs=4)
    assert box["y"] == pytest.approx(160, abs=4)
    assert box["width"] == pytest.approx(300, abs=6)
    assert box["height"] == pytest.approx(320, abs=6)


def test_a_box_drawn_past_the_edge_ends_at_the_edge(page: Page, boxes: Any) -> None:
    drag(page, (0.9, 0.9), (1.2, 1.2))
    [box] = boxes()
    assert (box["x"] + box["width"], box["y"] + box["height"]) == (WIDTH, HEIGHT)


def test_a_mere_click_draws_nothing(page: Page) -> None:
    drag(page, (0.5, 0.5), (0.501, 0.501))
    assert page.locator("[data-box]").count() == 0


def test_the_keyboard_adds_moves_and_resizes_a_box(page: Page, boxes: Any) -> None:
    page.get_by_role("button", name="Add a black box").press("Enter")
    before = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    after = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    assert after["x"] > before["x"]
    assert after["width"] == pytest.approx(before["width"], abs=0.5)
    assert after["height"] > before["height"]
    assert len(boxes()) == 1


def test_delete_removes_a_box_and_undo_brings_it_back(page: Page) -> None:
    page.get_by_role("button", name="Add a black box").press("Enter")
    page.keyboard.press("Delete")
    assert page.locator("[data-box]").count() == 0
    page.get_by_role("button", name="Undo").click()
    assert page.locator("[data-box]").count() == 1


def test_arrow_keys_never_push_a_box_off_the_picture(page: Page, boxes: Any) -> None:
    page.get_by_role("button", name="Add a black box").press("Enter")
    for key in ["ArrowLeft"] * 80 + ["ArrowUp"] * 80:
        page.keyboard.press(key)
    [box] = boxes()
    assert (box["x"], box["y"]) == (0, 0)


def test_a_box_can_be_dragged_to_another_place(page: Page, boxes: Any) -> None:
    drag(page, (0.1, 0.1), (0.3, 0.3))
    drag(page, (0.2, 0.2), (0.6, 0.6))
    [box] = boxes()
    assert box["x"] == pytest.approx(500, abs=6)
    assert box["width"] == pytest.approx(200, abs=6)


def test_a_tap_moves_the_chosen_box_and_buttons_size_it(page: Page, boxes: Any) -> None:
    drag(page, (0.1, 0.1), (0.3, 0.3))
    drag(page, (0.7, 0.7), (0.7, 0.7))
    page.get_by_role("button", name="Larger box").click()
    [box] = boxes()
    assert box["x"] + box["width"] / 2 == pytest.approx(700, abs=4)
    assert box["width"] == pytest.approx(250, abs=6)


def test_a_picture_with_unsaved_boxes_cannot_be_confirmed(page: Page) -> None:
    drag(page, (0.1, 0.1), (0.3, 0.3))
    page.get_by_role("button", name="Use this picture").click()
    assert page.get_by_role("alert").inner_text().startswith("You have drawn boxes")


def test_boxes_that_could_not_be_saved_stay_on_the_picture(site: Any, page: Page) -> None:
    site.answers["/cover"] = lambda route, _: route.abort("connectionreset")
    drag(page, (0.1, 0.1), (0.3, 0.3))
    page.get_by_role("button", name="Cover these for good").click()
    page.get_by_role("alert").wait_for()
    assert page.locator("[data-box]").count() == 1


def test_each_box_says_where_it_lies(page: Page) -> None:
    drag(page, (0.25, 0.5), (0.5, 0.75))
    label = page.locator("[data-box]").get_attribute("aria-label") or ""
    assert label.startswith("Black box 1: 25 % from the left, 50 % from the top")


def test_undo_skips_a_press_that_changed_nothing(page: Page) -> None:
    drag(page, (0.1, 0.1), (0.3, 0.3))
    drag(page, (0.2, 0.2), (0.2, 0.2))
    page.get_by_role("button", name="Undo").click()
    assert page.locator("[data-box]").count() == 0
