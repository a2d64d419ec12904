"""Owns epoch keys in files, one 0600 file an epoch (docs/formats/key-store.md)."""

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from storage.encoding import item
from storage.errors import KeyGoneError, KeyStoreError, MissingKeyError
from storage.keys import (
    EPOCH_KEY_LENGTH,
    WrappedKey,
    check_epoch,
    derive_with,
    unwrap_with,
    wrap_with,
)

_KEY, _GONE, _NEW = ".key", ".gone", ".new-"
_KEY_LINE = re.compile(rb"kyc-key-1 ([a-z0-9_-]+) ([0-9a-f]{64}) ([0-9a-f]{16})\n")
_MAX_LINE = 16_384


class Cover(Protocol):
    """How an epoch's key stands in its file."""

    def cover(self, epoch: str, key: bytes) -> bytes:
        """The file's one line. Raises KeyServiceError."""

    def uncover(self, epoch: str, untrusted_line: bytes) -> bytes:
        """The key. Raises KeyStoreError for a damaged line, KeyServiceError."""


class Plain:
    """As it is, with a check against damage and mixed-up files."""

    def cover(self, epoch: str, key: bytes) -> bytes:
        return f"kyc-key-1 {epoch} {key.hex()} {_check_value(epoch, key)}\n".encode("ascii")

    def uncover(self, epoch: str, untrusted_line: bytes) -> bytes:
        match = _KEY_LINE.fullmatch(untrusted_line)
        if match is None:
            raise KeyStoreError(f"the key of {epoch} is damaged")
        key = bytes.fromhex(match[2].decode("ascii"))
        right = match[1].decode("ascii"), match[3].decode("ascii")
        if right != (epoch, _check_value(epoch, key)):
            raise KeyStoreError(f"the key of {epoch} is damaged or belongs to another epoch")
        return key


class FileKeys:
    """Files are read at each use: a destroyed key is gone for every process at once."""

    def __init__(self, directory: Path, cover: Cover | None = None) -> None:
        self._directory = directory
        self._cover = cover or Plain()

    def prepare(self) -> None:
        """Makes the directory (its parent must exist); the operator's act, done once.

        Nothing else makes it: a store that is not mounted must not look like an empty one.
        """
        try:
            self._directory.mkdir(mode=0o700)
            _sync_directory(self._directory.parent)
        except FileExistsError:
            pass
        except OSError as error:
            raise KeyStoreError(f"the key store cannot be made: {error.strerror}") from error
        self.check()

    def create(self, epoch: str) -> None:
        self._key_or_new(epoch)

    def derive(self, epoch: str, purpose: bytes) -> bytes:
        self._refuse_gone(check_epoch(epoch))
        return derive_with(self._key(epoch), epoch, purpose)

    def wrap(self, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
        return wrap_with(self._key_or_new(epoch), data_key, epoch, context)

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        self._refuse_gone(check_epoch(wrapped.epoch))
        return unwrap_with(self._key(wrapped.epoch), wrapped, context)

    def destroy(self, epoch: str) -> None:
        path = self._path(check_epoch(epoch), _KEY)
        with self._lock():
            # The tombstone comes first: a crash in between leaves a key that nobody uses.
            if not self._is_gone(epoch):
                self._create(self._path(epoch, _GONE), f"kyc-gone-1 {epoch}\n".encode("ascii"))
            _wipe(path)
            _sync_directory(self._directory)

    def epochs(self) -> list[str]:
        """Those half destroyed too: destroying them again completes it."""
        self._check_directory()
        return sorted(path.stem for path in self._directory.glob(f"[!.]*{_KEY}"))

    def check(self) -> None:
        self._check_directory()
        if not os.access(self._directory, os.R_OK | os.W_OK | os.X_OK):
            raise KeyStoreError("the key store is not writable")
        for epoch in self.epochs():
            with suppress(KeyGoneError):
                self._refuse_gone(epoch)
                self._key(epoch)

    def _path(self, epoch: str, suffix: str) -> Path:
        return self._directory / f"{epoch}{suffix}"

    def _is_gone(self, epoch: str) -> bool:
        return os.path.lexists(self._path(epoch, _GONE))

    def _refuse_gone(self, epoch: str) -> None:
        self._check_directory()
        if self._is_gone(epoch):
            raise KeyGoneError(f"the key of epoch {epoch} was destroyed")

    def _key_or_new(self, epoch: str) -> bytes:
        self._refuse_gone(check_epoch(epoch))
        try:
            return self._key(epoch)
        except MissingKeyError:
            return self._make(epoch)

    def _key(self, epoch: str) -> bytes:
        try:
            return self._read(epoch)
        except KeyStoreError:
            self._refuse_gone(epoch)  # it was destroyed while it was read
            raise

    def _check_directory(self) -> None:
        try:
            status = self._directory.lstat()
        except OSError as error:
            raise KeyStoreError(f"no key store: {error.strerror}") from None
        if not stat.S_ISDIR(status.st_mode):
            raise KeyStoreError("the key store is not a directory")
        _check_private(status, "the key store")

    def _read(self, epoch: str) -> bytes:
        try:
            # O_NONBLOCK, so that a pipe in a key's place cannot hold us up.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(self._path(epoch, _KEY), flags)
        except FileNotFoundError:
            raise MissingKeyError(f"the store has no key for epoch {epoch}") from None
        except OSError as error:
            raise KeyStoreError(f"the key of {epoch} is unreadable: {error.strerror}") from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise KeyStoreError(f"the key of {epoch} is not a regular file")
            _check_private(status, f"the key of {epoch}")
            line = os.read(descriptor, _MAX_LINE)
        finally:
            os.close(descriptor)
        return self._cover.uncover(epoch, line)

    def _make(self, epoch: str) -> bytes:
        with self._lock():
            if self._is_gone(epoch):
                raise KeyGoneError(f"the key of epoch {epoch} was destroyed")
            with suppress(MissingKeyError):
                return self._read(epoch)  # another process was first
            key = os.urandom(EPOCH_KEY_LENGTH)
            self._create(self._path(epoch, _KEY), self._cover.cover(epoch, key))
            return key

    def _create(self, path: Path, content: bytes) -> None:
        """Whole or not at all, and never over a file that is there; call it under the lock."""
        for stale in self._directory.glob(f"{_NEW}*"):
            _sweep(stale)
        new = self._directory / f"{_NEW}{os.urandom(8).hex()}"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.link(new, path)
        new.unlink()
        _sync_directory(self._directory)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._check_directory()
        descriptor = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        except OSError as error:
            raise KeyStoreError(f"the key store cannot be written: {error.strerror}") from error
        finally:
            os.close(descriptor)


def _check_value(epoch: str, key: bytes) -> str:
    return sha256(b"kyc/key-check/v1" + item(epoch.encode("ascii")) + key).hexdigest()[:16]


def _check_private(status: os.stat_result, what: str) -> None:
    if status.st_mode & 0o077:
        raise KeyStoreError(f"{what} is open to group or others")
    if status.st_uid != os.geteuid():
        raise KeyStoreError(f"{what} belongs to another user")


def _wipe(path: Path) -> None:
    """Zeros over the bytes, then no name for them; nothing to do when there is no such file."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        os.write(descriptor, bytes(os.fstat(descriptor).st_size))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink()


def _sweep(stale: Path) -> None:
    """After a crash between link and unlink it is a second name of a live key: spare the bytes."""
    if stale.lstat().st_nlink > 1:
        stale.unlink()
    else:
        _wipe(stale)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
