"""Owns the locked page's promises: nothing can be seen, nothing is lost, the factor opens it."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: Any, moment: datetime) -> Page:
    """A page of the console with a field in it; the server's answers are the test's."""
    site.page.clock.install(time=moment)
    context = {
        "image": {"title": "Front", "url": "/picture", "width": 100, "height": 64},
        "cover_url": "/cover",
        "case_url": "/case",
    }
    site.answers["/picture"] = lambda route, _: route.fulfill(
        body="<svg xmlns='http://www.w3.org/2000/svg' width='100' height='64'/>",
        content_type="image/svg+xml",
    )
    opened: Page = site.open("staff/cover.html", context)
    opened.evaluate(
        "document.querySelector('main').append(document.createElement('textarea'));"
        "document.querySelector('textarea').value = 'half a thought'"
    )
    return opened


def leave_alone(page: Page, minutes: int) -> None:
    page.clock.run_for(minutes * 60_000)


def lock(page: Page) -> Any:
    return page.locator("dialog[data-lock]")


def test_it_locks_when_nobody_touches_it(site: Any, page: Page) -> None:
    told = site.answer_json("/staff.lock", {"locked": True})
    leave_alone(page, 9)
    expect(lock(page)).not_to_be_visible()
    leave_alone(page, 2)
    expect(lock(page)).to_be_visible()
    assert len(told) == 1
    assert told[0].headers["x-csrftoken"] == "token"


def test_a_locked_page_shows_nothing(site: Any, page: Page) -> None:
    site.answer_json("/staff.lock", {"locked": True})
    assert page.locator("main img").first.is_visible()
    leave_alone(page, 11)
    for hidden in ("main", "main img", "header"):
        assert not page.locator(hidden).first.is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(lock(page)).to_be_visible()


def test_it_does_not_lock_while_somebody_types(site: Any, page: Page) -> None:
    told = site.answer_json("/staff.awake", {"awake": True})
    for _ in range(6):
        page.locator("textarea").press("a")
        leave_alone(page, 4)
    expect(lock(page)).not_to_be_visible()
    assert 5 <= len(told) <= 7


def test_it_tells_nothing_while_nobody_touches_it(site: Any, page: Page) -> None:
    told = site.answer_json("/staff.awake", {"awake": True})
    leave_alone(page, 9)
    assert told == []


def test_the_factor_opens_it_and_nothing_is_lost(site: Any, page: Page) -> None:
    site.answer_json("/staff.lock", {"locked": True})
    sent = site.answer_json("/staff.confirm", {"unlocked": True})
    leave_alone(page, 11)
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Unlock").click()
    expect(lock(page)).not_to_be_visible()
    assert page.locator("textarea").input_value() == "half a thought"
    assert page.locator("main img").first.is_visible()
    assert "factor_code=123456" in sent[0].post_data


@pytest.mark.parametrize(
    ("status", "said"),
    [(422, "That was not right"), (429, "Too many tries"), (401, "Your session has ended")],
)
def test_what_is_refused_leaves_it_locked(site: Any, page: Page, status: int, said: str) -> None:
    site.answer_json("/staff.lock", {"locked": True})
    site.answer_json("/staff.confirm", {"error": {}}, status=status)
    leave_alone(page, 11)
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Unlock").click()
    expect(lock(page).get_by_role("alert")).to_contain_text(said)
    assert not page.locator("main").is_visible()


def test_a_server_that_has_locked_locks_the_page(site: Any, page: Page) -> None:
    site.answer_json("/staff.awake", {"error": {"code": "locked"}}, status=401)
    leave_alone(page, 2)
    page.locator("textarea").press("a")
    page.clock.run_for(3_000)
    expect(lock(page)).to_be_visible()
