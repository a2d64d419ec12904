"""Owns who can open a backup: the holder of a passphrase, or of an operator's private half."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from argon2.low_level import Type, hash_secret_raw

from kyc.errors import ConfigurationError, InvalidInputError
from kyc.keyfiles import load_secret, write_once
from storage.boxes import Boxes, PrivateHalf, new_pair
from storage.errors import WrongKeyError
from storage.keys import WrappedKey, unwrap_with, wrap_with

SHORTEST = 16
"""Characters of a passphrase: a backup is attacked offline, for as long as somebody likes."""
_MEMORY_KIB, _ROUNDS, _LANES, _SALT = 256 * 1024, 3, 4, 16
_MOST_MEMORY_KIB, _MOST_ROUNDS = 2 * 1024 * 1024, 20
_PREFIX = "kyc-backup-1-"
# A box is proven by a key that both sides have; here that is the signed manifest's part, not ours.
_BOXES = Boxes(b"kyc/backup/v1")
_NAME = "operator"


class Lock(Protocol):
    """Locks the key of a backup's file."""

    def lock(self, file_key: bytes, context: bytes) -> dict[str, Any]:
        """What stands in the file's header."""


class Unlock(Protocol):
    """Opens what a `Lock` locked."""

    def unlock(self, locked: dict[str, Any], context: bytes) -> bytes:
        """Raises WrongKeyError; InvalidInputError for a lock of another kind."""


@dataclass(frozen=True)
class Passphrase:
    """argon2id (RFC 9106) over the passphrase, then AES-256-GCM over the key."""

    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST:
            raise InvalidInputError(f"a backup's passphrase has at least {SHORTEST} characters")

    def lock(self, file_key: bytes, context: bytes) -> dict[str, Any]:
        salt = os.urandom(_SALT)
        cost = {"memory_kib": _MEMORY_KIB, "rounds": _ROUNDS, "lanes": _LANES}
        wrapped = wrap_with(self._derived(salt, cost), file_key, "passphrase", context)
        return {"kind": "passphrase", "salt": salt.hex(), "wrapped": wrapped.blob.hex(), **cost}

    def unlock(self, locked: dict[str, Any], context: bytes) -> bytes:
        if locked.get("kind") != "passphrase":
            raise InvalidInputError("this backup is not locked by a passphrase: give --key FILE")
        try:
            salt, blob = bytes.fromhex(locked["salt"]), bytes.fromhex(locked["wrapped"])
            derived = self._derived(salt, {n: int(locked[n]) for n in _COSTS})
        except (KeyError, TypeError, ValueError):
            raise WrongKeyError("the backup's lock is damaged") from None
        return unwrap_with(derived, WrappedKey("passphrase", blob), context)

    def _derived(self, salt: bytes, cost: dict[str, int]) -> bytes:
        if not 0 < cost["memory_kib"] <= _MOST_MEMORY_KIB or not 0 < cost["rounds"] <= _MOST_ROUNDS:
            raise ValueError("a cost that no backup of ours has")
        return hash_secret_raw(
            self.secret.encode(),
            salt,
            cost["rounds"],
            cost["memory_kib"],
            cost["lanes"],
            32,
            Type.ID,
        )


_COSTS = ("memory_kib", "rounds", "lanes")


@dataclass(frozen=True)
class Recipient:
    """The public half of an operator's key; who has only this can make backups, not open them."""

    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Recipient":
        try:
            public = bytes.fromhex(text.strip().removeprefix(_PREFIX))
        except ValueError:
            public = b""
        if not text.strip().startswith(_PREFIX) or len(public) != 32:
            raise InvalidInputError(
                f"a recipient looks like {_PREFIX}… (`kyc backup key` prints it)"
            )
        return cls(public)

    def __str__(self) -> str:
        return _PREFIX + self.public.hex()

    def lock(self, file_key: bytes, context: bytes) -> dict[str, Any]:
        box = _BOXES.seal(self.public, _NAME, context, file_key)
        return {"kind": "recipient", "to": str(self), "box": box.hex()}


@dataclass(frozen=True)
class Identity:
    """The private half, kept by the operator, away from the service."""

    half: PrivateHalf

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.half.public)

    def unlock(self, locked: dict[str, Any], context: bytes) -> bytes:
        if locked.get("kind") != "recipient":
            raise InvalidInputError("this backup is locked by a passphrase, not to a key")
        if locked.get("to") != str(self.recipient):
            raise WrongKeyError(f"this backup is sealed to {locked.get('to')}")
        try:
            box = bytes.fromhex(locked["box"])
        except (KeyError, TypeError, ValueError):
            raise WrongKeyError("the backup's lock is damaged") from None
        return _BOXES.open(self.half, _NAME, context, box)


def make_identity(path: Path) -> Identity:
    """A new key in a new file (0600). Raises ConfigurationError when there is one already."""
    if path.exists():
        raise ConfigurationError(f"{path} is there already: a backup may need it")
    half = new_pair()
    write_once(path, half.secret.hex().encode("ascii"))
    return Identity(half)


def load_identity(path: Path) -> Identity:
    return Identity(PrivateHalf(load_secret(path, 32)))
