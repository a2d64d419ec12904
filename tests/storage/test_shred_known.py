"""Owns the quick deletion of what was put here: not listed first, and yet all of it is gone."""

from typing import TYPE_CHECKING

import pytest

from storage.objects import Absence, Shredded

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.s3 import S3Objects
    from tests.storage.conftest import S3Hands, Store
    from tests.storage.fault_server import Fault, Handler

    NewBucket = Callable[..., tuple[S3Objects, S3Hands]]

ONE = Absence(1, 0, 0)
NONE = Absence(0, 0, 0)
WHOLE = "<IsTruncated>false</IsTruncated>"


def test_what_was_put_here_takes_no_listing_of_it_where_nothing_is_kept(
    new_bucket: "NewBucket",
) -> None:
    objects, hands = new_bucket()
    for number in range(40):
        hands.overwrite(f"a/{number:02}", b"x")
    asked: list[str] = []
    objects._client().meta.events.register(
        "before-call.s3", lambda model, **_rest: asked.append(model.name)
    )
    names = [f"a/{number:02}" for number in range(30)]
    assert objects.shred_known(names) == Shredded(dict.fromkeys(names, ONE), {})
    first, deleted, *proof = asked
    assert (first, deleted) == ("GetBucketVersioning", "DeleteObjects")
    assert proof == ["ListMultipartUploads", "ListObjectVersions"]
    assert objects.list_names() == [f"a/{number:02}" for number in range(30, 40)]


def test_of_what_was_put_here_every_version_marker_and_upload_goes_too(store: "Store") -> None:
    for data in (b"1", b"2"):
        store.hands.overwrite("a/1", data)
    store.hands.hide("a/1")
    store.hands.overwrite("a/1", b"3")
    store.objects.put("a/2", b"x")
    store.hands.begin_upload("a/2")
    store.objects.put("a/3", b"x")
    store.objects.put("a/22", b"x")
    gone = store.objects.shred_known(["a/3", "a/1", "a/2"]).gone
    assert gone["a/1"] == (Absence(3, 1, 0) if store.versioned else ONE)
    assert (gone["a/2"], gone["a/3"]) == (Absence(1, 0, 1), ONE)
    assert store.objects.list_names() == ["a/22"]


def test_others_between_those_that_were_put_here_are_spared(store: "Store") -> None:
    names = [f"a/{number:02}" for number in range(30)]
    store.put_all(names)
    assert store.objects.shred_known(names[::2]).gone == dict.fromkeys(names[::2], ONE)
    assert store.objects.list_names() == names[1::2]


def test_what_was_put_here_and_is_locked_is_told_by_name(locking_store: "Store") -> None:
    store = locking_store
    store.put_all(["a/1", "a/2", "a/3"])
    store.hands.lock("a/2")
    shredded = store.objects.shred_known(["a/1", "a/2", "a/3"])
    assert (set(shredded.gone), set(shredded.left)) == ({"a/1", "a/3"}, {"a/2"})
    assert store.objects.get("a/2") == b"x"


@pytest.mark.parametrize("code", ["AccessDenied", "NotImplemented"])
def test_a_bucket_that_does_not_say_whether_it_keeps_versions_is_looked_into_first(
    fault: "Fault", code: str
) -> None:
    """A deletion by name would only put a marker before what is kept."""

    def answer(handler: "Handler") -> None:
        if "versioning" in handler.path:
            handler.fail(501 if code == "NotImplemented" else 403, code)
        else:
            handler.say(200, f"<ListVersionsResult>{WHOLE}</ListVersionsResult>".encode())

    fault.answers(answer)
    assert fault.objects.shred_known(["a/5", "a/6"]).gone == {"a/5": NONE, "a/6": NONE}
    assert not [request for request in fault.requests if request.startswith("POST")]


def test_a_version_that_is_kept_against_the_word_of_the_bucket_is_told(fault: "Fault") -> None:
    kept = "<Version><Key>a/5</Key><VersionId>v</VersionId></Version>"

    def answer(handler: "Handler") -> None:
        body = kept if "versions" in handler.path else ""
        handler.say(200, f"<ListVersionsResult>{WHOLE}{body}</ListVersionsResult>".encode())

    fault.answers(answer)
    shredded = fault.objects.shred_known(["a/5", "a/6"])
    assert set(shredded.gone) == {"a/6"}
    assert shredded.left == {"a/5": "1 versions and 0 uploads left (no refusal was reported)"}


def test_an_object_whose_deletion_is_refused_is_not_counted_as_removed(fault: "Fault") -> None:
    def answer(handler: "Handler") -> None:
        body = "<Error><Key>a/5</Key><Code>InternalError</Code></Error>"
        said = body if "delete" in handler.path else WHOLE
        handler.say(200, f"<Result>{said}</Result>".encode())

    fault.answers(answer)
    assert fault.objects.shred_known(["a/5", "a/6"]).gone == {"a/5": NONE, "a/6": ONE}
