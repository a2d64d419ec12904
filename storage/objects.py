"""Owns what is asked of an object store."""

import re
from dataclasses import dataclass
from typing import Protocol

MAX_OBJECT_LENGTH = 2**30 + 2**20
"""More than any sealed object has; what is longer is not read to its end."""

_NAME = re.compile(r"[a-z0-9][a-z0-9/_-]{0,199}", re.ASCII)


@dataclass(frozen=True)
class Absence:
    """What was removed under a name. That nothing is left has been proven, or it was not given."""

    versions: int
    markers: int
    uploads: int


class Objects(Protocol):
    """A flat store of bytes under random names. Safe for threads; usable after a fork."""

    def put(self, name: str, data: bytes) -> None:
        """Stores it under a new name. Raises NameTakenError, UnavailableError."""

    def get(self, name: str, at_most: int = MAX_OBJECT_LENGTH) -> bytes:
        """Raises MissingObjectError, UnavailableError; WrongLengthError beyond `at_most` bytes."""

    def shred(self, name: str) -> Absence:
        """Removes every version, delete marker and unfinished upload, and lists again.

        A name that is not there gives an Absence of zeros. Raises NotGoneError, UnavailableError.
        """

    def list_names(self, prefix: str = "") -> list[str]:
        """Every name with anything left under it (old versions, markers, uploads), sorted."""

    def check(self) -> None:
        """Raises an ObjectStoreError when the store cannot be used now."""


def check_name(name: str) -> str:
    """The name itself; raises ValueError for one that a store may alter on its way."""
    if not _NAME.fullmatch(name) or "//" in name or name.endswith("/"):
        raise ValueError("an object is named by a-z, 0-9, -, _ and single slashes")
    return name
