"""Owns working the queue without a mouse: move, open, claim, take back, and the countdown."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

pytestmark = pytest.mark.browser

SECONDS_LEFT = re.compile(r"another (\d+) s")


class FilterForm(dict[str, Any]):
    errors: dict[str, list[str]] = {}  # noqa: RUF012  # a stand-in for a form without errors


def select(name: str) -> Any:
    field = SelectField(name, choices=[SelectChoice("", "Any")]).bind(Form(), name)
    field.process(None, "")
    return field


def row(number: int, moment: datetime) -> dict[str, Any]:
    return {
        "id": f"vs_{number}", "url": f"/case{number}", "reference": f"V-{number}",
        "waiting_since": moment, "waiting_minutes": 5, "age": "late", "country": "Estonia",
        "document_type": "Passport", "attempt": 1, "flags": ["Second review"],
        "claimed_by": None, "status": "processing",
    }  # fmt: skip


@pytest.fixture
def page(site: Any, moment: datetime) -> Page:
    names = ["country", "document", "attempt", "flag", "age"]
    context = {
        "tabs": [{"key": "waiting", "label": "Waiting", "count": "1000+", "url": "/q",
                  "active": True}],
        "tab": "waiting",
        "rows": [row(number, moment) for number in range(3)],
        "form": FilterForm({name: select(name) for name in names}),
        "is_filtered": False,
        "all_url": "/q",
        "next_page_url": None,
        "looked_through": None,
        "is_further": False,
        "my_case_url": None,
        "take_back": {"text": "V-9 is rejected.", "url": "/take-back", "seconds": 10,
                      "until": moment + timedelta(seconds=10)},
    }  # fmt: skip
    site.page.clock.install(time=moment)
    opened: Page = site.open("staff/queue.html", context)
    return opened


def seconds_left(page: Page) -> int:
    """The clock of the page runs on beside what the test adds."""
    found = SECONDS_LEFT.search(page.locator("[data-take-back]").inner_text())
    return int(found[1]) if found else 0


def test_a_case_is_reached_and_opened_by_keys(page: Page) -> None:
    for key in ("j", "j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/case1")


@pytest.mark.parametrize("key", ["c", "Shift+N"])
def test_the_next_case_is_claimed_by_a_key(page: Page, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_url("**/review.claim_next")


def test_the_last_verdict_is_taken_back_by_a_key(page: Page) -> None:
    page.keyboard.press("z")
    page.wait_for_url("**/take-back")


def test_the_countdown_ends_with_the_offer(page: Page) -> None:
    bar = page.locator("[data-take-back]")
    expect(bar).to_contain_text(SECONDS_LEFT)
    first = seconds_left(page)
    assert 0 < first <= 10
    page.clock.run_for(3_000)
    assert seconds_left(page) <= first - 3
    page.clock.run_for(10_500)
    expect(bar).to_contain_text("It has taken effect.")
    expect(bar.get_by_role("button")).to_have_count(0)


def test_keys_leave_a_filter_alone(page: Page) -> None:
    page.get_by_label("country").focus()
    page.keyboard.press("c")
    page.keyboard.press("j")
    expect(page.get_by_label("country")).to_be_focused()
