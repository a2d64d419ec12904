"""Owns the promise that a page reached out of order leads to the step that is due."""

import pytest

from tests.web.people import Customer
from tests.web.world import World

AFTER = ("/verify/document", "/verify/item/document_front", "/verify/submit")


@pytest.mark.parametrize("path", ["/verify", "/verify/details", "/verify/submit", "/verify/status"])
def test_it_sends_who_has_no_session_to_the_page_for_a_new_link(world: World, path: str) -> None:
    assert world.browser().get(path).location == "/resume"


@pytest.mark.parametrize("path", AFTER)
def test_it_asks_for_the_details_first(world: World, path: str) -> None:
    customer = world.customer()
    customer.start()
    assert customer.browser.get(path).location == "/verify/details"


@pytest.mark.parametrize("path", AFTER[1:])
def test_it_asks_for_the_document_next(world: World, path: str) -> None:
    customer = world.customer()
    customer.start()
    customer.give_details()
    assert customer.browser.get(path).location == "/verify/document"


def test_it_asks_for_pictures_before_it_sends_anything(customer: Customer) -> None:
    assert customer.browser.get("/verify/submit").location == "/verify/item/document_front"


def test_it_asks_for_no_back_of_a_passport(customer: Customer) -> None:
    answer = customer.browser.get("/verify/item/document_back")
    assert answer.location == "/verify/item/document_front"


def test_it_asks_for_the_back_of_an_identity_card(world: World) -> None:
    customer = world.customer()
    customer.start()
    customer.give_details()
    customer.choose("identity_card")
    customer.confirm(customer.redacted("document_front"))
    assert customer.browser.get("/verify").location == "/verify/item/document_back"


def test_it_knows_no_other_item(customer: Customer) -> None:
    assert customer.browser.get("/verify/item/birth_certificate").status_code == 404


def test_it_waits_where_a_picture_is_being_worked_on(customer: Customer) -> None:
    upload_id = customer.sent("document_front")
    assert customer.browser.get("/verify").location == f"/verify/uploads/{upload_id}"


@pytest.mark.parametrize(
    "path",
    ["/verify", "/verify/details", "/verify/document", "/verify/submit",
     "/verify/item/document_front"],
)  # fmt: skip
def test_it_takes_nothing_more_once_the_case_is_sent(world: World, path: str) -> None:
    customer = world.customer()
    customer.submitted()
    assert customer.browser.get(path).location == "/verify/status"


def test_it_takes_no_picture_once_the_case_is_sent(world: World) -> None:
    customer = world.customer()
    customer.submitted()
    before = world.rows()
    assert customer.send("document_front").status_code == 409
    assert world.rows() == before


def test_it_refuses_a_broken_file_for_an_item_that_is_not_asked_for(customer: Customer) -> None:
    answer = customer.send("document_back", b"")
    assert answer.location == "/verify/item/document_front"


def test_it_refuses_to_send_what_is_not_confirmed(customer: Customer) -> None:
    customer.redacted("document_front")
    assert customer.browser.post("/verify/submit").status_code == 409


def test_it_discards_the_document_when_another_one_is_chosen(
    world: World, customer: Customer
) -> None:
    upload_id = customer.redacted("document_front")
    customer.choose("driving_licence", "LV")
    assert world.upload(upload_id).state == "discarded"
