"""Owns the promise that everybody can use each page: axe-core finds nothing (WCAG 2.2 AA)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser as Chromium

from tests.web.chromium import Visit, Window, opened_window
from tests.web.templates_seen import Noted, all_templates, note_templates
from tests.web.test_templates import SHEETS
from tests.web.tours import Guide, all_tours
from tests.web.world import World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("axe")]

LOOKS = (("light", 1280, False), ("dark", 1280, True), ("light", 390, True), ("dark", 390, False))
"""What a page is made of depends on its width, never on its colours: which are asked for alone
where the width was looked at before or will be.
`test_the_dark_changes_colours_only` holds the sheets to that.
"""
ANOTHER_STATE = (("dark", 390, False),)
"""For a page that is made of nothing but templates of which each was looked at before."""

DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.+?)^\}", re.S | re.M)
LENGTH = re.compile(r"[\d.]+(px|rem|em|%|vh|vw)?$")


@dataclass
class Walk:
    """Leads Chromium along the tours, once each, and writes down what axe-core finds."""

    window: Window
    guide: Guide
    noted: Noted
    found: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def along(self, name: str) -> list[str]:
        if name not in self.found:
            visits = all_tours()[name](self.guide)
            self.found[name] = [line for visit in visits for line in self._wrong(visit)]
        return self.found[name]

    def _wrong(self, visit: Visit) -> Iterator[str]:
        self.noted.begin()
        self.window.open(visit)
        templates = self.noted.keep()
        looks = ANOTHER_STATE if templates <= self.seen else LOOKS
        self.seen |= templates
        for scheme, width, only_colours in looks:
            self.window.look(scheme, width)
            for line in self.window.violations(only_colours=only_colours):
                yield f"{visit} {scheme} {width}: {line}"


@pytest.fixture(scope="module")
def walk(shared_world: World, chromium: Chromium) -> Iterator[Walk]:
    noted = note_templates(shared_world.app)
    with opened_window(shared_world, chromium) as window:
        yield Walk(window, Guide(shared_world), noted)


@pytest.mark.parametrize("name", all_tours())
def test_nothing_is_wrong_on_a_page(walk: Walk, name: str) -> None:
    wrong = walk.along(name)
    assert not wrong, "\n".join(wrong)


def test_every_template_is_looked_at(walk: Walk) -> None:
    """A template that no tour shows needs a line in one of `tests/web/tours_*.py`."""
    for name in all_tours():
        walk.along(name)
    assert all_templates() - walk.noted.looked_at == set()


def test_a_template_that_nobody_was_shown_is_not_taken_to_be_seen(walk: Walk) -> None:
    walk.guide.world.browser().get("/resume")
    walk.noted.begin()
    assert "customer/resume.html" not in walk.noted.now
    walk.guide.world.browser().get("/resume")
    assert walk.noted.now >= {"customer/resume.html", "customer/base.html", "base.html"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_would_find_what_is_wrong(walk: Walk, scheme: str) -> None:
    page = walk.window.page
    walk.window.open(Visit(walk.guide.world.browser(), "/"))
    page.evaluate(
        "document.querySelector('main').innerHTML = '<img src=x><input><p id=p>Hard to read</p>'"
    )
    page.evaluate("document.querySelector('#p').style.color = '#abc'")
    walk.window.look(scheme, 390)
    page.evaluate("document.body.style.background = '#bcd'")
    rules = {line.split(":")[0] for line in walk.window.violations()}
    assert {"image-alt", "label", "page-has-heading-one", "color-contrast"} <= rules
    assert walk.window.violations(only_colours=True) == []  # compared already
    page.evaluate("document.body.style.background = '#acd'")
    told = {line.split(":")[0] for line in walk.window.violations(only_colours=True)}
    assert told == {"color-contrast"}


def test_the_dark_changes_colours_only() -> None:
    """It sets custom properties alone, and none of them is a length."""
    inside = [part for sheet in SHEETS for part in DARK.findall(sheet.read_text(encoding="utf-8"))]
    set_there = [
        line for part in inside for line in re.findall(r"^\s+([\w-]+): (.+);$", part, re.M)
    ]
    assert len(set_there) >= 20
    assert [name for name, _ in set_there if not name.startswith("--")] == []
    assert [name for name, value in set_there if LENGTH.match(value)] == []
