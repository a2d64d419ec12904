"""Owns the deletion of many objects at once: everything named is gone, or told; nothing else is."""

from typing import TYPE_CHECKING

import pytest

from storage.errors import NotGoneError, UnavailableError
from storage.objects import Absence, Shredded
from storage.s3_listing import versions_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.s3 import S3Objects
    from tests.storage.conftest import S3Hands, Server, Store
    from tests.storage.fault_server import Fault, Handler

    NewBucket = Callable[..., tuple[S3Objects, S3Hands]]

ONE = Absence(1, 0, 0)
NONE = Absence(0, 0, 0)
WHOLE = "<IsTruncated>false</IsTruncated>"


def test_many_are_gone_at_once_and_each_is_told(store: "Store") -> None:
    store.put_all(["a/1", "a/2", "b/1"])
    assert store.objects.shred_all(["b/1", "a/1", "a/2"]) == Shredded(
        {"a/1": ONE, "a/2": ONE, "b/1": ONE}, {}
    )
    assert store.objects.list_names() == []


def test_nothing_asked_for_is_nothing_done(store: "Store") -> None:
    store.objects.put("a/1", b"x")
    assert store.objects.shred_all([]) == Shredded({}, {})
    assert store.objects.list_names() == ["a/1"]


def test_asking_twice_or_for_what_is_not_there_is_harmless(store: "Store") -> None:
    store.objects.put("a/1", b"x")
    assert store.objects.shred_all(["a/1", "a/1", "a/2"]).gone == {"a/1": ONE, "a/2": NONE}
    assert store.objects.shred_all(["a/1", "a/2"]).gone == {"a/1": NONE, "a/2": NONE}


def test_versions_markers_and_unfinished_uploads_go_with_their_name(store: "Store") -> None:
    for data in (b"1", b"2"):
        store.hands.overwrite("a/1", data)
    store.hands.hide("a/1")
    store.hands.overwrite("a/1", b"3")
    store.objects.put("a/2", b"x")
    store.hands.begin_upload("a/2")
    store.hands.begin_upload("a/3")
    gone = store.objects.shred_all(["a/1", "a/2", "a/3"]).gone
    assert gone["a/1"] == (Absence(3, 1, 0) if store.versioned else ONE)
    assert (gone["a/2"], gone["a/3"]) == (Absence(1, 0, 1), Absence(0, 0, 1))
    assert store.objects.list_names() == []


def test_neighbours_are_spared_however_alike_their_names_are(store: "Store") -> None:
    spared = ["a/1-1", "a/1/2", "a/11", "a/3", "a/30", "a1/1", "b/1"]
    for name in ["a/1", "a/2", *spared]:
        store.hands.overwrite(name, b"x")
    store.hands.begin_upload("a/11")
    store.hands.begin_upload("a/4")
    assert store.objects.shred_all(["a/1", "a/2"]).gone == {"a/1": ONE, "a/2": ONE}
    assert store.objects.list_names() == sorted([*spared, "a/4"])
    assert store.objects.get("a/11") == b"x"


def test_names_in_a_directory_with_others_below_it_are_all_found(store: "Store") -> None:
    """Where the order of a store among directories is not that of the bytes."""
    names = ["a/one", "a/one-1", "a/one/two", "a/one1"]
    for name in names:
        store.hands.overwrite(name, b"x")
    assert store.objects.shred_all(["a/one-1", "a/one1"]).gone == {"a/one-1": ONE, "a/one1": ONE}
    assert store.objects.shred_all(names).gone["a/one/two"] == ONE
    assert store.objects.list_names() == []


def test_a_locked_object_is_told_by_name_and_does_not_stop_the_others(
    locking_store: "Store",
) -> None:
    store = locking_store
    store.put_all(["a/1", "a/2", "a/3"])
    store.hands.lock("a/2")
    shredded = store.objects.shred_all(["a/1", "a/2", "a/3"])
    assert set(shredded.gone) == {"a/1", "a/3"}
    assert set(shredded.left) == {"a/2"}
    assert store.objects.list_names() == ["a/2"]
    assert store.objects.get("a/2") == b"x"
    with pytest.raises(NotGoneError, match="a/2"):
        store.objects.shred("a/2")


def test_a_name_that_a_store_could_alter_is_refused_before_anything_is_removed(
    store: "Store",
) -> None:
    store.objects.put("a/1", b"x")
    with pytest.raises(ValueError, match="named by"):
        store.objects.shred_all(["a/1", "a/"])
    assert store.objects.list_names() == ["a/1"]


def test_a_store_that_is_down_removes_nothing_silently(store: "Store") -> None:
    down = store.down()
    with pytest.raises(UnavailableError):
        down.shred_all(["a/1"])
    with pytest.raises(UnavailableError):
        list(down.walk())


def test_walking_tells_each_name_with_its_age(store: "Store") -> None:
    store.put_all(["a/1", "a/2", "b/1"])
    store.hands.begin_upload("a/3")
    found = list(store.objects.walk("a/"))
    assert [stored.name for stored in found] == ["a/1", "a/2", "a/3"]
    assert all(stored.at.tzinfo is not None for stored in found)


@pytest.mark.parametrize("store", ["memory", "seaweedfs"], indirect=True)
def test_more_than_a_thousand_go_in_one_call(store: "Store") -> None:
    names = [f"a/{number:04x}" for number in range(1_010)]
    spared = [f"{name}0" for name in names[::101]]
    store.put_all([*names, *spared])
    shredded = store.objects.shred_all(names)
    assert shredded == Shredded(dict.fromkeys(names, ONE), {})
    assert store.objects.list_names() == spared


@pytest.mark.parametrize("store", ["seaweedfs", "seaweedfs-versioned"], indirect=True)
def test_few_among_many_are_found_page_by_page(store: "Store") -> None:
    names = [f"a/{number:04x}" for number in range(1_060)]
    store.put_all(names)
    wanted = [names[0], names[499], *names[1_020:1_036], names[-1]]
    assert store.objects.shred_all(wanted) == Shredded(dict.fromkeys(wanted, ONE), {})
    assert store.objects.list_names() == sorted(set(names) - set(wanted))


def test_a_name_with_more_versions_than_a_page_holds_goes_whole(
    new_bucket: "NewBucket", server: "Server"
) -> None:
    objects, hands = new_bucket(versioned=True)
    for name in ("a/1", "a/2", "a/3"):
        hands.overwrite(name, b"x")
    for _ in range(3):
        hands.client.delete_objects(Bucket=hands.bucket, Delete={"Objects": [{"Key": "a/2"}] * 400})
    gone = objects.shred_all(["a/1", "a/2", "a/3"]).gone
    markers = 1200 if server.marks_again else 1
    assert gone == {"a/1": ONE, "a/2": Absence(1, markers, 0), "a/3": ONE}
    assert objects.list_names() == []


def test_neighbours_take_four_requests_however_many_they_are(
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
    assert objects.shred_all(names) == Shredded(dict.fromkeys(names, ONE), {})
    versions, uploads = "ListObjectVersions", "ListMultipartUploads"
    assert asked == [versions, "DeleteObjects", uploads, versions]


@pytest.mark.parametrize("way", ["shred_all", "shred_known"])
@pytest.mark.parametrize("names", [["a/5"], ["a/5", "a/6"]])
def test_an_upload_that_is_finished_between_the_listings_is_told(
    fault: "Fault", names: list[str], way: str
) -> None:
    """It is neither among the uploads nor, at first, among the versions."""
    listings: list[str] = []

    def answer(handler: "Handler") -> None:
        body = ""
        if "uploads" in handler.path:
            listings.append("uploads")
        elif listings:
            body = "<Version><Key>a/5</Key><VersionId>v</VersionId></Version>"
        handler.say(200, f"<ListVersionsResult>{WHOLE}{body}</ListVersionsResult>".encode())

    fault.answers(answer)
    shredded = getattr(fault.objects, way)(names)
    assert shredded.left == {"a/5": "1 versions and 0 uploads left (no refusal was reported)"}
    assert listings


def test_a_page_of_others_behind_them_is_no_proof_when_it_names_one_of_them_too(
    fault: "Fault",
) -> None:
    def answer(handler: "Handler") -> None:
        names = [] if "uploads" in handler.path else ["a/6", "a/7"]
        body = "".join(f"<Version><Key>{n}</Key><VersionId>v</VersionId></Version>" for n in names)
        handler.say(200, f"<ListVersionsResult>{WHOLE}{body}</ListVersionsResult>".encode())

    fault.answers(answer)
    shredded = fault.objects.shred_all(["a/5", "a/6"])
    assert (set(shredded.gone), set(shredded.left)) == ({"a/5"}, {"a/6"})


def test_a_store_that_ignores_where_to_begin_is_asked_name_by_name(fault: "Fault") -> None:
    def version(name: str) -> str:
        return f"<Version><Key>{name}</Key><VersionId>v</VersionId></Version>"

    def answer(handler: "Handler") -> None:
        names = ["a/5"] if "prefix=a%2F5" in handler.path else ["a/1", "a/5"]
        body = "" if "prefix=a%2F6" in handler.path else "".join(map(version, names))
        handler.say(200, f"<ListVersionsResult>{WHOLE}{body}</ListVersionsResult>".encode())

    fault.answers(answer)
    found = versions_of(fault.objects._client(), "b", ["a/5", "a/6"])
    assert [version.name for version in found] == ["a/5"]
