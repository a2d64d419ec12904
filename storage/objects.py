"""Owns what is asked of an object store."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

MAX_OBJECT_LENGTH = 2**30 + 2**20
"""More than any sealed object has; what is longer is not read to its end."""

TOGETHER = 999
"""So many names a store deals with in one go.

One fewer than a page of a listing holds, so that one page shows all of them and that there is no
further version of the last.
"""

_NAME = re.compile(r"[a-z0-9][a-z0-9/_-]{0,199}", re.ASCII)


@dataclass(frozen=True)
class Absence:
    """What was removed under a name. That nothing is left has been proven, or it was not given."""

    versions: int
    markers: int
    uploads: int

    def __add__(self, other: "Absence") -> "Absence":
        return Absence(
            self.versions + other.versions,
            self.markers + other.markers,
            self.uploads + other.uploads,
        )


@dataclass(frozen=True)
class Shredded:
    """What became of many names: each stands in exactly one of the two."""

    gone: Mapping[str, Absence]
    left: Mapping[str, str]  # what is left there, and why, in words


@dataclass(frozen=True)
class Stored:
    """A name with anything left under it, and when the newest part of it came, by the store."""

    name: str
    at: datetime


class Objects(Protocol):
    """A flat store of bytes under random names. Safe for threads; usable after a fork."""

    def put(self, name: str, data: bytes) -> None:
        """Stores it under a new name. Raises NameTakenError, UnavailableError."""

    def get(self, name: str, at_most: int = MAX_OBJECT_LENGTH) -> bytes:
        """Raises MissingObjectError, UnavailableError; WrongLengthError beyond `at_most` bytes."""

    def head(self, name: str, length: int) -> tuple[bytes, int]:
        """Its first bytes, `length` of them or all, and how many there are in all.

        Raises MissingObjectError, UnavailableError.
        """

    def shred(self, name: str) -> Absence:
        """Removes every version, delete marker and unfinished upload, and lists again.

        A name that is not there gives an Absence of zeros. Raises NotGoneError, UnavailableError.
        """

    def shred_all(self, names: Iterable[str]) -> Shredded:
        """As `shred`, for many at once; a name that is not gone does not stop the others.

        Holds the names in memory and no more. Raises UnavailableError when the store goes away:
        what was removed till then stays removed, and asking again is harmless.
        """

    def shred_known(self, names: Iterable[str]) -> Shredded:
        """As `shred_all`, and quicker, for names that were put here.

        A name that is there no more may be told as one version: the store confirmed its deletion.
        """

    def list_names(self, prefix: str = "") -> list[str]:
        """Every name with anything left under it (old versions, markers, uploads), sorted."""

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        """As `list_names`, a page in memory, in the order of the store.

        That is the order of the bytes where the names have no more slashes than the prefix. A
        name may come twice, when uploads were left unfinished under it.
        """

    def now(self) -> datetime | None:
        """The store's own time, to the second; None where it has no clock but ours.

        Raises UnavailableError.
        """

    def check(self) -> None:
        """Raises an ObjectStoreError when the store cannot be used now."""


def check_name(name: str) -> str:
    """The name itself; raises ValueError for one that a store may alter on its way."""
    if not _NAME.fullmatch(name) or "//" in name or name.endswith("/"):
        raise ValueError("an object is named by a-z, 0-9, -, _ and single slashes")
    return name
