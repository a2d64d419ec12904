"""Owns what S3Objects makes of answers that are correct and unusual, or not those of S3 at all."""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from storage.errors import (
    AccessRefusedError,
    MissingObjectError,
    NotGoneError,
    ObjectStoreError,
    StorageError,
    UnsafeBucketError,
)
from storage.objects import Absence
from storage.s3 import S3Objects, S3Settings

if TYPE_CHECKING:
    from tests.storage.fault_server import Fault, Handler

EMPTY_LIST = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
NO_UPLOADS = EMPTY_LIST.replace(b"ListBucket", b"ListMultipartUploads")
ONE_UPLOAD = NO_UPLOADS.replace(
    b"<Is", b"<Upload><Key>a/one</Key><UploadId>u</UploadId></Upload><Is"
)
ONE_LISTED = b"<ListBucketResult><Contents><Key>a/one</Key></Contents></ListBucketResult>"
ONE_VERSION = (
    b"<ListVersionsResult><Version><Key>a/one</Key><VersionId>null</VersionId></Version>"
    b"</ListVersionsResult>"
)


def test_an_answer_that_is_no_answer_of_s3_is_a_storage_error(fault: "Fault") -> None:
    fault.answers(lambda handler: handler.say(200, b"<html>a proxy's page"))
    for call in (fault.objects.list_names, lambda: fault.objects.shred("a/one")):
        with pytest.raises(ObjectStoreError):
            call()


def test_an_unknown_refusal_keeps_its_code_in_the_text(fault: "Fault") -> None:
    fault.answers(lambda handler: handler.fail(400, "InvalidWhatever"))
    with pytest.raises(ObjectStoreError, match="InvalidWhatever") as caught:
        fault.objects.get("a/one")
    assert caught.value.code == "object_store"


def test_deletions_that_were_only_said_to_be_done_are_found_out(fault: "Fault") -> None:
    def answer(handler: "Handler") -> None:
        if "versions" in handler.path:
            handler.say(200, ONE_VERSION)
        elif "uploads" in handler.path:
            handler.say(200, NO_UPLOADS)
        else:
            handler.say(200, b"<DeleteResult></DeleteResult>")

    fault.answers(answer)
    with pytest.raises(NotGoneError, match="no refusal was reported"):
        fault.objects.shred("a/one")


def test_a_store_that_knows_no_versions_is_listed_without(fault: "Fault") -> None:
    deleted: list[bool] = []

    def answer(handler: "Handler") -> None:
        if "versions" in handler.path:
            handler.fail(501, "NotImplemented")
        elif "uploads" in handler.path:
            handler.say(200, NO_UPLOADS)
        elif handler.command == "POST":
            deleted.append(True)
            handler.say(200, b"<DeleteResult></DeleteResult>")
        else:
            handler.say(200, EMPTY_LIST if deleted else ONE_LISTED)

    fault.answers(answer)
    assert fault.objects.shred("a/one") == Absence(1, 0, 0)


def test_an_upload_that_ended_meanwhile_is_no_obstacle(fault: "Fault") -> None:
    def answer(handler: "Handler") -> None:
        aborted = any(request.startswith("DELETE") for request in handler.requests)
        if handler.command == "DELETE":
            handler.fail(404, "NoSuchUpload")
        elif "versions" in handler.path:
            handler.say(200, EMPTY_LIST.replace(b"ListBucket", b"ListVersions"))
        else:
            handler.say(200, NO_UPLOADS if aborted else ONE_UPLOAD)

    fault.answers(answer)
    assert fault.objects.shred("a/one") == Absence(0, 0, 1)


@pytest.mark.parametrize(
    ("code", "second_look", "outcome"),
    [
        ("BucketAlreadyOwnedByYou", 200, nullcontext()),
        ("BucketAlreadyExists", 403, pytest.raises(AccessRefusedError)),
        ("InvalidBucketName", 200, pytest.raises(ObjectStoreError)),
    ],
)
def test_a_bucket_made_by_another_meanwhile_is_ours_only_if_we_may_look_at_it(
    fault: "Fault", code: str, second_look: int, outcome: AbstractContextManager[object]
) -> None:
    def answer(handler: "Handler") -> None:
        asked_before = any(request.startswith("PUT") for request in handler.requests)
        if handler.command == "HEAD":
            handler.say(second_look if asked_before else 404)
        else:
            handler.fail(409, code)

    fault.answers(answer)
    with outcome:
        fault.objects.ensure_bucket()


def test_a_bucket_with_mfa_delete_is_refused(fault: "Fault") -> None:
    body = b"<VersioningConfiguration><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>"
    fault.answers(lambda handler: handler.say(200, body))
    with pytest.raises(UnsafeBucketError, match="MFA"):
        fault.objects.probe()
    assert fault.requests == ["GET /b?versioning"]


def test_a_mistake_in_the_settings_is_a_storage_error() -> None:
    objects = S3Objects(S3Settings("http://127.0.0.1:9", "r", "no bucket's name!", "a", "s"))
    with pytest.raises(ObjectStoreError) as caught:
        objects.check()
    assert caught.value.code == "object_store"


def test_a_proxy_of_the_environment_is_not_asked_for_a_local_store(
    fault: "Fault", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    fault.answers(lambda handler: handler.say(200))
    fault.objects.check()


def test_every_failure_is_a_storage_error_with_a_code() -> None:
    def below(kind: type[StorageError]) -> list[type[StorageError]]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    kinds = [kind for kind in below(StorageError) if kind.__module__ == "storage.errors"]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert str(MissingObjectError()) == "missing_object"


def _elsewhere(fault: "Fault") -> S3Objects:
    """The same server by a name that does not say that it is this machine."""
    endpoint = fault.url.replace("127.0.0.1", "127.1")
    return S3Objects(S3Settings(endpoint, "us-east-1", "b", "a", "s", attempts=1))


@pytest.mark.parametrize("status", [200, 403])
def test_a_store_elsewhere_tells_its_time_also_when_it_refuses_ours(
    fault: "Fault", status: int
) -> None:
    said = "Sun, 06 Nov 2033 08:49:37 GMT"
    fault.answers(lambda handler: handler.say(status, Date=said))
    fault.says_no_date()
    assert _elsewhere(fault).now() == datetime(2033, 11, 6, 8, 49, 37, tzinfo=UTC)
    assert fault.objects.now() is None, "a store on this machine has our clock"


@pytest.mark.parametrize("headers", [{}, {"Date": "soon"}])
def test_a_store_that_tells_no_time_is_no_witness(fault: "Fault", headers: dict[str, str]) -> None:
    fault.says_no_date()
    fault.answers(lambda handler: handler.say(200, b"", **headers))
    assert _elsewhere(fault).now() is None
