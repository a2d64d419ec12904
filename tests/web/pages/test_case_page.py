"""Owns the case page's promises: locks, keys, viewers, the loss of a claim."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.case import opened_case

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: Any, moment: datetime) -> Page:
    return opened_case(site, moment)


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
