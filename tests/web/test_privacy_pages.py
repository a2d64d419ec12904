"""Owns the pages of the privacy desk: documents, and what customers acknowledged."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.flows import flow_in_force
from kyc.models import VerificationSession
from kyc.privacy.acknowledged import wordings
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


def _acknowledge(world: World, language: str) -> tuple[VerificationSession, str]:
    """The session, and the page that the customer read."""
    customer = world.customer()
    customer.start()
    page = customer.browser.get(f"/verify/details?lang={language}").text
    customer.give_details(notice_language=language)
    return world.session(customer.session_id), page


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_a_customer_read_is_shown_word_for_word(
    world: World, officer: Colleague, language: str
) -> None:
    session, page = _acknowledge(world, language)
    found = officer.browser.get(f"/staff/privacy/notices?case={session.id}").text
    assert f"/staff/privacy/notices/{session.notice_sha256}" in found
    shown = officer.browser.get(f"/staff/privacy/notices/{session.notice_sha256}").text
    words = re.findall(r"<p>(.*?)</p>", page.split('class="notice-text"')[1].split("</div>")[0])
    assert len(words) > 6
    assert [word for word in words if f"<p>{word}</p>" not in shown] == []


def test_the_words_name_the_business_as_it_was_called(a_world: Callable[..., World]) -> None:
    world = a_world(business_name="Old <Name>")
    session, _page = _acknowledge(world, "en")
    page = world.colleague(Role.PRIVACY).browser.get(
        f"/staff/privacy/notices/{session.notice_sha256}"
    )
    assert "Old &lt;Name&gt; must know who its customers are" in page.text


def test_the_language_that_was_shown_counts_and_a_made_up_one_does_not(world: World) -> None:
    customer = world.customer()
    customer.start()
    customer.browser.get("/verify/details?lang=en")
    customer.give_details(notice_language="de")
    other = world.customer()
    other.start()
    other.browser.get("/verify/details?lang=et")
    other.give_details(notice_language="xx")
    with world.runtime.reading() as db:
        assert {one.language for one in wordings(db)} == {"de", "et"}


def test_it_says_where_the_words_were_not_kept_or_nothing_was_acknowledged(
    world: World, officer: Colleague
) -> None:
    session, _page = _acknowledge(world, "en")
    with world.runtime.transaction() as db:
        db.execute(
            update(VerificationSession)
            .where(VerificationSession.id == session.id)
            .values(notice_sha256=None)
        )
    page = officer.browser.get(f"/staff/privacy/notices?case={session.id}").text
    assert "its words were not kept then" in page
    with world.runtime.transaction() as db:
        db.execute(update(VerificationSession).values(notice_version=None))
    page = officer.browser.get(f"/staff/privacy/notices?case={session.id}").text
    assert "has not been acknowledged" in page


def test_an_unknown_case_or_wording_is_not_found(officer: Colleague) -> None:
    answer = officer.browser.get("/staff/privacy/notices?case=C-0")
    assert (answer.status_code, "No verification has this id" in answer.text) == (404, True)
    assert officer.browser.get("/staff/privacy/notices/0000").status_code == 404
