"""Owns the pages on which a privacy officer reads the documents."""

import pytest

from kyc.access import Role
from kyc.flows import flow_in_force
from kyc.privacy.documents import document, names
from tests.web.people import Colleague
from tests.web.world import World


@pytest.fixture
def officer(world: World) -> Colleague:
    return world.colleague(Role.PRIVACY)


def test_every_document_can_be_read_and_taken_away(world: World, officer: Colleague) -> None:
    listed = officer.browser.get("/staff/privacy").text
    with world.runtime.reading() as db:
        flow = flow_in_force(db)
    for name in names(flow):
        made = document(name, flow, world.runtime.settings)
        assert f"/staff/privacy/documents/{name}" in listed
        assert made.sha256[:12] in listed
        page = officer.browser.get(f"/staff/privacy/documents/{name}")
        assert (page.status_code, made.sha256 in page.text) == (200, True)
        taken = officer.browser.get(f"/staff/privacy/documents/{name}/markdown")
        assert taken.text == made.text
        assert f'filename="{name}.md"' in taken.headers["Content-Disposition"]


def test_what_is_missing_is_said_on_the_list_and_in_bold(officer: Colleague) -> None:
    assert "The documents are not complete" in officer.browser.get("/staff/privacy").text
    page = officer.browser.get("/staff/privacy/documents/measures").text
    assert "<strong>MISSING: postal address of the controller</strong>" in page


def test_what_the_controller_says_is_shown_as_text(world: World, officer: Colleague) -> None:
    world.runtime.settings.controller_file.write_text('address = "<b>Lai</b> 1"', encoding="utf-8")
    page = officer.browser.get("/staff/privacy/documents/measures").text
    assert "&lt;b&gt;Lai&lt;/b&gt; 1" in page


def test_an_unknown_document_is_not_found(officer: Colleague) -> None:
    assert officer.browser.get("/staff/privacy/documents/nothing").status_code == 404
