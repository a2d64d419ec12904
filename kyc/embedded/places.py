"""Owns where the house keeps its things: the data directory, its lock, its sockets."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kyc.errors import ConfigurationError

SOCKET_PATH_LIMIT = 103
"""Characters of a unix socket's path: sun_path is 108 bytes (unix(7)), Valkey keeps five."""
OUR_FILES = frozenset({"up.lock", "kyc.db", "keys", "DEMO"})
LONGEST_SOCKET_NAME = len("/valkey.sock")
PATIENCE = 15.0
"""Seconds to wait for the processes of a killed supervisor to end."""


@dataclass(frozen=True)
class Places:
    """The directories of one house, all 0700."""

    data: Path
    log: Path
    run: Path
    """Sockets; short enough for them, and emptied when the house stops."""


def make_private(data_dir: Path) -> None:
    """Makes the data directory, closed to other users, as everything below it will be.

    Raises ConfigurationError for a directory that others can read and that is not ours to close.
    """
    os.umask(0o077)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not data_dir.stat().st_mode & 0o077:
        return
    names = {entry.name for entry in data_dir.iterdir()}
    if names and not names & OUR_FILES:
        raise ConfigurationError(
            f"{data_dir} can be read by others and holds other things. Choose a directory of its"
            " own with KYC_DATA_DIR or --data-dir."
        )
    data_dir.chmod(0o700)


def prepare(data_dir: Path) -> Places:
    """Makes the directories below the data directory, and a short one for the sockets."""
    log = data_dir / "log"
    log.mkdir(mode=0o700, exist_ok=True)
    return Places(data_dir, log, _run_dir(data_dir))


@contextmanager
def locked(data_dir: Path) -> Iterator[int]:
    """Holds the data directory for one `kyc up`; yields the lock's file descriptor.

    Raises ConfigurationError when another one holds it. After a supervisor was killed, its guard
    holds the lock until the last process has ended, which is waited for.
    """
    descriptor = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, data_dir)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, data_dir: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 20, 0).decode() or "?"
            if not _is_alive(owner) and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise ConfigurationError(
                f"Another `kyc up` (process {owner}) already runs on {data_dir}."
                " Stop it first, or choose another directory with KYC_DATA_DIR or --data-dir."
            ) from error
        return


def _is_alive(pid: str) -> bool:
    return pid.isdigit() and Path("/proc", pid).exists()


def _run_dir(data_dir: Path) -> Path:
    usual = data_dir / "run"
    if len(os.fsencode(usual)) + LONGEST_SOCKET_NAME > SOCKET_PATH_LIMIT:
        return Path(tempfile.mkdtemp(prefix="kyc-", dir="/tmp"))
    shutil.rmtree(usual, ignore_errors=True)  # sockets that a power cut left
    usual.mkdir(mode=0o700)
    return usual
