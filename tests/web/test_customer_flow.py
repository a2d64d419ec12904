"""Owns the promise that a customer gets from the start to the end, and only in order."""

from tests.web.world import World


def test_it_leads_from_the_start_to_the_waiting_room(world: World) -> None:
    customer = world.customer()
    assert customer.start().location == "/verify"
    assert customer.browser.get("/verify").location == "/verify/details"
    assert customer.give_details().location == "/verify/document"
    assert customer.choose().location == "/verify/item/document_front"
    front = customer.redacted("document_front")
    assert customer.confirm(front).location == "/verify/item/selfie_statement"
    selfie = customer.redacted("selfie_statement")
    assert customer.confirm(selfie).location == "/verify/submit"
    assert customer.browser.get("/verify/submit").status_code == 200
    assert customer.browser.post("/verify/submit").location == "/verify/status"
    assert customer.browser.get("/verify/status").status_code == 200
    assert world.session(customer.session_id).status == "processing"
