"""Owns the promise that an upload is acknowledged when it is sealed and stored, and not before."""

from sqlalchemy import select

from kyc.jobs import OwedJobName
from kyc.models import Artifact, Upload
from tests.web.people import Customer
from tests.web.pictures import picture
from tests.web.world import World

JSON = {"Accept": "application/json"}


def test_it_tells_a_script_where_to_go_on(world: World, customer: Customer) -> None:
    answer = customer.send("document_front", headers=JSON)
    assert answer.status_code == 200
    assert answer.json is not None
    assert customer.browser.get(answer.json["next"]).status_code == 200


def test_it_keeps_sealed_bytes_only(world: World, customer: Customer) -> None:
    content = picture()
    customer.sent("document_front")
    (name,) = world.objects.list_names()
    assert content[:64] not in world.objects.get(name)


def test_it_wakes_a_worker(world: World, customer: Customer) -> None:
    customer.sent("document_front")
    (job,) = world.owed(OwedJobName.REDACT)
    assert world.woken[-1] == job.id


def test_it_takes_a_page_of_a_pdf(world: World, customer: Customer) -> None:
    answer = customer.send("document_front", picture(form="PDF"), page="3")
    assert world.upload(answer.location.rsplit("/", 1)[1]).page == 3


def test_it_keeps_nothing_when_the_storage_is_away(world: World, customer: Customer) -> None:
    world.objects.go_down()
    answer = customer.send("document_front")
    assert answer.status_code == 503
    assert answer.headers["Request-Id"] in answer.text
    world.objects.come_back()
    assert world.objects.list_names() == []
    assert states(world) == {"refused": None}
    assert world.owed(OwedJobName.REDACT) == []


def test_it_tells_a_script_that_the_storage_is_away(world: World, customer: Customer) -> None:
    world.objects.go_down()
    answer = customer.send("document_front", headers=JSON)
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["error"]["code"] == "unavailable"
    assert answer.json["error"]["request_id"] == answer.headers["Request-Id"]


def test_it_takes_the_picture_once_the_storage_is_back(world: World, customer: Customer) -> None:
    world.objects.go_down()
    customer.send("document_front")
    world.objects.come_back()
    assert customer.send("document_front").status_code == 302


def test_a_second_picture_takes_the_place_of_the_first(world: World, customer: Customer) -> None:
    first = customer.redacted("document_front")
    second = customer.redacted("document_front")
    assert (world.upload(first).state, world.upload(second).state) == ("discarded", "ready")
    assert states(world) == {"discarded": None, "ready": second}
    assert customer.browser.get(f"/verify/uploads/{first}/image").status_code == 404


def test_a_click_on_send_that_is_doubled_leaves_one_picture(
    world: World, customer: Customer
) -> None:
    customer.sent("document_front")
    second = customer.sent("document_front")
    assert states(world) == {"discarded": None, "processing": second}


def states(world: World) -> dict[str, str | None]:
    """The state of every upload, and its id where a key is left to open a stored version of it."""

    with world.runtime.reading() as db:
        opened = set(
            db.scalars(select(Artifact.upload_id).where(Artifact.wrapped_key.is_not(None)))
        )
        return {
            upload.state: upload.id if upload.id in opened else None
            for upload in db.scalars(select(Upload))
        }
