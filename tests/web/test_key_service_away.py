"""Owns what people see while the key service is down: 503, and nothing is kept in clear (F-15)."""

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from kyc.app import create_app
from kyc.models import Artifact, VerificationSession
from storage.boxes import Boxes
from storage.errors import KeyServiceError
from storage.keys import WrappedKey, artifact_context
from storage.keys_vault import VaultKeys, VaultSettings
from storage.recipients import WorkerKeys
from storage.vault import Vault
from tests.web.people import Browser, Customer
from tests.web.pictures import MULTIPART, multipart, picture

if TYPE_CHECKING:
    from tests.web.world import World

PLAIN = picture()


@pytest.fixture
def away(world: "World") -> Callable[[Customer], Browser]:
    """The browser of a customer, on the same service while its key service is down."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    down = VaultKeys(VaultSettings(url, lambda: "token", timeout=0.5, retries=0))
    ring = WorkerKeys(down, Boxes(world.runtime.lookup.box_key()))
    runtime = replace(world.runtime, vault=Vault(world.objects, ring))
    app = create_app(runtime)

    def open_as(customer: Customer) -> Browser:
        browser = Browser(app)
        cookie = customer.browser.client.get_cookie("kyc")
        assert cookie is not None
        browser.client.set_cookie("kyc", cookie.value)
        return browser

    return open_as


def test_no_picture_is_taken_and_nothing_of_it_is_kept(
    world: "World", customer: Customer, away: Callable[[Customer], Browser]
) -> None:
    before, browser = world.rows(), away(customer)
    browser.get("/verify/item/document_front")
    body = multipart(PLAIN, "picture.jpg")
    answer = browser.post("/verify/item/document_front", body, content_type=MULTIPART)
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text
    after = world.rows()
    assert (after["upload"], after["artifact"]) == (before["upload"], before["artifact"])
    assert world.objects.list_names() == []


def test_no_details_are_taken_and_nothing_of_them_is_kept(
    world: "World", away: Callable[[Customer], Browser]
) -> None:
    customer = world.customer()
    customer.start()
    customer.browser = away(customer)
    assert customer.give_details().status_code == 503
    with world.runtime.reading() as db:
        session = db.scalars(select(VerificationSession)).one()
    assert (session.details, session.email_hash) == (None, None)
    assert world.rows()["customer_text"] == 0


def test_no_session_is_begun(world: "World", away: Callable[[Customer], Browser]) -> None:
    customer = world.customer()
    customer.start()
    assert away(customer).post("/start").status_code == 503
    assert world.rows()["verification_session"] == 1


def test_the_customer_goes_on_seeing_what_their_own_secret_opens(
    world: "World", customer: Customer, away: Callable[[Customer], Browser]
) -> None:
    upload_id = customer.redacted("document_front")
    assert away(customer).get(f"/verify/uploads/{upload_id}/image").status_code == 200


def test_it_is_not_ready_and_says_what_is_down(
    world: "World", away: Callable[[Customer], Browser]
) -> None:
    customer = world.customer()
    customer.start()
    answer = away(customer).get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["storage"] == "down"


def test_what_was_there_before_is_told_as_away_and_not_as_altered(
    world: "World", customer: Customer
) -> None:
    """A service that is down must not be taken for an attack, nor an attack for a service down."""
    customer.sent("document_front")
    down = VaultKeys(VaultSettings("http://127.0.0.1:9", lambda: "t", timeout=0.5, retries=0))
    ring = WorkerKeys(down, Boxes(world.runtime.lookup.box_key()))
    with world.runtime.reading() as db:
        raw = db.scalars(select(Artifact)).one()
    with pytest.raises(KeyServiceError):
        ring.unwrap(
            WrappedKey(raw.key_epoch, raw.wrapped_key or b""),
            artifact_context(raw.session_id, raw.id),
        )
