"""Owns the promises about destroyed epoch keys."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from storage.errors import KeyGoneError, KeyStoreError
from storage.keys import WrappedKey
from storage.keys_file import FileKeys

DATA_KEY = bytes(range(32))
EPOCH = "2033-11"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def wrapped(keys: FileKeys) -> WrappedKey:
    return keys.wrap(DATA_KEY, EPOCH, b"row")


def path_of(keys: FileKeys, suffix: str) -> Path:
    return keys._directory / f"{EPOCH}{suffix}"


def test_a_destroyed_key_opens_nothing(keys: FileKeys, wrapped: WrappedKey) -> None:
    keys.destroy(EPOCH)
    with pytest.raises(KeyGoneError):
        keys.unwrap(wrapped, b"row")


def test_a_destroyed_epoch_is_never_made_again(keys: FileKeys, wrapped: WrappedKey) -> None:
    keys.destroy(EPOCH)
    for store in (keys, FileKeys(keys._directory)):
        with pytest.raises(KeyGoneError):
            store.wrap(DATA_KEY, EPOCH, b"row")
    assert not path_of(keys, ".key").exists()


def test_an_epoch_that_was_never_used_can_be_closed(keys: FileKeys) -> None:
    keys.destroy(EPOCH)
    with pytest.raises(KeyGoneError):
        keys.wrap(DATA_KEY, EPOCH, b"row")


def test_the_bytes_of_the_file_are_overwritten(
    keys: FileKeys, wrapped: WrappedKey, tmp_path: Path
) -> None:
    second_name = tmp_path / "second-name"
    os.link(path_of(keys, ".key"), second_name)
    length = second_name.stat().st_size
    keys.destroy(EPOCH)
    assert second_name.read_bytes() == bytes(length)


def test_destroying_again_changes_nothing(keys: FileKeys, wrapped: WrappedKey) -> None:
    keys.destroy(EPOCH)
    before = sorted(path.name for path in keys._directory.iterdir())
    keys.destroy(EPOCH)
    assert sorted(path.name for path in keys._directory.iterdir()) == before == [f"{EPOCH}.gone"]


def test_other_epochs_stay(keys: FileKeys, wrapped: WrappedKey) -> None:
    other = keys.wrap(DATA_KEY, "2033-12", b"row")
    keys.destroy(EPOCH)
    assert keys.unwrap(other, b"row") == DATA_KEY
    assert keys.epochs() == ["2033-12"]
    keys.check()


def test_a_destruction_cut_short_counts_and_can_be_completed(
    keys: FileKeys, wrapped: WrappedKey
) -> None:
    path_of(keys, ".gone").touch(mode=0o600)  # the tombstone was written, then the power went
    with pytest.raises(KeyGoneError):
        keys.unwrap(wrapped, b"row")
    assert keys.epochs() == [EPOCH]
    keys.check()
    keys.destroy(EPOCH)
    assert keys.epochs() == []


def test_a_key_file_brought_back_from_a_backup_opens_nothing(
    keys: FileKeys, wrapped: WrappedKey
) -> None:
    backup = path_of(keys, ".key").read_bytes()
    keys.destroy(EPOCH)
    path_of(keys, ".key").touch(mode=0o600)
    path_of(keys, ".key").write_bytes(backup)
    with pytest.raises(KeyGoneError):
        keys.unwrap(wrapped, b"row")


def test_unfinished_files_of_a_crash_are_wiped_by_the_next_writer(keys: FileKeys) -> None:
    stale = keys._directory / ".new-0123"
    stale.write_bytes(b"half a key")
    with stale.open("rb") as still_open:
        keys.wrap(DATA_KEY, EPOCH, b"row")
        assert not stale.exists()
        assert still_open.read() == bytes(10)
    assert keys.epochs() == [EPOCH]


def test_a_crash_between_two_names_of_a_key_is_survived(
    keys: FileKeys, wrapped: WrappedKey
) -> None:
    """The key was linked to its name, the temporary name not yet removed: both are one file."""
    os.link(path_of(keys, ".key"), keys._directory / ".new-0123")
    keys.wrap(DATA_KEY, "2033-12", b"row")
    assert keys.unwrap(wrapped, b"row") == DATA_KEY


def test_a_key_that_cannot_be_wiped_is_told(keys: FileKeys) -> None:
    path_of(keys, ".key").mkdir()
    with pytest.raises(KeyStoreError, match="cannot be written"):
        keys.destroy(EPOCH)
    with pytest.raises(KeyGoneError):
        keys.wrap(DATA_KEY, EPOCH, b"row")


WORK = """
import sys
from pathlib import Path
from storage.keys_file import FileKeys
keys, start = FileKeys(Path(sys.argv[1])), int(sys.argv[2])
print("ready", flush=True)
for number in range(start, start + 100_000):
    epoch = f"e{number}"
    print("wrapped", epoch, keys.wrap(bytes(32), epoch, b"row").blob.hex(), flush=True)
    if number % 2:
        keys.destroy(epoch)
        print("destroyed", epoch, flush=True)
"""


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(keys: FileKeys) -> None:
    wrapped: dict[str, bytes] = {}
    destroyed: set[str] = set()
    for turn in range(6):
        command = [sys.executable, "-c", WORK, str(keys._directory), str(turn * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.05 + turn * 0.0137)
            process.kill()
            lines = [line.split() for line in process.stdout if line.endswith("\n")]
        wrapped |= {line[1]: bytes.fromhex(line[2]) for line in lines if line[0] == "wrapped"}
        destroyed |= {line[1] for line in lines if line[0] == "destroyed"}
    assert destroyed
    keys.check()
    for epoch, blob in wrapped.items():
        if epoch in destroyed:
            with pytest.raises(KeyGoneError):
                keys.unwrap(WrappedKey(epoch, blob), b"row")
        elif int(epoch[1:]) % 2 == 0:  # the others may have been in the middle of their end
            assert keys.unwrap(WrappedKey(epoch, blob), b"row") == bytes(32)


class DestroyedMeanwhile(FileKeys):
    """Another process destroys the epoch between the look for a tombstone and the reading."""

    def _read(self, epoch: str) -> bytes:
        FileKeys(self._directory).destroy(epoch)
        return super()._read(epoch)


def test_a_key_destroyed_while_it_is_read_is_gone_and_not_missing(
    keys: FileKeys, wrapped: WrappedKey
) -> None:
    unlucky = DestroyedMeanwhile(keys._directory)
    with pytest.raises(KeyGoneError):
        unlucky.unwrap(wrapped, b"row")


def test_a_key_destroyed_during_the_check_does_not_fail_it(
    keys: FileKeys, wrapped: WrappedKey
) -> None:
    DestroyedMeanwhile(keys._directory).check()
    assert keys.epochs() == []


def test_a_race_of_use_and_destruction_ends_in_no_key(keys: FileKeys) -> None:
    for number in range(20):
        epoch, barrier = f"race-{number}", threading.Barrier(4)

        def use(epoch: str = epoch, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            for _ in range(5):
                with suppress(KeyGoneError):
                    keys.unwrap(keys.wrap(DATA_KEY, epoch, b"row"), b"row")

        def end(epoch: str = epoch, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            keys.destroy(epoch)

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(use) for _ in range(3)] + [pool.submit(end)]:
                done.result()
        assert keys.epochs() == []
