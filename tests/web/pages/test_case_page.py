"""Owns the case page's promises: locks, keys, viewers, the loss of a claim."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='1000' height='640'/>"


def picture(kind: str, number: int) -> dict[str, Any]:
    return {
        "artifact_id": f"art_{number}",
        "upload_id": f"u{number}",
        "kind": kind,
        "title": kind.replace("_", " "),
        "url": f"/picture{number}",
        "cover_url": "/cover",
        "width": 1000,
        "height": 640,
        "quarantined": False,
        "status": "ready",
        "reasons": [],
    }


def reason(
    code: str, label: str, item: str, retryable: str = "yes", needs_message: str = ""
) -> dict[str, str]:
    told = {
        "needs_message": needs_message,
        "passes_on": "",
        "item_title": item or "Anything else",
        "text": f"We say: {code}.",
    }
    return {"code": code, "label": label, "item": item, "retryable": retryable, **told}


class Field:
    def __init__(self, choices: list[SimpleNamespace] | None = None) -> None:
        self.choices = choices or []
        self.data = None


class DecisionForm(dict[str, Any]):
    errors: dict[str, list[str]] = {}  # noqa: RUF012  # a stand-in for a form without errors
    outcome = Field(
        [
            SimpleNamespace(value="approve", label="Approve"),
            SimpleNamespace(value="request_input", label="Ask again"),
            SimpleNamespace(value="reject", label="Reject"),
            SimpleNamespace(value="escalate", label="To a senior"),
        ]
    )
    check = reason = note = message = Field()


@pytest.fixture
def page(site: Any, moment: datetime) -> Page:
    for number in (1, 2, 3):
        site.answers[f"/picture{number}"] = lambda route, _: route.fulfill(
            body=PICTURE, content_type="image/svg+xml"
        )
    kinds = ["document_front", "document_back", "selfie_statement"]
    context: dict[str, Any] = {
        "case": {
            "id": "c",
            "reference": "V-1",
            "version": 7,
            "status": "processing",
            "claimed_until": moment + timedelta(minutes=30),
            "held_until": None,
            "mine": True,
            "submitted_at": moment,
            "attempt": 1,
        },
        "details": [("Name", "Mari Specimen")],
        "statement": {"lines": ["Only for us", "Code KRUMEL"], "code": "KRUMEL"},
        "images": [picture(kind, number) for number, kind in enumerate(kinds, start=1)],
        "facts": [("Check digits", "agree", "ok")],
        "corrections": [],
        "likeness": [
            {
                "label": "Same file",
                "count": "1",
                "cases": [{"reference": "V-2", "url": "/v2"}],
                "is_hit": True,
            }
        ],
        "checklist": [{"key": "a", "label": "Not expired"}, {"key": "b", "label": "Readable"}],
        "form": DecisionForm(items=Field()),
        "reasons": [
            reason("blurred", "It is blurred", "document_front"),
            reason("forged", "It looks forged", "document_front", retryable=""),
            reason("paper", "The paper is cut off", "selfie_statement"),
            reason("name", "The name differs", ""),
            reason("other", "Something else", "", needs_message="yes"),
            reason("unsure", "Unsure of the stamp", "", retryable="") | {"passes_on": "yes"},
        ],
        "notes_for": ["escalate"],
        "dates": {
            "held_until": None,
            "restricted": False,
            "under_order": False,
            "coming": [],
            "gone": [],
        },
        "restricted": False,
        "history": [{"at": moment, "text": "Sent", "asked": ["Front of the document"]}],
        "preview": None,
        "preview_url": "/preview",
        "take_back": None,
        "decide_url": "/decide",
        "release_url": "/release",
        "heartbeat_url": "/heartbeat",
    }
    told = {"language": "en", "subject": "We need more", "body": "Good day", "page": ["Blurred."]}
    site.previews = site.answer_json("/preview", told)
    site.page.clock.install(time=moment)
    opened: Page = site.open("staff/case.html", context)
    return opened


def test_approve_is_locked_until_everything_is_ticked(page: Page) -> None:
    approve = page.get_by_role("radio", name="Approve")
    expect(approve).to_be_disabled()
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(approve).to_be_enabled()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_enabled()


def test_taking_a_tick_back_takes_the_approval_back(page: Page) -> None:
    for key in ("1", "2", "a", "2"):
        page.keyboard.press(key)
    expect(page.get_by_role("radio", name="Approve")).not_to_be_checked()
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_disabled()


def test_asking_again_needs_an_item_and_a_reason_of_that_item(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_disabled()
    page.get_by_role("checkbox", name="document front").check()
    assert not page.get_by_text("The paper is cut off").is_visible()
    assert not page.get_by_text("It looks forged").is_visible()
    page.get_by_role("checkbox", name="It is blurred").check()
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_enabled()


def test_the_decision_carries_its_version_and_only_what_was_chosen(site: Any, page: Page) -> None:
    seen = site.answer_json("/decide", {})
    page.keyboard.press("x")
    page.get_by_role("checkbox", name="The name differs").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/decide")
    assert "version=7" in seen[0].post_data
    assert "outcome=reject" in seen[0].post_data
    assert "reason=name" in seen[0].post_data
    assert "items=" not in seen[0].post_data


def test_single_keys_do_nothing_while_a_field_has_the_focus(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.type("x1 axe")
    assert page.get_by_label("Note for colleagues").input_value() == "x1 axe"
    expect(page.get_by_role("radio", name="Reject")).not_to_be_checked()


def test_single_keys_can_be_turned_off_for_good(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys act").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("x")
    expect(page.get_by_role("radio", name="Reject")).not_to_be_checked()
    page.reload()
    page.keyboard.press("x")
    expect(page.get_by_role("radio", name="Reject")).not_to_be_checked()


def transforms(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        ".viewer:not([hidden]) img", "images => images.map((image) => image.style.transform)"
    )
    return found


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
    return {(1, 0): 0, (0, 1): 1, (-1, 0): 2, (0, -1): 3}[(round(a and a / abs(a)), round(b and b / abs(b)))]


def test_panes_are_dragged_together_and_apart(page: Page) -> None:
    page.keyboard.press("+")
    before = transforms(page)
    drag(page, 40, 25)
    together = transforms(page)
    assert [moved(new, old) for new, old in zip(together, before, strict=True)] == [True, True]
    page.keyboard.press("s")
    drag(page, -30, 10)
    apart = transforms(page)
    assert [moved(new, old) for new, old in zip(apart, together, strict=True)] == [True, False]


def drag(page: Page, dx: int, dy: int) -> None:
    """By the first picture, from its middle."""
    box = page.locator(".viewer-stage:visible").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()


def moved(new: str, old: str) -> bool:
    return new != old


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


def test_a_lost_claim_closes_the_pictures(site: Any, page: Page) -> None:
    site.answer_json("/heartbeat", {"error": {"code": "conflict"}}, status=409)
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("dialog")).to_contain_text("no longer yours")
    assert page.locator("[data-viewers] img").count() == 0


def test_an_outage_does_not_close_the_pictures(site: Any, page: Page) -> None:
    site.answer_json("/heartbeat", {}, status=503)
    page.clock.fast_forward(61_000)
    page.clock.run_for(16_000)
    expect(page.locator("[data-claim]")).to_contain_text("No connection")
    assert page.locator("[data-viewers] img").count() == 3


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


def test_the_wheel_zooms_to_the_pointer(page: Page) -> None:
    stage = page.locator(".viewer-stage:visible").first
    box = stage.bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.4)
    before = point_under(page, *at)
    page.mouse.move(*at)
    page.mouse.wheel(0, -400)
    page.wait_for_function("document.querySelector('[data-view-said]').textContent !== ''")
    after = point_under(page, *at)
    assert all(abs(new - old) < 2 for new, old in zip(after, before, strict=True))


def point_under(page: Page, x: float, y: float) -> tuple[float, float]:
    """Which point of the first picture, in its own pixels, lies there on the screen."""
    found = page.evaluate(
        """([x, y]) => {
          const stage = document.querySelector(".viewer:not([hidden]) [data-stage]");
          const image = stage.querySelector("img");
          const frame = stage.getBoundingClientRect();
          const point = new DOMPoint(x - frame.left, y - frame.top)
            .matrixTransform(new DOMMatrix(image.style.transform).inverse());
          return [point.x, point.y];
        }""",
        [x, y],
    )
    return found[0], found[1]


def test_the_preview_is_what_the_server_says(site: Any, page: Page) -> None:
    page.keyboard.press("x")
    page.get_by_role("checkbox", name="The name differs").check()
    page.clock.run_for(400)
    expect(page.locator("[data-preview-subject]")).to_have_text("We need more")
    expect(page.locator("[data-preview-page]")).to_have_text("Blurred.")
    assert "outcome" in (site.previews[-1].post_data or "")


def test_passing_on_needs_a_note(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_disabled()
    page.keyboard.press("n")
    page.keyboard.type("The stamp looks odd.")
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_enabled()


def test_passing_on_may_say_why_and_has_reasons_of_its_own(site: Any, page: Page) -> None:
    seen = site.answer_json("/decide", {})
    page.keyboard.press("x")
    page.get_by_role("checkbox", name="The name differs").check()
    expect(page.get_by_role("checkbox", name="Unsure of the stamp")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.get_by_role("checkbox", name="The name differs")).to_have_count(0)
    page.get_by_role("checkbox", name="Unsure of the stamp").check()
    page.get_by_label("Note for colleagues").fill("See the corner.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/decide")
    assert "reason=unsure" in seen[0].post_data
    assert "reason=name" not in seen[0].post_data


def test_other_outcomes_need_a_note_where_the_flow_asks_for_one(page: Page) -> None:
    page.eval_on_selector("#decision", "form => form.dataset.notesFor = 'escalate reject'")
    page.keyboard.press("x")
    page.get_by_role("checkbox", name="The name differs").check()
    decide = page.get_by_role("button", name="Decide", exact=True)
    expect(decide).to_be_disabled()
    expect(page.locator("#lock")).to_have_text("Write a note for colleagues")
    page.get_by_label("Note for colleagues").fill("Seen twice.")
    expect(decide).to_be_enabled()


def test_a_reason_that_points_to_the_message_needs_one(page: Page) -> None:
    page.keyboard.press("x")
    page.get_by_role("checkbox", name="Something else").check()
    decide = page.get_by_role("button", name="Decide", exact=True)
    expect(decide).to_be_disabled()
    expect(page.locator("#lock")).to_have_text("This reason needs a message")
    page.get_by_label("Message to the customer").fill("Please call us.")
    expect(decide).to_be_enabled()


def test_m_opens_the_cover_tool_of_the_picture_in_use(page: Page) -> None:
    page.keyboard.press("m")
    page.wait_for_url("**/cover")


def test_the_list_of_keys_names_each_one(page: Page) -> None:
    page.keyboard.press("?")
    listed = page.locator("[data-keys-dialog] kbd").all_inner_texts()
    keys = ["j", "k", "c", "Shift+N", "u", "+", "-", "0", "[", "]", "s", "b", "1", "9", "a", "r"]
    for key in [*keys, "x", "e", "n", "m", "z", "Ctrl+Enter", "Esc"]:
        assert key in listed


def test_a_whole_rejection_is_made_without_a_mouse(site: Any, page: Page) -> None:
    seen = site.answer_json("/decide", {})
    page.keyboard.press("x")
    reason = page.get_by_role("checkbox", name="The name differs")
    for _ in range(60):
        page.keyboard.press("Tab")
        if reason.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.press(" ")
    page.keyboard.press("n")
    page.keyboard.type("Not the same name.")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/decide")
    sent = seen[0].post_data
    assert "outcome=reject" in sent
    assert "reason=name" in sent
    assert "note=Not+the+same+name." in sent
