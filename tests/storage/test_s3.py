"""Owns what S3Objects promises beyond Objects, against a real S3 server."""

import multiprocessing
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.errors import (
    AccessRefusedError,
    MissingBucketError,
    NameTakenError,
    NotGoneError,
)
from storage.objects import Absence
from storage.recipients import WorkerKeys
from storage.s3 import S3Objects, S3Settings
from storage.vault import Vault

if TYPE_CHECKING:
    from tests.storage.conftest import S3Hands, Server

    NewBucket = Callable[..., tuple[S3Objects, S3Hands]]


def test_a_vault_on_a_real_server_gives_back_what_it_sealed(
    new_bucket: "NewBucket", ring: WorkerKeys
) -> None:
    objects, _ = new_bucket(versioned=True)
    vault, plaintext = Vault(objects, ring), secrets.token_bytes(3_000_000)
    ids = {"session_id": "s", "artifact_id": "a", "kind": "document_front", "stage": "redacted"}
    row = vault.put(plaintext, **ids, content_type="image/jpeg", epoch="2033-11")
    vault.check()
    assert vault.get(row, **ids) == plaintext
    assert vault.shred(row.object_name) == Absence(1, 0, 0)
    assert vault.names() == []


def test_what_is_locked_is_not_reported_gone(new_bucket: "NewBucket") -> None:
    objects, hands = new_bucket(locked=True)
    hands.client.put_object(
        Bucket=hands.bucket,
        Key="a/held",
        Body=b"x",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=datetime.now(UTC) + timedelta(hours=1),
    )
    with pytest.raises(NotGoneError, match="1 versions and 0 uploads left"):
        objects.shred("a/held")
    assert objects.get("a/held") == b"x"


def test_a_suspended_bucket_is_shredded_whole(new_bucket: "NewBucket") -> None:
    objects, hands = new_bucket(versioned=True)
    hands.overwrite("a/one", b"1")
    hands.client.put_bucket_versioning(
        Bucket=hands.bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    hands.overwrite("a/one", b"2")
    assert objects.probe().versioning == "suspended"
    assert objects.shred("a/one") == Absence(2, 0, 0)
    assert objects.list_names() == []


def test_shredding_goes_beyond_one_page_of_versions(
    new_bucket: "NewBucket", server: "Server"
) -> None:
    objects, hands = new_bucket(versioned=True)
    hands.overwrite("a/one", b"x")
    for _ in range(3):  # each plain deletion adds a delete marker, and one request may ask for many
        hands.client.delete_objects(
            Bucket=hands.bucket, Delete={"Objects": [{"Key": "a/one"}] * 400}
        )
    markers = 1200 if server.marks_again else 1
    assert objects.shred("a/one") == Absence(versions=1, markers=markers, uploads=0)
    assert objects.list_names() == []


def test_a_wrong_secret_is_refused(new_bucket: "NewBucket", server: "Server") -> None:
    _, hands = new_bucket()
    objects = S3Objects(server.settings(hands.bucket, secret_key="wrong"))
    for call in (objects.check, objects.probe, lambda: objects.get("a/one"), objects.list_names):
        with pytest.raises(AccessRefusedError):
            call()


def test_a_missing_bucket_has_a_name_of_its_own(connect: Callable[[str], S3Objects]) -> None:
    objects = connect("never-made")
    for call in (
        lambda: objects.put("a/one", b"x"),
        lambda: objects.get("a/one"),
        lambda: objects.shred("a/one"),
        objects.list_names,
    ):
        with pytest.raises(MissingBucketError):
            call()


@pytest.mark.parametrize("mode", ["when_supported", "when_required"])
def test_both_checksum_modes_work(new_bucket: "NewBucket", server: "Server", mode: str) -> None:
    _, hands = new_bucket()
    objects = S3Objects(server.settings(hands.bucket, checksum_mode=mode))
    objects.put("a/one", b"x" * 100_000)
    assert objects.get("a/one") == b"x" * 100_000


def test_a_retried_put_accepts_its_own_object_and_no_other(new_bucket: "NewBucket") -> None:
    objects, hands = new_bucket()
    hands.overwrite("a/one", b"mine")  # the acknowledgement of this one was lost
    objects.put("a/one", b"mine")
    for other in (b"other", b"min", b"mine too"):
        with pytest.raises(NameTakenError):
            objects.put("a/one", other)


def test_threads_share_one_store(new_bucket: "NewBucket") -> None:
    objects, _ = new_bucket()
    fresh = S3Objects(objects._settings)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: fresh.put(f"a/{n}", str(n).encode()), range(64)))
        read = list(pool.map(lambda n: fresh.get(f"a/{n}"), range(64)))
    assert read == [str(n).encode() for n in range(64)]


def test_a_forked_child_has_a_client_of_its_own(new_bucket: "NewBucket") -> None:
    objects, _ = new_bucket()
    objects.put("a/one", b"x")
    before = objects._client()
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)

    def child() -> None:
        writer.send((objects.get("a/one"), objects._client() is before))

    process = context.Process(target=child)
    process.start()
    assert reader.poll(30)
    assert reader.recv() == (b"x", False)
    process.join(10)
    assert (process.exitcode, objects._client()) == (0, before)


def test_making_it_connects_nowhere() -> None:
    objects = S3Objects(S3Settings("http://127.0.0.1:9", "r", "b", "a", "s"))
    assert objects._client_of is None


def test_settings_do_not_show_the_secret() -> None:
    assert "hidden" not in repr(S3Settings(None, "r", "b", "a", secret_key="hidden"))
