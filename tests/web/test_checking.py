"""Owns the promise that a customer sees what staff will see, covers more, and never uncovers."""

import io
from typing import Any

import pytest
from PIL import Image

from kyc.audit import Action
from tests.web.people import Customer
from tests.web.world import World

BOX = {"x": 100, "y": 100, "width": 200, "height": 50}


def cover(customer: Customer, upload_id: str, content: Any) -> Any:
    path = f"/verify/uploads/{upload_id}/cover"
    return customer.browser.post(path, json=content, headers={"Accept": "application/json"})


@pytest.fixture
def upload_id(customer: Customer) -> str:
    return customer.redacted("document_front")


@pytest.fixture(scope="module")
def shared_upload(waiting: Customer) -> str:
    return waiting.redacted("document_front")


def shown(customer: Customer, upload_id: str) -> Image.Image:
    answer = customer.browser.get(f"/verify/uploads/{upload_id}/image")
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.data))


def test_it_tells_how_far_a_picture_is(world: World, customer: Customer) -> None:
    upload_id = customer.sent("document_front")
    path = f"/verify/uploads/{upload_id}/state"
    waiting = customer.browser.get(path).json
    world.redact(upload_id)
    ready = customer.browser.get(path).json
    assert waiting is not None
    assert ready is not None
    assert (waiting["state"], ready["state"]) == ("processing", "ready")


@pytest.mark.parametrize("part", ["", "/state", "/image"])
def test_it_shows_nothing_of_another_customers_picture(
    world: World, upload_id: str, part: str
) -> None:
    stranger = world.customer().ready_to_upload()
    assert stranger.browser.get(f"/verify/uploads/{upload_id}{part}").status_code == 404


@pytest.mark.parametrize("act", ["cover", "confirm", "discard"])
def test_it_changes_nothing_about_another_customers_picture(
    world: World, upload_id: str, act: str
) -> None:
    stranger = world.customer().ready_to_upload()
    path = f"/verify/uploads/{upload_id}/{act}"
    assert stranger.browser.post(path, json={"boxes": [BOX]}).status_code == 404
    assert world.upload(upload_id).state == "ready"


def test_it_shows_no_picture_before_it_is_covered(customer: Customer) -> None:
    upload_id = customer.sent("document_front")
    assert customer.browser.get(f"/verify/uploads/{upload_id}").status_code == 200
    assert customer.browser.get(f"/verify/uploads/{upload_id}/image").status_code == 404


def test_it_covers_more(customer: Customer, upload_id: str) -> None:
    answer = cover(customer, upload_id, {"boxes": [BOX]})
    assert answer.status_code == 200
    assert answer.json == {"next": f"/verify/uploads/{upload_id}"}
    assert shown(customer, upload_id).getpixel((200, 125)) == (0, 0, 0)


def test_it_destroys_the_version_before(world: World, customer: Customer, upload_id: str) -> None:
    cover(customer, upload_id, {"boxes": [BOX]})
    assert len(world.events(Action.CUSTOMER_ARTIFACT_COVERED)) == 1
    assert len(world.events(Action.SYSTEM_ARTIFACT_DESTROYED)) == 2  # the raw one came first


@pytest.mark.parametrize(
    "content",
    [
        None, [], "boxes", {}, {"boxes": 5}, {"boxes": []}, {"boxes": [5]}, {"boxes": [{}]},
        {"boxes": [{**BOX, "x": "5"}]}, {"boxes": [{**BOX, "x": -1}]},
        {"boxes": [{**BOX, "width": 0}]}, {"boxes": [{**BOX, "height": 1e9}]},
        {"boxes": [{**BOX, "y": float("nan")}]}, {"boxes": [{**BOX, "x": 5000}]},
        {"boxes": [BOX] * 51},
    ],
)  # fmt: skip
def test_it_refuses_boxes_that_are_none(
    shared_world: World, waiting: Customer, shared_upload: str, content: Any
) -> None:
    former = shared_world.upload(shared_upload).artifact_id
    answer = cover(waiting, shared_upload, content)
    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "invalid_input"
    assert shared_world.upload(shared_upload).artifact_id == former


def test_it_refuses_what_is_no_json(customer: Customer, upload_id: str) -> None:
    answer = customer.browser.post(f"/verify/uploads/{upload_id}/cover", b"{boxes")
    assert answer.status_code == 422


def test_it_keeps_the_version_before_when_the_storage_is_away(
    world: World, customer: Customer, upload_id: str
) -> None:
    former = world.upload(upload_id).artifact_id
    world.objects.go_down()
    assert cover(customer, upload_id, {"boxes": [BOX]}).status_code == 503
    world.objects.come_back()
    assert world.upload(upload_id).artifact_id == former
    assert shown(customer, upload_id).size == (900, 600)


def test_it_says_why_a_person_must_look(customer: Customer) -> None:
    upload_id = customer.redacted("document_front", "nothing_found")
    answer = customer.browser.get(f"/verify/uploads/{upload_id}")
    assert "We found no number at all." in answer.text
    assert 'name="covered_all"' in answer.text


def test_it_takes_no_doubtful_picture_without_a_persons_word(
    world: World, customer: Customer
) -> None:
    upload_id = customer.redacted("document_front", "nothing_found")
    assert customer.confirm(upload_id).status_code == 422
    assert world.upload(upload_id).state == "confirm"


def test_it_takes_a_doubtful_picture_with_a_persons_word(world: World, customer: Customer) -> None:
    upload_id = customer.redacted("document_front", "nothing_found")
    assert customer.confirm(upload_id, covered_all="1").location == "/verify/item/selfie_statement"
    assert world.upload(upload_id).state == "confirmed"


def test_it_confirms_once_however_often_it_is_clicked(
    world: World, customer: Customer, upload_id: str
) -> None:
    answers = [customer.confirm(upload_id).location for _ in range(2)]
    assert answers == ["/verify/item/selfie_statement"] * 2
    assert len(world.events(Action.CUSTOMER_ARTIFACT_CONFIRMED)) == 1


def test_it_confirms_nothing_that_is_not_ready(customer: Customer) -> None:
    assert customer.confirm(customer.sent("document_front")).status_code == 409


def test_it_discards_once_however_often_it_is_clicked(
    world: World, customer: Customer, upload_id: str
) -> None:
    path = f"/verify/uploads/{upload_id}/discard"
    answers = [customer.browser.post(path).location for _ in range(2)]
    assert answers == ["/verify/item/document_front"] * 2
    assert len(world.events(Action.CUSTOMER_ARTIFACT_DISCARDED)) == 1


def test_it_says_that_a_discarded_picture_is_gone(customer: Customer, upload_id: str) -> None:
    customer.browser.post(f"/verify/uploads/{upload_id}/discard")
    answer = customer.browser.get(f"/verify/uploads/{upload_id}")
    assert "This picture is no longer here" in answer.text
    assert customer.confirm(upload_id).status_code == 409


def test_it_sends_once_however_often_it_is_clicked(world: World) -> None:
    customer = world.customer().ready_to_submit()
    answers = [customer.browser.post("/verify/submit").location for _ in range(2)]
    assert answers == ["/verify/status"] * 2
    assert len(world.events(Action.CUSTOMER_SESSION_SUBMITTED)) == 1


@pytest.mark.parametrize("act", ["cover", "discard"])
def test_it_changes_no_picture_once_the_case_is_sent(world: World, act: str) -> None:
    customer = world.customer()
    customer.submitted()
    path = f"/verify/uploads/{customer.uploads['document_front']}/{act}"
    assert customer.browser.post(path, json={"boxes": [BOX]}).status_code == 409
