"""Owns objects in memory, with versions: for tests of everything above storage."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from storage.errors import (
    MissingObjectError,
    NameTakenError,
    NotGoneError,
    UnavailableError,
    WrongLengthError,
)
from storage.objects import MAX_OBJECT_LENGTH, Absence, Shredded, Stored, check_name


@dataclass
class _Entry:
    versions: list[bytes | None] = field(default_factory=list)  # None is a delete marker
    uploads: int = 0
    is_locked: bool = False
    at: datetime | None = None


def _real_time() -> datetime:
    return datetime.now(UTC)


class MemoryObjects:
    """The same promises as an S3 bucket, kept in a dictionary."""

    def __init__(
        self, *, versioned: bool = False, now: Callable[[], datetime] = _real_time
    ) -> None:
        self._versioned = versioned
        self._now = now
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()
        self._down = False

    def put(self, name: str, data: bytes) -> None:
        check_name(name)
        with self._lock:
            self._check_up()
            if self._current(name) is not None:
                raise NameTakenError(name)
            self._write(name, data)

    def get(self, name: str, at_most: int = MAX_OBJECT_LENGTH) -> bytes:
        with self._lock:
            self._check_up()
            data = self._current(name)
        if data is None:
            raise MissingObjectError(name)
        if len(data) > at_most:
            raise WrongLengthError(name)
        return data

    def head(self, name: str, length: int) -> tuple[bytes, int]:
        data = self.get(name)
        return data[:length], len(data)

    def shred(self, name: str) -> Absence:
        with self._lock:
            self._check_up()
            if self._entries.get(check_name(name), _Entry()).is_locked:
                raise NotGoneError(f"{name}: it is locked")
            entry = self._entries.pop(name, _Entry())
        markers = entry.versions.count(None)
        return Absence(len(entry.versions) - markers, markers, entry.uploads)

    def shred_all(self, names: Iterable[str]) -> Shredded:
        gone: dict[str, Absence] = {}
        left: dict[str, str] = {}
        for name in sorted({check_name(name) for name in names}):
            try:
                gone[name] = self.shred(name)
            except NotGoneError as error:
                left[name] = str(error)
        return Shredded(gone, left)

    def shred_known(self, names: Iterable[str]) -> Shredded:
        return self.shred_all(names)

    def list_names(self, prefix: str = "") -> list[str]:
        with self._lock:
            self._check_up()
            return sorted(name for name in self._entries if name.startswith(prefix))

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        for name in self.list_names(prefix):
            entry = self._entries.get(name)
            if entry is not None and entry.at is not None:
                yield Stored(name, entry.at)

    def now(self) -> None:
        self._check_up()

    def check(self) -> None:
        self._check_up()

    def overwrite(self, name: str, data: bytes) -> None:
        """What somebody with access to the bucket can do, and `put` never does."""
        with self._lock:
            self._write(name, data)

    def hide(self, name: str) -> None:
        """A plain delete: leaves a delete marker in a versioned store."""
        with self._lock:
            if self._versioned:
                self._touched(name).versions.append(None)
            else:
                self._entries.pop(name, None)

    def begin_upload(self, name: str) -> None:
        """An upload in parts that nobody finishes."""
        with self._lock:
            self._touched(name).uploads += 1

    def lock(self, name: str) -> None:
        """What a lock on the object does: until `unlock` it is not removed."""
        self._entries[name].is_locked = True

    def unlock(self, name: str) -> None:
        self._entries[name].is_locked = False

    def go_down(self) -> None:
        """From now on every call raises UnavailableError."""
        self._down = True

    def come_back(self) -> None:
        self._down = False

    def _check_up(self) -> None:
        if self._down:
            raise UnavailableError

    def _write(self, name: str, data: bytes) -> None:
        entry = self._touched(name)
        if not self._versioned:
            entry.versions.clear()
        entry.versions.append(data)

    def _touched(self, name: str) -> _Entry:
        entry = self._entries.setdefault(name, _Entry())
        entry.at = self._now()
        return entry

    def _current(self, name: str) -> bytes | None:
        entry = self._entries.get(name)
        return entry.versions[-1] if entry is not None and entry.versions else None
