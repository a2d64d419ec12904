"""Owns the same way over plain HTTP, with photographs of specimen documents."""

import http.client
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.http_customer import HttpCustomer
from tests.e2e.service import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.servers,
    pytest.mark.xdist_group("service"),
    pytest.mark.timeout(300),
]

SPECIMENS = sorted(
    path
    for path in (Path(__file__).parent.parent / "documents" / "specimens").iterdir()
    if path.suffix in {".jpg", ".png"}
)
JPEG_START = b"\xff\xd8\xff"


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda path: path.stem)
def test_a_specimen_photograph_is_covered_and_shown_back(
    http_customer: HttpCustomer, specimen: Path
) -> None:
    http_customer.begins()
    status, page = http_customer.sends(specimen.name, specimen.read_bytes())
    assert status == 200
    assert http_customer.state(page) in {"ready", "confirm"}
    covered = http_customer.picture(page)
    assert covered.startswith(JPEG_START)
    assert b"Exif" not in covered[:4096]


def test_a_retry_after_a_lost_answer_finds_what_was_stored(http_customer: HttpCustomer) -> None:
    http_customer.begins()
    content = SPECIMENS[0].read_bytes()
    first = http_customer.sends("a.jpg", content, key="0123456789abcdef")
    assert http_customer.sends("a.jpg", content, key="0123456789abcdef") == first
    assert http_customer.sends("a.jpg", content, key="fedcba9876543210") != first


def test_what_is_no_picture_is_refused_with_what_to_do(http_customer: HttpCustomer) -> None:
    http_customer.begins()
    status, message = http_customer.sends(
        "passport.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    assert status == 422
    assert "Send a photo" in message


def test_a_broken_picture_is_refused_after_a_look_and_may_be_sent_again(
    http_customer: HttpCustomer,
) -> None:
    http_customer.begins()
    whole = SPECIMENS[0].read_bytes()
    status, page = http_customer.sends("cut.jpg", whole[: len(whole) // 2])
    if status == 200:
        assert http_customer.state(page) == "refused"
    else:
        assert status == 422
    status, page = http_customer.sends("whole.jpg", whole)
    assert status == 200
    assert http_customer.state(page) in {"ready", "confirm"}


def test_a_file_that_is_too_large_is_refused_before_it_is_read(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    with closing(connection):
        connection.putrequest("POST", "/verify/item/document_front")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", "16000000")
        connection.endheaders()
        assert connection.getresponse().status == 413
