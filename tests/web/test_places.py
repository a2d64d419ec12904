"""Owns the promise that the console always says in which of its places one is."""

import re
from html import unescape

import pytest

from kyc.access import Role
from tests.web.world import World

CURRENT = re.compile(r'<a href="[^"]+"\s+aria-current="(\w+)"\s*>([^<]+)</a>')


@pytest.mark.parametrize(
    ("role", "path", "found"),
    [
        (Role.SENIOR, "/staff/queue", [("page", "Queue")]),
        (Role.SENIOR, "/staff/statistics", [("page", "Statistics")]),
        (Role.SENIOR, "/staff/looks", [("page", "Looks")]),
        (Role.SENIOR, "/staff/account", []),
        (Role.PRIVACY, "/staff/statistics", [("page", "Statistics")]),
        (Role.PRIVACY, "/staff/holds/orders", [("true", "Holds")]),
        (Role.PRIVACY, "/staff/retention/relationships", [("true", "Retention")]),
        (Role.ADMINISTRATOR, "/staff/admin/flows/1", [("true", "Administration")]),
        (Role.ADMINISTRATOR, "/staff/admin/settings", [("true", "Administration")]),
    ],
)
def test_one_place_is_marked(
    shared_world: World, role: Role, path: str, found: list[tuple[str, str]]
) -> None:
    answer = shared_world.colleague(role).browser.get(path)
    assert answer.status_code == 200
    assert _marked(answer.text) == found


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.AUDITOR, Role.ADMINISTRATOR])
def test_the_first_page_leads_to_every_place_of_the_bar(shared_world: World, role: Role) -> None:
    page = shared_world.colleague(role).browser.get("/staff/").text
    bar, listed = _links(page, "staff-nav"), _links(page, "place-list")
    assert len(bar) > 1
    assert bar == listed


def test_a_case_belongs_to_the_queue(world: World) -> None:
    case = world.customer().submitted()
    page = world.colleague(Role.REVIEWER).browser.get(f"/staff/cases/{case}").text
    assert _marked(page) == [("true", "Queue")]


def _links(page: str, name: str) -> set[str]:
    part = page.partition(f'<ul class="{name}">')[2].partition("</ul>")[0]
    return set(re.findall(r'href="([^"]+)"', part))


def _marked(page: str) -> list[tuple[str, str]]:
    nav = page.partition('<ul class="staff-nav">')[2].partition("</ul>")[0]
    return [(mark, unescape(text)) for mark, text in CURRENT.findall(nav)]
