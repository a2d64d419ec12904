"""Owns the two rings of keys: one that can only seal, one that opens what it sealed."""

from dataclasses import dataclass
from typing import Protocol

from storage.boxes import Boxes, PrivateHalf, is_box
from storage.errors import SealOnlyError
from storage.keys import KeyProvider, WrappedKey, check_epoch

_INTAKE = b"intake"


class Recipients(Protocol):
    """Knows the public half of each epoch."""

    def public_half(self, epoch: str) -> bytes:
        """Raises NoRecipientError, KeyGoneError, KeyStoreError."""

    def check(self) -> None:
        """Raises KeyStoreError when nothing could be sealed at present."""


class Keys(Protocol):
    """What the vault asks of a ring."""

    @property
    def boxes(self) -> Boxes: ...

    def wrap(self, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
        """A data key for the private side. Raises KeyGoneError, KeyStoreError."""

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """Raises SealOnlyError, KeyGoneError, WrongKeyError, KeyStoreError."""

    def seal(self, plaintext: bytes, epoch: str, context: bytes) -> bytes:
        """A box for the private side. Raises KeyGoneError, KeyStoreError."""

    def open(self, box: bytes, epoch: str, context: bytes) -> bytes:
        """Raises SealOnlyError, KeyGoneError, WrongKeyError, KeyStoreError."""

    def destroy(self, epoch: str) -> None:
        """Raises SealOnlyError, KeyStoreError. See KeyProvider."""

    def epochs(self) -> list[str]:
        """The epochs of which key bytes exist where this process can reach them, sorted."""

    def check(self) -> None:
        """Readiness: raises KeyStoreError."""


@dataclass(frozen=True)
class SealOnlyKeys:
    """The ring of intake: it seals to public halves and can open nothing, not even its own."""

    recipients: Recipients
    boxes: Boxes

    def wrap(self, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
        return WrappedKey(epoch, self.seal(data_key, epoch, context))

    def seal(self, plaintext: bytes, epoch: str, context: bytes) -> bytes:
        public = self.recipients.public_half(check_epoch(epoch))
        return self.boxes.seal(public, epoch, context, plaintext)

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:  # noqa: ARG002 - the interface has it
        raise SealOnlyError(f"this process has no private part of epoch {wrapped.epoch}")

    def open(self, box: bytes, epoch: str, context: bytes) -> bytes:  # noqa: ARG002 - the interface has them
        raise SealOnlyError(f"this process has no private part of epoch {epoch}")

    def destroy(self, epoch: str) -> None:
        raise SealOnlyError(f"this process cannot destroy the key of epoch {epoch}")

    def epochs(self) -> list[str]:
        return []

    def check(self) -> None:
        self.recipients.check()


@dataclass(frozen=True)
class WorkerKeys:
    """The ring of workers and staff: wraps under epoch keys, and opens what intake sealed."""

    provider: KeyProvider
    boxes: Boxes

    def wrap(self, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
        return self.provider.wrap(data_key, epoch, context)

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        if is_box(wrapped.blob):
            return self.open(wrapped.blob, wrapped.epoch, context)
        return self.provider.unwrap(wrapped, context)

    def seal(self, plaintext: bytes, epoch: str, context: bytes) -> bytes:
        return self.boxes.seal(self.public_half(epoch), epoch, context, plaintext)

    def open(self, box: bytes, epoch: str, context: bytes) -> bytes:
        # Before a key is looked for: a name that an attacker wrote is not a store that is lost.
        self.boxes.check(epoch, context, box)
        return self.boxes.open(self._private(check_epoch(epoch)), epoch, context, box)

    def public_half(self, epoch: str) -> bytes:
        """Makes the epoch's key when there is none, so that it can be published."""
        self.provider.create(epoch)
        return self._private(epoch).public

    def create(self, epoch: str) -> None:
        self.provider.create(epoch)

    def destroy(self, epoch: str) -> None:
        self.provider.destroy(epoch)

    def epochs(self) -> list[str]:
        return self.provider.epochs()

    def check(self) -> None:
        self.provider.check()

    def _private(self, epoch: str) -> PrivateHalf:
        return PrivateHalf(self.provider.derive(epoch, _INTAKE))
