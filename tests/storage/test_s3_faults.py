"""Owns what S3Objects does when the server is slow, broken, or does not know a question."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from storage.errors import (
    MissingObjectError,
    NotGoneError,
    ObjectStoreError,
    StorageError,
    UnavailableError,
    WrongDigestError,
)
from storage.objects import Absence
from storage.s3 import S3Objects, S3Settings

Answer = Callable[["Handler"], None]
EMPTY_LIST = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
ONE_LISTED = b"<ListBucketResult><Contents><Key>a/one</Key></Contents></ListBucketResult>"
ONE_VERSION = (
    b"<ListVersionsResult><Version><Key>a/one</Key><VersionId>null</VersionId></Version>"
    b"</ListVersionsResult>"
)


class Handler(BaseHTTPRequestHandler):
    """Every request gets the answer that the test set."""

    protocol_version = "HTTP/1.1"
    answer: Answer
    requests: list[str]

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.requests.append(f"{self.command} {self.path}")
        type(self).answer(self)

    do_PUT = do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Fault:
    """A server whose answer can be set, and a store that speaks to it."""

    def __init__(self, handler: type[Handler], port: int) -> None:
        self._handler = handler
        settings = S3Settings(
            f"http://127.0.0.1:{port}", "us-east-1", "b", "a", "s", read_seconds=0.3, attempts=2
        )
        self.objects = S3Objects(settings)

    @property
    def requests(self) -> list[str]:
        return self._handler.requests

    def answers(self, answer: Answer) -> None:
        self._handler.answer = answer


@pytest.fixture
def fault() -> Iterator[Fault]:
    handler = type("TheHandler", (Handler,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Fault(handler, server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def calls(objects: S3Objects) -> list[Callable[[], object]]:
    return [
        lambda: objects.put("a/one", b"x"),
        lambda: objects.get("a/one"),
        lambda: objects.shred("a/one"),
        objects.list_names,
        objects.check,
        objects.ensure_bucket,
        objects.probe,
    ]


def error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code></Error>".encode()


def silent(handler: Handler) -> None:
    time.sleep(0.8)
    handler.close_connection = True


def reset(handler: Handler) -> None:
    handler.close_connection = True


FAULTS: dict[str, Answer] = {
    "500": lambda handler: handler.say(500, error("InternalError")),
    "503": lambda handler: handler.say(503, error("SlowDown")),
    "429": lambda handler: handler.say(429, error("TooManyRequests")),
    "silent": silent,
    "reset": reset,
}


@pytest.mark.parametrize("name", FAULTS)
def test_trouble_is_unavailable_within_bounded_time(fault: Fault, name: str) -> None:
    fault.answers(FAULTS[name])
    for call in calls(fault.objects):
        begin = time.monotonic()
        with pytest.raises(UnavailableError):
            call()
        assert time.monotonic() - begin < 10


def test_a_body_that_breaks_off_is_unavailable(fault: Fault) -> None:
    def answer(handler: Handler) -> None:
        handler.say(200, b"half", Content_Length="8")
        handler.close_connection = True

    fault.answers(answer)
    with pytest.raises(UnavailableError):
        fault.objects.get("a/one")


def test_a_body_that_stalls_is_unavailable(fault: Fault) -> None:
    def answer(handler: Handler) -> None:
        handler.say(200, b"half", Content_Length="8")
        time.sleep(0.8)

    fault.answers(answer)
    with pytest.raises(UnavailableError):
        fault.objects.get("a/one")


def test_a_body_that_does_not_fit_its_checksum_is_refused(fault: Fault) -> None:
    fault.answers(lambda handler: handler.say(200, b"body", x_amz_checksum_crc32="AAAAAA=="))
    with pytest.raises(WrongDigestError):
        fault.objects.get("a/one")


def test_an_answer_that_is_no_answer_of_s3_is_a_storage_error(fault: Fault) -> None:
    fault.answers(lambda handler: handler.say(200, b"<html>a proxy's page"))
    for call in (fault.objects.list_names, lambda: fault.objects.shred("a/one")):
        with pytest.raises(ObjectStoreError):
            call()


def test_an_unknown_refusal_keeps_its_code_in_the_text(fault: Fault) -> None:
    fault.answers(lambda handler: handler.say(400, error("InvalidWhatever")))
    with pytest.raises(ObjectStoreError, match="InvalidWhatever") as caught:
        fault.objects.get("a/one")
    assert caught.value.code == "object_store"


def test_a_put_that_was_stored_but_not_acknowledged_succeeds(fault: Fault) -> None:
    def answer(handler: Handler) -> None:
        puts = sum(request.startswith("PUT") for request in handler.requests)
        if handler.command == "GET":
            handler.say(200, b"x")
        elif puts == 1:
            handler.close_connection = True
        else:
            handler.say(412, error("PreconditionFailed"))

    fault.answers(answer)
    fault.objects.put("a/one", b"x")
    assert [request.split("?")[0] for request in fault.requests] == [
        "PUT /b/a/one",
        "PUT /b/a/one",
        "GET /b/a/one",
    ]


def test_deletions_that_were_only_said_to_be_done_are_found_out(fault: Fault) -> None:
    def answer(handler: Handler) -> None:
        if "versions" in handler.path:
            handler.say(200, ONE_VERSION)
        elif "uploads" in handler.path:
            handler.say(200, EMPTY_LIST.replace(b"ListBucket", b"ListMultipartUploads"))
        else:
            handler.say(200, b"<DeleteResult></DeleteResult>")

    fault.answers(answer)
    with pytest.raises(NotGoneError, match="no refusal was reported"):
        fault.objects.shred("a/one")


def test_a_store_that_knows_no_versions_is_listed_without(fault: Fault) -> None:
    deleted: list[bool] = []

    def answer(handler: Handler) -> None:
        if "versions" in handler.path:
            handler.say(501, error("NotImplemented"))
        elif "uploads" in handler.path:
            handler.say(200, EMPTY_LIST.replace(b"ListBucket", b"ListMultipartUploads"))
        elif handler.command == "POST":
            deleted.append(True)
            handler.say(200, b"<DeleteResult></DeleteResult>")
        else:
            handler.say(200, EMPTY_LIST if deleted else ONE_LISTED)

    fault.answers(answer)
    assert fault.objects.shred("a/one") == Absence(1, 0, 0)


def test_every_failure_is_a_storage_error_with_a_code() -> None:
    def below(kind: type[StorageError]) -> list[type[StorageError]]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    kinds = below(StorageError)
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert str(MissingObjectError()) == "missing_object"
