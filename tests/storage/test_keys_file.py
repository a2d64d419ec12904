"""Owns the promises of epoch keys in files."""

import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import (
    KeyStoreError,
    MissingKeyError,
    StorageError,
    WrongKeyError,
)
from storage.keys import WrappedKey, unwrap_with
from storage.keys_file import FileKeys

VECTORS = Path(__file__).parents[1] / "vectors" / "key-store"
DATA_KEY = bytes(range(32))
EPOCH = "2033-11"


@pytest.fixture
def wrapped(keys: FileKeys) -> WrappedKey:
    return keys.wrap(DATA_KEY, EPOCH, b"row")


def key_path(keys: FileKeys) -> Path:
    return keys._directory / f"{EPOCH}.key"


def test_what_was_wrapped_unwraps(keys: FileKeys, wrapped: WrappedKey) -> None:
    assert keys.unwrap(wrapped, b"row") == DATA_KEY
    assert (wrapped.epoch, len(wrapped.blob)) == (EPOCH, 60)


def test_another_process_with_the_same_directory_unwraps(
    keys: FileKeys, wrapped: WrappedKey
) -> None:
    assert FileKeys(keys._directory).unwrap(wrapped, b"row") == DATA_KEY


def test_it_refuses_another_context(keys: FileKeys, wrapped: WrappedKey) -> None:
    with pytest.raises(WrongKeyError):
        keys.unwrap(wrapped, b"another row")


def test_the_same_key_is_wrapped_differently_each_time(keys: FileKeys) -> None:
    assert len({keys.wrap(DATA_KEY, EPOCH, b"row").blob for _ in range(50)}) == 50


@pytest.mark.parametrize("path", sorted(VECTORS.glob("wrapped-*.json")), ids=lambda p: p.stem)
def test_it_unwraps_what_the_vector_says(path: Path) -> None:
    case = json.loads(path.read_text())
    wrapped = WrappedKey(case["epoch"], bytes.fromhex(case["blob"]))
    key, context = bytes.fromhex(case["epoch_key"]), bytes.fromhex(case["context"])
    if case["expect"] == "ok":
        assert unwrap_with(key, wrapped, context).hex() == case["data_key"]
        return
    with pytest.raises(StorageError) as caught:
        unwrap_with(key, wrapped, context)
    assert caught.value.code == case["expect"]


@pytest.mark.parametrize("path", sorted(VECTORS.glob("file-*.json")), ids=lambda p: p.stem)
def test_it_reads_of_a_key_file_what_the_vector_says(path: Path, keys: FileKeys) -> None:
    case = json.loads(path.read_text())
    key_path(keys).touch(mode=0o600)
    key_path(keys).write_bytes(bytes.fromhex(case["file"]))
    if case["expect"] == "ok":
        assert keys._read(case["epoch"]).hex() == case["key"]
        return keys.check()
    for call in (keys.check, lambda: keys.wrap(DATA_KEY, EPOCH, b"row")):
        with pytest.raises(KeyStoreError, match="damaged"):
            call()
    return None


def test_files_are_for_their_owner_only(keys: FileKeys, wrapped: WrappedKey) -> None:
    keys.destroy("2000-01")
    assert keys._directory.stat().st_mode & 0o777 == 0o700
    for path in keys._directory.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_they_are_so_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys = FileKeys(tmp_path / "keys")
        keys.prepare()
        keys.wrap(DATA_KEY, EPOCH, b"row")
    finally:
        os.umask(before)
    assert key_path(keys).stat().st_mode & 0o777 == 0o600
    keys.check()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644])
def test_it_refuses_a_key_that_others_can_reach(
    keys: FileKeys, wrapped: WrappedKey, mode: int
) -> None:
    key_path(keys).chmod(mode)
    for call in (keys.check, lambda: keys.unwrap(wrapped, b"row")):
        with pytest.raises(KeyStoreError, match="open to group or others"):
            call()


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o777])
def test_it_refuses_a_directory_that_others_can_reach(
    keys: FileKeys, wrapped: WrappedKey, mode: int
) -> None:
    keys._directory.chmod(mode)
    for call in (keys.check, keys.epochs, lambda: keys.unwrap(wrapped, b"row")):
        with pytest.raises(KeyStoreError, match="open to group or others"):
            call()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_it_refuses_what_belongs_to_another_user(keys: FileKeys, wrapped: WrappedKey) -> None:
    os.chown(key_path(keys), 65534, 65534)
    with pytest.raises(KeyStoreError, match="another user"):
        keys.unwrap(wrapped, b"row")


def test_it_refuses_a_link_in_place_of_a_key(
    keys: FileKeys, wrapped: WrappedKey, tmp_path: Path
) -> None:
    elsewhere = key_path(keys).rename(tmp_path / "elsewhere")
    key_path(keys).symlink_to(elsewhere)
    with pytest.raises(KeyStoreError):
        keys.unwrap(wrapped, b"row")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_it_refuses_a_pipe_or_directory_in_place_of_a_key(
    keys: FileKeys, make: Callable[[Path, int], None]
) -> None:
    make(key_path(keys), 0o600)
    for call in (keys.check, lambda: keys.wrap(DATA_KEY, EPOCH, b"row")):
        with pytest.raises(KeyStoreError, match="not a regular file"):
            call()


def test_a_store_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="cannot be made"):
        FileKeys(tmp_path / "none" / "keys").prepare()


def test_it_refuses_a_link_in_place_of_the_directory(keys: FileKeys, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(keys._directory)
    with pytest.raises(KeyStoreError, match="not a directory"):
        FileKeys(link).check()


def test_a_store_that_is_not_there_is_not_made_by_use(tmp_path: Path, wrapped: WrappedKey) -> None:
    keys = FileKeys(tmp_path / "unmounted")
    for call in (keys.check, keys.epochs, lambda: keys.wrap(DATA_KEY, EPOCH, b"row")):
        with pytest.raises(KeyStoreError, match="no key store"):
            call()
    with pytest.raises(KeyStoreError):
        keys.unwrap(wrapped, b"row")
    assert not (tmp_path / "unmounted").exists()


def test_preparing_again_changes_nothing(keys: FileKeys, wrapped: WrappedKey) -> None:
    keys.prepare()
    assert keys.unwrap(wrapped, b"row") == DATA_KEY


def test_a_lost_key_is_missing_and_not_gone(keys: FileKeys, wrapped: WrappedKey) -> None:
    key_path(keys).unlink()
    with pytest.raises(MissingKeyError):
        keys.unwrap(wrapped, b"row")


@pytest.mark.parametrize(
    "epoch", ["", "../x", "A", ".new-1", "a/b", "a.key", "-a", "a" * 65, "é", "a\n"]
)
def test_it_refuses_names_that_are_no_epochs(keys: FileKeys, epoch: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: keys.wrap(DATA_KEY, epoch, b"row"),
        lambda: keys.unwrap(WrappedKey(epoch, bytes(60)), b"row"),
        lambda: keys.destroy(epoch),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="an epoch is named"):
            call()


def test_threads_that_start_an_epoch_together_share_one_key(keys: FileKeys) -> None:
    barrier = threading.Barrier(8)

    def start(_: int) -> WrappedKey:
        barrier.wait()
        return keys.wrap(DATA_KEY, EPOCH, b"row")

    with ThreadPoolExecutor(8) as pool:
        for wrapped in pool.map(start, range(8)):
            assert keys.unwrap(wrapped, b"row") == DATA_KEY


def wrap_many(directory: Path, rounds: int) -> list[WrappedKey]:
    keys = FileKeys(directory)
    return [keys.wrap(DATA_KEY, f"e{number}", b"row") for number in range(rounds)]


def test_processes_that_start_an_epoch_together_share_one_key(keys: FileKeys) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        results = pool.starmap(wrap_many, [(keys._directory, 30)] * 4)
    for wrapped in (one for result in results for one in result):
        assert keys.unwrap(wrapped, b"row") == DATA_KEY
    assert len(list(keys._directory.iterdir())) == 30
