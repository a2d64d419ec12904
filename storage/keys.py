"""Owns the wrapping of data keys by the key of an epoch: docs/formats/key-store.md."""

import os
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.encoding import item, text_item
from storage.errors import WrongKeyError

EPOCH_KEY_LENGTH = 32
WRAPPED_LENGTH = 60

_LABEL = b"kyc/wrap/v1"
_DERIVE_LABEL = b"kyc/derive/v1"
_NONCE_LENGTH = 12
_EPOCH = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class WrappedKey:
    """A data key under the key of `epoch`; 60 bytes from the file provider."""

    epoch: str
    blob: bytes


class KeyProvider(Protocol):
    """Keeps the keys of the epochs, outside the database. Safe for threads and processes.

    Every method may raise KeyStoreError; a provider over the network raises its KeyServiceError
    when the service is down or slow: nothing was done then, and it may be tried again.
    """

    def create(self, epoch: str) -> None:
        """Makes the epoch's key when there is none. Raises KeyGoneError."""

    def derive(self, epoch: str, purpose: bytes) -> bytes:
        """32 bytes that follow from the epoch's key and the purpose, and end with the key.

        Never makes a key. Raises KeyGoneError, MissingKeyError.
        """

    def wrap(self, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
        """Makes the epoch's key when there is none. Raises KeyGoneError."""

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """Raises KeyGoneError, WrongKeyError, MissingKeyError."""

    def destroy(self, epoch: str) -> None:
        """Destroys the epoch's key for good; idempotent. The epoch is never made again."""

    def epochs(self) -> list[str]:
        """The epochs of which key bytes still exist, sorted."""

    def check(self) -> None:
        """Raises KeyStoreError when the store is unreadable, away, or open to others."""


def check_epoch(epoch: str) -> str:
    """The name itself; raises ValueError when it is not one."""
    if not _EPOCH.fullmatch(epoch):
        raise ValueError("an epoch is named by 1 to 64 of a-z, 0-9, - and _")
    return epoch


def artifact_context(session_id: str, artifact_id: str) -> bytes:
    return b"".join(map(text_item, ("artifact", session_id, artifact_id)))


def fields_context(session_id: str) -> bytes:
    return b"".join(map(text_item, ("fields", session_id)))


def view_context(session_id: str) -> bytes:
    """For the private half of what a session's customer may see again."""
    return b"".join(map(text_item, ("view", session_id)))


def access_context(session_id: str) -> bytes:
    """For the view itself, in a box that a link or cookie opens."""
    return b"".join(map(text_item, ("access", session_id)))


def typed_context(session_id: str, field: str) -> bytes:
    """For what a customer typed, on its way to workers."""
    return b"".join(map(text_item, ("typed", session_id, field)))


def shown_text_context(session_id: str, name: str) -> bytes:
    """For a text on its way to the customer, which is never taken for one of theirs."""
    return b"".join(map(text_item, ("shown text", session_id, name)))


def shown_context(session_id: str, artifact_id: str) -> bytes:
    """For the data key of an artifact on its way to the customer."""
    return b"".join(map(text_item, ("shown artifact", session_id, artifact_id)))


def derive_with(epoch_key: bytes, epoch: str, purpose: bytes) -> bytes:
    info = _DERIVE_LABEL + item(check_epoch(epoch).encode("ascii")) + item(purpose)
    return HKDF(SHA256(), EPOCH_KEY_LENGTH, None, info).derive(epoch_key)


def wrap_with(epoch_key: bytes, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
    # Random nonces are good for 2**32 wrappings under one key; an epoch has far fewer.
    nonce = os.urandom(_NONCE_LENGTH)
    sealed = AESGCM(epoch_key).encrypt(nonce, data_key, _associated_data(epoch, context))
    return WrappedKey(epoch, nonce + sealed)


def unwrap_with(epoch_key: bytes, wrapped: WrappedKey, context: bytes) -> bytes:
    if len(wrapped.blob) != WRAPPED_LENGTH:
        raise WrongKeyError("a wrapped key has 60 bytes")
    nonce, sealed = wrapped.blob[:_NONCE_LENGTH], wrapped.blob[_NONCE_LENGTH:]
    try:
        return AESGCM(epoch_key).decrypt(nonce, sealed, _associated_data(wrapped.epoch, context))
    except InvalidTag:
        raise WrongKeyError(f"a key of epoch {wrapped.epoch} does not open") from None


def _associated_data(epoch: str, context: bytes) -> bytes:
    return _LABEL + item(check_epoch(epoch).encode("ascii")) + item(context)
