"""Owns what S3Objects does when the server is slow, broken, or does not know a question."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from storage.errors import (
    UnavailableError,
    WrongDigestError,
)
from storage.s3 import S3Objects

if TYPE_CHECKING:
    from tests.storage.fault_server import Answer, Fault, Handler


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


def silent(handler: "Handler") -> None:
    time.sleep(0.8)
    handler.close_connection = True


def reset(handler: "Handler") -> None:
    handler.close_connection = True


FAULTS: dict[str, "Answer"] = {
    "500": lambda handler: handler.fail(500, "InternalError"),
    "503": lambda handler: handler.fail(503, "SlowDown"),
    "429": lambda handler: handler.fail(429, "TooManyRequests"),
    "silent": silent,
    "reset": reset,
}


@pytest.mark.parametrize("name", FAULTS)
def test_trouble_is_unavailable_within_bounded_time(fault: "Fault", name: str) -> None:
    fault.answers(FAULTS[name])
    for call in calls(fault.objects):
        begin = time.monotonic()
        with pytest.raises(UnavailableError):
            call()
        assert time.monotonic() - begin < 10


def test_a_body_that_breaks_off_is_unavailable(fault: "Fault") -> None:
    def answer(handler: "Handler") -> None:
        handler.say(200, b"half", Content_Length="8")
        handler.close_connection = True

    fault.answers(answer)
    with pytest.raises(UnavailableError):
        fault.objects.get("a/one")


def test_a_body_that_stalls_is_unavailable(fault: "Fault") -> None:
    def answer(handler: "Handler") -> None:
        handler.say(200, b"half", Content_Length="8")
        time.sleep(0.8)

    fault.answers(answer)
    with pytest.raises(UnavailableError):
        fault.objects.get("a/one")


def test_a_body_that_does_not_fit_its_checksum_is_refused(fault: "Fault") -> None:
    fault.answers(lambda handler: handler.say(200, b"body", x_amz_checksum_crc32="AAAAAA=="))
    with pytest.raises(WrongDigestError):
        fault.objects.get("a/one")


def test_a_put_that_was_stored_but_not_acknowledged_succeeds(fault: "Fault") -> None:
    def answer(handler: "Handler") -> None:
        puts = sum(request.startswith("PUT") for request in handler.requests)
        if handler.command == "GET":
            handler.say(200, b"x")
        elif puts == 1:
            handler.close_connection = True
        else:
            handler.fail(412, "PreconditionFailed")

    fault.answers(answer)
    fault.objects.put("a/one", b"x")
    assert [request.split("?")[0] for request in fault.requests] == [
        "PUT /b/a/one",
        "PUT /b/a/one",
        "GET /b/a/one",
    ]
