"""Owns the promises of Objects, kept alike by the store in memory and by a real S3 server."""

import time
from typing import TYPE_CHECKING

import pytest

from storage.errors import (
    MissingObjectError,
    NameTakenError,
    UnavailableError,
    WrongLengthError,
)
from storage.objects import Absence
from storage.s3 import S3Objects

if TYPE_CHECKING:
    from tests.storage.conftest import Store


@pytest.mark.parametrize("length", [0, 1, 5_000, 5_500_000])
def test_it_gives_back_what_it_was_given(store: "Store", length: int) -> None:
    data = bytes(range(256)) * (length // 256) + bytes(length % 256)
    store.objects.put("a/one", data)
    assert store.objects.get("a/one") == data


def test_it_refuses_a_second_object_under_the_same_name(store: "Store") -> None:
    store.objects.put("a/one", b"first")
    if not store.refuses_second:  # then the probe says so, and what it costs
        assert isinstance(store.objects, S3Objects)
        assert not store.objects.probe().conditional_put
        return
    with pytest.raises(NameTakenError):
        store.objects.put("a/one", b"other")
    assert store.objects.get("a/one") == b"first"


def test_it_says_that_an_object_is_missing(store: "Store") -> None:
    with pytest.raises(MissingObjectError):
        store.objects.get("a/none")


def test_it_does_not_read_more_than_was_asked_for(store: "Store") -> None:
    store.objects.put("a/one", bytes(100))
    with pytest.raises(WrongLengthError):
        store.objects.get("a/one", at_most=99)
    assert store.objects.get("a/one", at_most=100) == bytes(100)


@pytest.mark.parametrize("length", [0, 3, 4, 5_000])
def test_it_gives_the_first_bytes_and_the_length_of_all(store: "Store", length: int) -> None:
    data = bytes(range(250)) * (length // 250) + bytes(length % 250)
    store.objects.put("a/one", data)
    assert store.objects.head("a/one", 4) == (data[:4], length)
    with pytest.raises(MissingObjectError):
        store.objects.head("a/none", 4)


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "../a", "A", "a b", "é", "a" * 201])
def test_it_refuses_names_that_a_store_could_alter(store: "Store", name: str) -> None:
    with pytest.raises(ValueError, match="named by"):
        store.objects.put(name, b"x")


def test_shredding_leaves_nothing(store: "Store") -> None:
    store.objects.put("a/one", b"x")
    assert store.objects.shred("a/one") == Absence(versions=1, markers=0, uploads=0)
    assert store.objects.list_names() == []
    with pytest.raises(MissingObjectError):
        store.objects.get("a/one")


def test_shredding_again_changes_nothing(store: "Store") -> None:
    store.objects.put("a/one", b"x")
    store.objects.shred("a/one")
    assert store.objects.shred("a/one") == Absence(0, 0, 0)


def test_shredding_removes_old_versions_and_delete_markers(store: "Store") -> None:
    for data in (b"1", b"2", b"3"):
        store.hands.overwrite("a/one", data)
    store.hands.hide("a/one")
    store.hands.overwrite("a/one", b"4")
    store.hands.hide("a/one")
    expected = Absence(4, 2, 0) if store.versioned else Absence(0, 0, 0)
    assert store.objects.shred("a/one") == expected
    assert store.objects.list_names() == []


def test_shredding_removes_unfinished_uploads(store: "Store") -> None:
    store.objects.put("a/one", b"x")
    store.hands.begin_upload("a/one")
    store.hands.begin_upload("a/one")
    assert store.objects.shred("a/one") == Absence(1, 0, 2)
    assert store.objects.list_names() == []


def test_shredding_removes_an_upload_that_never_became_an_object(store: "Store") -> None:
    store.hands.begin_upload("a/one")
    assert store.objects.shred("a/one") == Absence(0, 0, 1)


def test_shredding_spares_longer_names(store: "Store") -> None:
    for name in ("a/one", "a/one1", "a/one/two"):
        store.hands.overwrite(name, b"x")
    store.hands.begin_upload("a/one1")
    assert store.objects.shred("a/one") == Absence(1, 0, 0)
    assert store.objects.list_names("a/") == ["a/one/two", "a/one1"]
    assert store.objects.get("a/one1") == b"x"


def test_listing_finds_what_a_delete_marker_hides(store: "Store") -> None:
    store.objects.put("a/one", b"x")
    store.hands.hide("a/one")
    assert store.objects.list_names() == (["a/one"] if store.versioned else [])


def test_listing_finds_unfinished_uploads(store: "Store") -> None:
    store.hands.begin_upload("a/one")
    assert store.objects.list_names() == ["a/one"]


def test_listing_keeps_to_its_prefix(store: "Store") -> None:
    for name in ("a/1", "a/2", "b/1"):
        store.objects.put(name, b"x")
    assert store.objects.list_names("a/") == ["a/1", "a/2"]
    assert store.objects.list_names() == ["a/1", "a/2", "b/1"]


def test_a_store_in_reach_passes_the_check(store: "Store") -> None:
    store.objects.check()


def test_a_store_that_is_down_is_unavailable_within_bounded_time(store: "Store") -> None:
    down = store.down()
    begin = time.monotonic()
    for call in (
        lambda: down.put("a/one", b"x"),
        lambda: down.get("a/one"),
        lambda: down.shred("a/one"),
        down.list_names,
        down.check,
    ):
        with pytest.raises(UnavailableError):
            call()
    assert time.monotonic() - begin < 30
