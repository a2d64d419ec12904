"""Owns the promise that a file that cannot be used is refused with what to do, and not kept."""

import pytest
from PIL import Image

from kyc.app import FORM_OVERHEAD
from kyc.jobs import OwedJobName
from tests.web.people import Customer
from tests.web.pictures import picture
from tests.web.world import World

JSON = {"Accept": "application/json"}
KEPT = ("upload", "artifact", "receipt")


def gif() -> bytes:
    return b"GIF89a" + bytes(200)


def animated() -> bytes:

    return picture(form="PNG", save_all=True, append_images=[Image.new("RGB", (320, 200))])


FILES = {
    "empty": (b"", 422, "empty", "The file is empty."),
    "text": (b"a letter, and no picture of anything at all", 422, "not_an_image", "not a picture"),
    "gif": (gif(), 422, "unsupported_type", "This kind of file is not accepted."),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "unsupported_type", "not accepted"),
    "animated": (animated(), 422, "animated", "Send a single photo."),
    "broken": (picture()[:20], 422, "broken", "The file is damaged"),
}


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> tuple[bytes, int, str, str]:
    return FILES[request.param]


def test_it_says_on_the_page_what_to_do_instead(
    waiting: Customer, file: tuple[bytes, int, str, str]
) -> None:
    content, status, _code, said = file
    answer = waiting.send("document_front", content)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert said in answer.text
    assert 'action="/verify/item/document_front"' in answer.text


def test_it_says_in_json_what_to_do_instead(
    waiting: Customer, file: tuple[bytes, int, str, str]
) -> None:
    content, status, code, said = file
    answer = waiting.send("document_front", content, headers=JSON)
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"]["code"] == code
    assert said in answer.json["error"]["message"]
    assert answer.json["error"]["action"]
    assert answer.json["error"]["request_id"] == answer.headers["Request-Id"]


def test_it_keeps_nothing_of_it(
    shared_world: World, waiting: Customer, file: tuple[bytes, int, str, str]
) -> None:
    waiting.send("document_front", file[0])
    rows = shared_world.rows()
    assert {table: rows[table] for table in KEPT} == dict.fromkeys(KEPT, 0)
    assert shared_world.owed(OwedJobName.REDACT) == []
    assert shared_world.objects.list_names() == []


@pytest.mark.parametrize("beyond", [1, 2 * FORM_OVERHEAD])
def test_it_refuses_a_file_over_the_limit_with_413(
    world: World, customer: Customer, beyond: int
) -> None:
    content = picture() + bytes(world.runtime.settings.upload_limit_bytes + beyond - len(picture()))
    answer = customer.send("document_front", content)
    assert answer.status_code == 413
    assert "smaller file" in answer.text
    assert world.rows()["upload"] == 0


def test_it_refuses_a_file_over_the_limit_in_json_too(world: World, customer: Customer) -> None:
    content = bytes(world.runtime.settings.upload_limit_bytes + 2 * FORM_OVERHEAD)
    answer = customer.send("document_front", content, headers=JSON)
    assert answer.status_code == 413
    assert answer.json is not None
    assert "smaller file" in answer.json["error"]["message"]


def test_it_refuses_a_form_without_a_file(customer: Customer) -> None:
    answer = customer.browser.post("/verify/item/document_front", {"file": "just a word"})
    assert answer.status_code == 422
    assert "The file is empty." in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "²", "9999", "two"])
def test_it_takes_the_first_page_when_the_number_makes_no_sense(
    world: World, customer: Customer, page: str
) -> None:

    answer = customer.send("document_front", page=page)
    assert answer.status_code == 302
    assert world.upload(answer.location.rsplit("/", 1)[1]).page == 1


def test_it_takes_so_many_tries_of_one_item_and_no_more(customer: Customer) -> None:
    for _ in range(5):
        customer.sent("document_front")
    assert customer.send("document_front").status_code == 429


def test_it_shows_a_statement_that_is_kept_when_the_photo_is_refused(
    world: World, customer: Customer
) -> None:
    """A code that was only shown could never match the one that staff compare."""
    world.clock.passes(hours=1)
    answer = customer.browser.post("/verify/item/selfie_statement")
    assert answer.status_code == 422
    code = world.session(customer.session_id).statement_code
    assert code is not None
    assert code in answer.text
