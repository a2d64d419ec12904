"""Owns the page of statistics: plots that can be read without seeing them, and no ranking."""

import json
import re

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.models import FlowVersion
from kyc.policy.checklist import KEYS
from kyc.policy.flow import make_flow, shipped_flow
from tests.web.people import Colleague
from tests.web.world import World

PAGE = "/staff/statistics"


@pytest.fixture
def judged(world: World, reviewer: Colleague) -> None:
    for fields in ({"check": sorted(KEYS)}, {"outcome": "reject", "reason": ["document_expired"]}):
        case = world.customer().submitted()
        world.clock.passes(minutes=3)
        reviewer.claim(case)
        reviewer.settled(case, **fields)


def test_it_says_that_there_is_nothing_to_count_yet(world: World) -> None:
    page = world.colleague(Role.SENIOR).browser.get(PAGE).text
    assert "Nothing to count yet" in page
    assert '<svg class="chart"' not in page


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("role", [Role.SENIOR, Role.PRIVACY])
def test_each_plot_has_a_name_and_the_table_behind_it(world: World, role: Role) -> None:
    page = world.colleague(role).browser.get(PAGE).text
    plots = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert len(plots) == 5
    for plot in plots:
        names = re.findall(r'aria-labelledby="(\S+) (\S+)"', plot)[0]
        assert all(f'id="{name}"' in plot for name in names)
        assert "<title" in plot
        assert "style=" not in plot
    assert page.count("<table") == 5
    assert re.search(r'<th scope="row">Document expired</th>\s*<td class="number">1</td>', page)
    assert "3 min 0 s (2)" in page


@pytest.mark.usefixtures("judged")
def test_time_for_a_case_is_a_plot_beside_its_table(world: World) -> None:
    page = world.colleague(Role.SENIOR).browser.get(PAGE).text
    part = page.partition('aria-labelledby="roles"')[2]
    assert "Median time for a case</title>" in part
    assert part.index("<svg") < part.index("<table")
    assert "Reviewers" in part


def test_agreement_is_a_plot_of_percents_with_its_table(world: World, reviewer: Colleague) -> None:
    senior = world.colleague(Role.SENIOR)
    look_twice(world)
    for outcome in ({"check": sorted(KEYS)}, {"outcome": "reject", "reason": ["document_expired"]}):
        case = world.customer().submitted()
        reviewer.claim(case)
        reviewer.settled(case, check=sorted(KEYS))
        senior.claim(case)
        senior.settled(case, **outcome)
    page = senior.browser.get(PAGE).text
    part = page.partition('aria-labelledby="agreement"')[2].partition("</section>")[0]
    half = re.search(r'<rect class="chart-bar"[^>]*width="([0-9.]+)"', part)
    assert half is not None
    assert float(half[1]) == 180  # of the 360 units that a hundred percent have
    assert re.search(r'<th scope="row">Approved</th>\s*<td class="number">1 of 2</td>', part)
    assert "1 (50 %)" in part


def look_twice(world: World) -> None:
    raw = json.loads(shipped_flow().body)
    raw["four_eyes"] |= {"mode": "always"}
    with world.runtime.transaction() as db:
        db.execute(update(FlowVersion).values(body=make_flow(raw, 1).body))


@pytest.mark.usefixtures("judged")
def test_it_names_nobody(world: World) -> None:
    page = world.colleague(Role.PRIVACY).browser.get(PAGE).text
    assert "Reviewers" in page
    assert "Mari Maasikas" not in page


@pytest.mark.parametrize("days", ["0", "31", "x", "-7"])
def test_it_knows_no_other_span(world: World, days: str) -> None:
    senior = world.colleague(Role.SENIOR)
    assert senior.browser.get(f"{PAGE}?days={days}").status_code == 404
    assert senior.browser.get(f"{PAGE}?days=90").status_code == 200
