"""Owns the promise that a flow's reasons are proposed, chosen from, told and counted on pages."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import update

from kyc.access import Role
from kyc.models import FlowVersion, VerificationSession
from kyc.policy.checklist import KEYS
from kyc.policy.flow import make_flow, shipped_flow
from kyc.policy.flow_check import LANGUAGES, OPTIONAL, REQUIRED
from kyc.policy.reasons import REASONS
from kyc.policy.retention import CLOCKS
from kyc.web.admin.flow_form import FlowForm
from tests.web.people import Colleague
from tests.web.test_flow_pages import NEW, filled
from tests.web.test_take_back import JSON, take_back_url
from tests.web.world import World

TYPED = """code: address_missing
label: No proof of address
item: document_front
en: Please send a page with your address.
et: Palun saatke leht, kus on teie aadress.

code: has_moved
label: Has moved away
final: yes
en: You live elsewhere now.
et: Te elate nüüd mujal.

code: needs_lawyer
label: Ask the lawyer
passes_on: yes
"""
TWO_LANGUAGES = {"languages": ["en", "et"], "first_language": "en"}
OWN: dict[str, Any] = {
    "outcome": "request_input",
    "items": ["document_front"],
    "reason": ["address_missing"],
}


@pytest.fixture
def own_reasons(world: World) -> None:
    """The flow in force offers two reasons of the program's and two of its own."""
    words = {"en": "Please send a page with your address.", "et": "Palun saatke aadress."}
    one = {"code": "address_missing", "label": "No proof of address", "item": "document_front"}
    raw = json.loads(shipped_flow().body) | {
        "languages": ["et", "en"],
        "reasons": ["document_glare", "document_expired"],
        "own_reasons": [one | {"words": words}],
        "notes_for": ["reject"],
    }
    with world.runtime.transaction() as db:
        db.execute(update(FlowVersion).values(body=make_flow(raw, 1).body))


@pytest.fixture
def held(own_reasons: None, world: World, reviewer: Colleague) -> str:
    case = world.customer().submitted()
    reviewer.claim(case)
    return case


def proposed(world: World, **changes: Any) -> dict[str, Any]:
    colleague = world.colleague(Role.ADMINISTRATOR)
    answer = colleague.browser.post(NEW, filled(world, **changes))
    assert answer.status_code == 302, answer.text
    with world.runtime.reading() as db:
        row = db.get_one(FlowVersion, ("standard", 2))
    found: dict[str, Any] = json.loads(row.body)
    return found


def test_reasons_and_notes_are_proposed_by_the_form(world: World) -> None:
    some = ["document_glare", "other"]
    raw = proposed(world, reasons=some, own_reasons=TYPED, notes_for=["reject"], **TWO_LANGUAGES)
    assert (raw["reasons"], raw["notes_for"]) == (some, ["reject"])
    first, second, third = raw["own_reasons"]
    assert third == {"code": "needs_lawyer", "label": "Ask the lawyer", "passes_on": True}
    assert first["item"] == "document_front"
    assert first["words"]["et"] == "Palun saatke leht, kus on teie aadress."
    assert second["final"]
    assert "final" not in first


def test_whatever_a_flow_may_say_can_be_changed_by_the_form(world: World) -> None:
    """But its name: a changed flow keeps it."""
    raw = proposed(
        world,
        reasons=["document_glare"],
        own_reasons=TYPED,
        notes_for=["reject"],
        redaction_options="document_number=last_three",
        **TWO_LANGUAGES,
    )
    assert set(raw) == {*REQUIRED, *OPTIONAL}
    with world.app.test_request_context(NEW):
        named = {name.removeprefix("rule_") for name in FlowForm(formdata=None)._fields}
    carried = {"mode", "percent", "rules", "eyes_countries", "first_language", "csrf_token"}
    assert named - carried == {*raw, *CLOCKS} - {"name", "four_eyes", "retention"}


def test_the_form_shows_own_reasons_as_they_are_typed(own_reasons: None, world: World) -> None:
    page = unescape(world.colleague(Role.ADMINISTRATOR).browser.get(NEW).text)
    assert "code: address_missing\nlabel: No proof of address\nitem: document_front\n" in page
    assert "et: Palun saatke aadress." in page
    ticked = re.findall(r"<input checked[^>]*name=\"reasons\"[^>]*value=\"(\w+)\"", page)
    assert sorted(ticked) == ["document_expired", "document_glare"]


def test_what_is_wrong_in_own_reasons_stands_beside_them_as_typed(world: World) -> None:
    typed = TYPED.replace("et: Te elate nüüd mujal.", "la: Migravit.")
    colleague = world.colleague(Role.ADMINISTRATOR)
    answer = colleague.browser.post(NEW, filled(world, own_reasons=typed, **TWO_LANGUAGES))
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "Reasons of its own, 2.words.et: it is missing." in page
    assert "Reasons of its own, 2.words.la: there is no such field." in page
    assert "la: Migravit." in page


def test_a_version_shows_its_reasons_and_what_differs(world: World) -> None:
    proposed(world, reasons=["document_glare"], own_reasons=TYPED, **TWO_LANGUAGES)
    page = unescape(world.colleague(Role.ADMINISTRATOR).browser.get("/staff/admin/flows/2").text)
    assert "Please send a page with your address." in page
    assert "can only reject" in page
    assert "can only pass on" in page
    assert "<del>All</del>" in page
    assert "<ins>document_glare</ins>" in page
    assert "<ins>Palun saatke leht, kus on teie aadress.</ins>" in page


def test_a_case_offers_the_reasons_of_its_flow_and_no_others(
    reviewer: Colleague, held: str
) -> None:
    page = reviewer.browser.get(f"/staff/cases/{held}").text
    found = re.findall(r'name="reason"\s+form="decision"\s+value="(\w+)"', page)
    assert sorted(found) == ["address_missing", "document_expired", "document_glare"]
    assert 'data-notes-for="escalate reject"' in page


def test_a_reason_that_the_flow_does_not_offer_is_refused(
    world: World, reviewer: Colleague, held: str
) -> None:
    answer = reviewer.decide(held, outcome="reject", reason=["document_damaged"], note="Torn.")
    assert answer.status_code == 422
    assert "The flow of this case does not offer one of these reasons." in answer.text
    assert world.session(held).status == "processing"


def test_a_note_that_the_flow_asks_for_is_missed(reviewer: Colleague, held: str) -> None:
    answer = reviewer.decide(held, outcome="reject", reason=["document_expired"])
    assert answer.status_code == 422
    assert "Write a note for colleagues: this flow asks for one." in answer.text
    given = reviewer.decide(held, outcome="reject", reason=["document_expired"], note="2019.")
    assert given.status_code == 302


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Please send a page with your address."),
        ("et", "Palun saatke aadress."),
        ("pl", "Palun saatke aadress."),  # no language of the flow: its first stands for it
    ],
)
def test_the_preview_tells_an_own_reason_in_the_customers_language(
    world: World, reviewer: Colleague, held: str, language: str, told: str
) -> None:
    with world.runtime.transaction() as db:
        db.get_one(VerificationSession, held).locale = language
    preview = reviewer.decide(held, **OWN, url="preview", headers=JSON).json
    assert preview is not None
    assert told in preview["page"][0] + preview["page"][-1]


@pytest.mark.usefixtures("own_reasons")
def test_the_customer_reads_an_own_reason(world: World, reviewer: Colleague) -> None:
    customer = world.customer()
    case = customer.submitted()
    reviewer.claim(case)
    reviewer.settled(case, **OWN)
    for language, told in {"et": "Palun saatke aadress.", "en": "with your address."}.items():
        assert told in customer.browser.get(f"/verify/status?lang={language}").text
        assert told in customer.browser.get("/verify/item/document_front").text


def test_who_takes_it_back_finds_an_own_reason_ticked(
    world: World, reviewer: Colleague, held: str
) -> None:
    reviewer.decide(held, **OWN)
    answer = reviewer.browser.post(take_back_url(reviewer.browser.get("/staff/queue").text))
    page = reviewer.browser.get(answer.location).text
    assert re.search(r'value="address_missing"[^>]*\schecked', page)


def test_history_and_statistics_name_an_own_reason(
    world: World, reviewer: Colleague, held: str
) -> None:
    reviewer.settled(held, **OWN)
    assert "No proof of address." in reviewer.browser.get(f"/staff/cases/{held}").text
    page = world.colleague(Role.SENIOR).browser.get("/staff/statistics").text
    assert re.search(r'<th scope="row">No proof of address</th>\s*<td class="number">1</td>', page)


def test_whatever_is_told_has_words_in_every_language(world: World) -> None:
    """The reasons that a flow chooses from are translated; internal ones share one sentence."""
    told = [one for one in REASONS.values() if not one.internal]
    for language in (code for code in LANGUAGES if code != "en"):
        with world.app.test_request_context("/"), force_locale(language):
            assert [one.code for one in told if gettext(one.text) == one.text] == []


def test_an_approval_needs_no_note_here(world: World, reviewer: Colleague, held: str) -> None:
    assert reviewer.decide(held, check=sorted(KEYS)).status_code == 302
