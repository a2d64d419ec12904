"""Owns the same way over plain HTTP, with photographs of specimen documents."""

import http.client
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Browser

from tests.e2e.service import Service

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]

SPECIMENS = sorted(
    path
    for path in (Path(__file__).parent.parent / "documents" / "specimens").iterdir()
    if path.suffix in {".jpg", ".png"}
)
JPEG_START = b"\xff\xd8\xff"


class HttpCustomer:
    """A customer without a browser: forms and pictures over HTTP."""

    def __init__(self, http: APIRequestContext, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    def token(self, path: str) -> str:
        page = self._http.get(self._base_url + path).text()
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    def posts(self, path: str, page: str, **form: str | float | bool) -> str:
        answer = self._http.post(
            self._base_url + path, form={"csrf_token": self.token(page), **form}
        )
        assert answer.ok, answer.text()[:800]
        assert "error-summary" not in answer.text(), answer.text()
        return answer.url

    def begins(self) -> None:
        self.posts("/start", "/")
        self.posts(
            "/verify/details",
            "/verify/details",
            surname="Specimen",
            given_names="Sam",
            email="sam@example.com",
            phone="+3725123456",
            date_of_birth="1980-02-03",
            nationality="EE",
            residence="EE",
            acting_for="self",
            notice_seen="y",
        )
        self.posts(
            "/verify/document",
            "/verify/document",
            document_type="passport",
            document_country="EE",
        )

    def sends(self, name: str, content: bytes, key: str = "") -> tuple[int, str]:
        """Status and answer of an upload of the document's front."""
        path = "/verify/item/document_front"
        headers = {"X-CSRFToken": self.token(path), "Accept": "application/json"}
        answer = self._http.post(
            self._base_url + path,
            headers=headers | ({"Idempotency-Key": key} if key else {}),
            multipart={"file": {"name": name, "mimeType": "image/jpeg", "buffer": content}},
        )
        body = answer.json()
        return answer.status, body.get("next") or body["error"]["message"]

    def state(self, page: str) -> str:
        until = time.monotonic() + 60
        while True:
            state = str(self._http.get(f"{self._base_url}{page}/state").json()["state"])
            if state != "processing":
                return state
            assert time.monotonic() < until
            time.sleep(0.2)

    def picture(self, page: str) -> bytes:
        answer = self._http.get(f"{self._base_url}{page}/image")
        assert answer.ok
        assert answer.headers["cache-control"] == "no-store"
        return answer.body()


@pytest.fixture
def customer(browser: Browser, service: Service) -> Iterator[HttpCustomer]:
    with closing(browser.new_context()) as context:
        yield HttpCustomer(context.request, service.base_url)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda path: path.stem)
def test_a_specimen_photograph_is_covered_and_shown_back(
    customer: HttpCustomer, specimen: Path
) -> None:
    customer.begins()
    status, page = customer.sends(specimen.name, specimen.read_bytes())
    assert status == 200
    assert customer.state(page) in {"ready", "confirm"}
    covered = customer.picture(page)
    assert covered.startswith(JPEG_START)
    assert b"Exif" not in covered[:4096]


def test_a_retry_after_a_lost_answer_finds_what_was_stored(customer: HttpCustomer) -> None:
    customer.begins()
    content = SPECIMENS[0].read_bytes()
    first = customer.sends("a.jpg", content, key="0123456789abcdef")
    assert customer.sends("a.jpg", content, key="0123456789abcdef") == first
    assert customer.sends("a.jpg", content, key="fedcba9876543210") != first


def test_what_is_no_picture_is_refused_with_what_to_do(customer: HttpCustomer) -> None:
    customer.begins()
    status, message = customer.sends("passport.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert status == 422
    assert "Send a photo" in message


def test_a_broken_picture_is_refused_after_a_look_and_may_be_sent_again(
    customer: HttpCustomer,
) -> None:
    customer.begins()
    whole = SPECIMENS[0].read_bytes()
    status, page = customer.sends("cut.jpg", whole[: len(whole) // 2])
    if status == 200:
        assert customer.state(page) == "refused"
    else:
        assert status == 422
    status, page = customer.sends("whole.jpg", whole)
    assert status == 200
    assert customer.state(page) in {"ready", "confirm"}


def test_a_file_that_is_too_large_is_refused_before_it_is_read(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    with closing(connection):
        connection.putrequest("POST", "/verify/item/document_front")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", "16000000")
        connection.endheaders()
        assert connection.getresponse().status == 413
