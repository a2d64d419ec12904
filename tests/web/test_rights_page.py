"""Owns the customer's page of their rights: a mailed code lets them ask, and they read answers."""

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from kyc.access import Role
from kyc.desk.codes import make_code
from kyc.models import CorrectionItem, OutgoingMail, PrivacyRequest, RightsCode
from kyc.policy.rights import RIGHTS, Right
from tests.web.people import DETAILS, Customer

if TYPE_CHECKING:
    from tests.web.world import World

RIGHTS_PAGE = "/verify/rights"
SAID = "My mother chose this name for me."


def code_for(world: "World", customer: Customer) -> str:
    """Asks for a code by the page, and takes it from the mail as it is made."""
    world.clock.passes(minutes=2)
    customer.browser.post(f"{RIGHTS_PAGE}/code")
    with world.runtime.transaction() as db:
        newest = select(RightsCode).order_by(RightsCode.asked_at.desc()).limit(1)
        mail_id = db.scalars(newest).one().mail_id
        made = make_code(db, world.runtime.lookup, mail_id, world.clock())
    assert made is not None
    return made


def prove(world: "World", customer: Customer) -> None:
    answer = customer.browser.post(f"{RIGHTS_PAGE}/prove", {"code": code_for(world, customer)})
    assert answer.location == RIGHTS_PAGE


def ask(customer: Customer, right: Right, words: str = SAID, **values: str) -> str:
    """Sends the form of this right; where it led to."""
    path, fields = f"{RIGHTS_PAGE}/ask/{right}", dict(values)
    if right == Right.CORRECTION:
        kept = {k: v for k, v in DETAILS.items() if k not in {"acting_for", "notice_seen"}}
        fields = {**kept, **values}
    answer = customer.browser.post(path, {"words": words, **fields})
    return answer.location or str(answer.status_code)


def all_requests(world: "World") -> list[PrivacyRequest]:
    with world.runtime.reading() as db:
        return list(db.scalars(select(PrivacyRequest)))


@pytest.fixture
def proven(world: "World") -> Customer:
    customer = world.customer()
    customer.submitted()
    prove(world, customer)
    return customer


def test_it_says_what_may_be_asked_before_anybody_is_proven(world: "World") -> None:
    customer = world.customer()
    customer.submitted()
    page = customer.browser.get(RIGHTS_PAGE).text
    assert all(str(said.article) in page for said in RIGHTS.values())
    assert "Send me a code" in page
    assert "/ask/" not in page


def test_without_a_code_no_form_opens_and_no_request_is_taken(world: "World") -> None:
    customer = world.customer()
    customer.submitted()
    assert customer.browser.get(f"{RIGHTS_PAGE}/ask/access").location == RIGHTS_PAGE
    assert ask(customer, Right.ACCESS) == RIGHTS_PAGE
    assert all_requests(world) == []


def test_a_wrong_code_leads_nowhere(world: "World") -> None:
    customer = world.customer()
    customer.submitted()
    right = code_for(world, customer)
    customer.browser.post(f"{RIGHTS_PAGE}/prove", {"code": str((int(right) + 1) % 10**8)})
    assert "This code is not right" in customer.browser.get(RIGHTS_PAGE).text
    assert ask(customer, Right.ACCESS) == RIGHTS_PAGE
    assert all_requests(world) == []


def test_the_code_of_another_customer_leads_nowhere(world: "World") -> None:
    mine, others = world.customer(), world.customer()
    mine.submitted()
    others.submitted()
    code_for(world, mine)
    customer_code = code_for(world, others)
    mine.browser.post(f"{RIGHTS_PAGE}/prove", {"code": customer_code})
    assert ask(mine, Right.ACCESS) == RIGHTS_PAGE


def test_an_expired_code_leads_nowhere(world: "World") -> None:
    customer = world.customer()
    customer.submitted()
    code = code_for(world, customer)
    world.clock.passes(minutes=16)
    customer.browser.post(f"{RIGHTS_PAGE}/prove", {"code": code})
    assert ask(customer, Right.ACCESS) == RIGHTS_PAGE


def test_codes_are_throttled(world: "World") -> None:
    customer = world.customer()
    customer.submitted()
    for _ in range(2):
        customer.browser.post(f"{RIGHTS_PAGE}/code")
    assert "Wait a minute" in customer.browser.get(RIGHTS_PAGE).text
    with world.runtime.reading() as db:
        assert len(list(db.scalars(select(RightsCode)))) == 1


@pytest.mark.parametrize("right", Right)
def test_each_right_is_asked_for_and_shows_with_its_day(
    world: "World", proven: Customer, right: Right
) -> None:
    assert ask(proven, right, surname="Tammik") == RIGHTS_PAGE
    page = proven.browser.get(RIGHTS_PAGE).text
    assert "We have your request." in page
    assert SAID in page
    assert "Answer by" in page
    (request,) = all_requests(world)
    assert (request.kind, request.how_identified) == (right, "customer_link_and_code")


def test_only_changed_values_are_asked_to_be_corrected(world: "World", proven: Customer) -> None:
    assert ask(proven, Right.CORRECTION, surname="Tammik", residence="LV") == RIGHTS_PAGE
    with world.runtime.reading() as db:
        assert {item.field for item in db.scalars(select(CorrectionItem))} == {
            "surname",
            "residence",
        }
    page = proven.browser.get(RIGHTS_PAGE).text
    assert "Tammik" in page
    assert "Latvia" in page


def test_a_correction_that_changes_nothing_is_sent_back(world: "World", proven: Customer) -> None:
    path = f"{RIGHTS_PAGE}/ask/correction"
    kept = {k: v for k, v in DETAILS.items() if k not in {"acting_for", "notice_seen"}}
    answer = proven.browser.post(path, {**kept, "words": ""})
    assert answer.status_code == 422
    assert "Change at least one value above." in answer.text
    assert all_requests(world) == []


def test_an_objection_without_words_is_sent_back(world: "World", proven: Customer) -> None:
    answer = proven.browser.post(f"{RIGHTS_PAGE}/ask/objection", {"words": " "})
    assert "Tell us what it is about." in answer.text
    assert all_requests(world) == []


def test_a_right_that_does_not_exist_is_not_found(proven: Customer) -> None:
    assert proven.browser.get(f"{RIGHTS_PAGE}/ask/forgetting").status_code == 404


def test_a_customer_withdraws_their_own_request_and_no_other(
    world: "World", proven: Customer
) -> None:
    ask(proven, Right.ACCESS)
    (mine,) = all_requests(world)
    stranger = world.customer()
    stranger.submitted()
    prove(world, stranger)
    path = f"{RIGHTS_PAGE}/requests/{mine.id}/withdraw"
    assert stranger.browser.post(path).status_code == 404
    assert proven.browser.post(path).location == RIGHTS_PAGE
    assert [one.state for one in all_requests(world)] == ["withdrawn"]


def test_what_was_withdrawn_is_not_shown_as_being_looked_into(
    world: "World", proven: Customer
) -> None:
    ask(proven, Right.CORRECTION, surname="Tammik")
    assert "Tammik" in proven.browser.get(RIGHTS_PAGE).text
    (mine,) = all_requests(world)
    proven.browser.post(f"{RIGHTS_PAGE}/requests/{mine.id}/withdraw")
    assert "Tammik" not in proven.browser.get(RIGHTS_PAGE).text


def test_it_names_the_authority_of_the_country_they_live_in(proven: Customer) -> None:
    page = proven.browser.get(f"{RIGHTS_PAGE}/ask/complaint").text
    assert "Andmekaitse Inspektsioon" in page
    assert "https://www.aki.ee" in page


def test_after_the_decision_a_mailed_link_leads_back_to_the_page(world: "World") -> None:
    customer = world.customer()
    case = customer.submitted()
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.claim(case)
    reviewer.settled(case, outcome="reject", reasons=["document_not_original"])
    world.clock.passes(days=15)
    later = world.browser()
    later.post("/resume", {"email": DETAILS["email"]})
    with world.runtime.reading() as db:
        kinds = [mail.kind for mail in db.scalars(select(OutgoingMail))]
    assert kinds[-1] == "link"
    later.post(f"/v/{world.link_token(case)}")
    assert later.get("/verify").location == "/verify/status"
    assert "Your rights and requests" in later.get("/verify/status").text
    assert later.get(RIGHTS_PAGE).status_code == 200


def test_the_answer_is_read_on_the_page_and_in_no_mail(world: "World", proven: Customer) -> None:
    ask(proven, Right.OBJECTION)
    (request,) = all_requests(world)
    officer = world.colleague(Role.PRIVACY)
    path = f"/staff/desk/requests/{request.id}"
    answer = officer.browser.post(
        f"{path}/answer",
        {
            "version": request.version,
            "outcome": "refused",
            "ground": "compelling",
            "words": "We weighed it, Liisi, and must refuse.",
        },
    )
    assert answer.location == path
    page = proven.browser.get(RIGHTS_PAGE).text
    assert "We weighed it, Liisi, and must refuse." in page
    assert "GDPR Art. 21(1)" in page
    assert re.search(r"complain to the supervisory authority", page)
