"""Owns proposing and deciding a version of the flow by its pages."""

import json
import re
from html import unescape
from typing import Any

import pytest

from kyc.access import Role
from kyc.audit import OPERATOR
from kyc.flows import flow_in_force
from kyc.flows.changing import propose
from kyc.models import FlowVersion
from kyc.policy.flow import Flow, shipped_flow
from kyc.web.admin.flow_form import FlowForm
from tests.web.people import Colleague
from tests.web.world import World

NEW = "/staff/admin/flows/new"


def filled(world: World, **changes: Any) -> dict[str, Any]:
    """The form as it is shown, with some fields typed over."""
    with world.app.test_request_context(NEW):
        form = FlowForm(formdata=None).fill(json.loads(shipped_flow().body))
        values: dict[str, Any] = {}
        for field in form:
            inner = field.form if hasattr(field, "form") else [field]
            values |= {one.name: one.data for one in inner if one.name != "csrf_token"}
    return values | {name.replace("__", "-"): value for name, value in changes.items()}


@pytest.fixture
def administrators(world: World) -> tuple[Colleague, Colleague]:
    first = world.colleague(Role.ADMINISTRATOR)
    second = world.enrolled(Role.ADMINISTRATOR, "Rein Rand")
    world.clock.passes(minutes=1)
    second.sign_in()
    return first, second


def act(colleague: Colleague, what: str, version: int = 2) -> str:
    answer = colleague.browser.post(f"/staff/admin/flows/{version}/{what}", follow_redirects=True)
    return unescape(answer.text)


def in_force(world: World) -> Flow:
    with world.runtime.reading() as db:
        return flow_in_force(db)


def test_one_proposes_and_another_approves(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    first, second = administrators
    answer = first.browser.post(NEW, filled(world, countries="ee, lv"))
    assert answer.location == "/staff/admin/flows/2"
    page = unescape(first.browser.get(answer.location).text)
    assert "Issuing countries" in page
    assert "<ins>EE, LV</ins>" in page
    assert "/approve" not in page
    assert in_force(world).version == 1
    assert "Approved: verifications begin under it" in act(second, "approve")
    assert in_force(world).countries == {"EE", "LV"}
    assert len(world.events("staff:flow:proposed")) == len(world.events("staff:flow:approved")) == 1


def test_nobody_approves_their_own(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    administrators[0].browser.post(NEW, filled(world, countries="EE"))
    for what in ("approve", "refuse"):
        assert "You proposed it yourself" in act(administrators[0], what)
    assert in_force(world).version == 1


def test_it_can_be_withdrawn_and_refused(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    first, second = administrators
    first.browser.post(NEW, filled(world, countries="EE"))
    assert "Somebody else proposed it" in act(second, "withdraw")
    assert "Withdrawn: nothing changes." in act(first, "withdraw")
    first.browser.post(NEW, filled(world, countries="EE"))
    assert "Refused: nothing changes." in act(second, "refuse", 3)
    assert in_force(world).version == 1


def test_what_came_from_the_command_line_is_approved_here(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    raw = json.loads(shipped_flow().body) | {"countries": ["EE"]}
    with world.runtime.transaction() as db:
        propose(db, raw, by=OPERATOR, now=world.clock())
    page = administrators[0].browser.get("/staff/admin/flows/2").text
    assert "Console" in page
    assert "Approved" in act(administrators[0], "approve")


def test_a_profile_that_hides_less_is_not_proposed_from_the_command_line(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    raw = json.loads(shipped_flow().body) | {"redaction_profile": "aml", "statute": "An act"}
    with world.runtime.transaction() as db:
        propose(db, raw, by=OPERATOR, now=world.clock())
    assert "needs two administrators" in act(administrators[0], "approve")
    assert in_force(world).version == 1


def test_a_profile_that_hides_less_is_warned_of_and_names_its_law(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    first, second = administrators
    answer = first.browser.post(NEW, filled(world, redaction_profile="aml"))
    assert answer.status_code == 422
    assert "name the law that asks for it" in unescape(answer.text)
    first.browser.post(NEW, filled(world, redaction_profile="aml", statute="Money act 9"))
    page = second.browser.get("/staff/admin/flows/2").text
    assert "Copies made under this version show more" in page
    assert "Money act 9" in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"documents": []}, "documents", "Name at least one of"),
        ({"countries": "EE XX"}, "countries", "'XX' is not known."),
        ({"languages": []}, "languages", "Name at least one of"),
        ({"statement": "Only for {business}"}, "statement", "{code} must stand in it once."),
        ({"checklist": "not a key at all"}, "checklist", "Checklist, 1.key: it must be lower-case"),
        ({"percent": "many"}, "percent", "It must be a whole number from 0 to 100."),
        ({"mode": "by_rule"}, "mode", "needs at least one rule"),
        ({"rule_raw__number": "25"}, "rule_raw-number", "At most 24 hours."),
        ({"rule_rejected__legal_basis": ""}, "rule_rejected-legal_basis", "1 to 300 characters."),
        ({"rule_retained__reason": ""}, "rule_retained-reason", "need a reason."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_stays_as_typed(
    world: World, changes: dict[str, Any], field: str, said: str
) -> None:
    colleague = world.colleague(Role.ADMINISTRATOR)
    answer = colleague.browser.post(NEW, filled(world, **changes))
    assert answer.status_code == 422
    page = unescape(answer.text)
    found = re.search(rf'id="{re.escape(field)}-error">(.*?)</p>', page, re.S)
    assert found is not None
    assert said in found[1]
    assert f'href="#{field}"' in page


def test_nothing_is_kept_of_what_is_wrong(world: World) -> None:
    colleague = world.colleague(Role.ADMINISTRATOR)
    colleague.browser.post(NEW, filled(world, documents=[]))
    with world.runtime.reading() as db:
        assert db.get(FlowVersion, ("standard", 2)) is None


def test_the_form_unchanged_is_the_flow_in_force(world: World) -> None:
    colleague = world.colleague(Role.ADMINISTRATOR)
    answer = colleague.browser.post(NEW, filled(world))
    assert answer.status_code == 422
    assert "Nothing is changed: version 1 says the same" in unescape(answer.text)


@pytest.mark.parametrize("path", ["/new", "/2/approve", "/2/refuse", "/2/withdraw"])
def test_each_change_needs_a_fresh_second_factor(world: World, path: str) -> None:
    colleague = world.colleague(Role.ADMINISTRATOR)
    world.clock.passes(minutes=6)
    answer = colleague.browser.post(f"/staff/admin/flows{path}", filled(world))
    assert answer.status_code == 401
    assert "Confirm that it is you" in answer.text


def test_what_differs_from_the_profile_is_typed_carried_and_shown(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    first, _ = administrators
    first.browser.post(NEW, filled(world, redaction_options="document_number=last_three"))
    page = first.browser.get("/staff/admin/flows/2").text
    assert "document_number=last_three" in page


def test_an_option_that_no_profile_allows_is_refused_beside_its_field(
    world: World, administrators: tuple[Colleague, Colleague]
) -> None:
    first, _ = administrators
    answer = first.browser.post(NEW, filled(world, redaction_options="card_access_number=keep"))
    assert "always covered" in answer.text
