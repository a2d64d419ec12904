"""Owns the one door to stored bytes: sealed on the way in, verified on the way out."""

import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from storage.envelope import OVERHEAD, Binding, new_data_key, open_sealed, seal
from storage.errors import ExcessError, TruncatedError, WrongDigestError, WrongLengthError
from storage.keys import KeyProvider, WrappedKey, artifact_context, fields_context
from storage.objects import Absence, Objects, Shredded, Stored

MAX_FIELD = 2**16
PREFIX = "sealed/"
"""Every sealed object's name begins so."""


@dataclass(frozen=True)
class Sealed:
    """What the database row keeps of a stored object; lengths in bytes."""

    object_name: str
    wrapped_key: bytes
    key_epoch: str
    ciphertext_sha256: bytes
    ciphertext_length: int
    plaintext_length: int
    content_type: str


class Vault:
    """Cheap to make, safe for threads, usable after a fork; it opens nothing by itself."""

    def __init__(self, objects: Objects, keys: KeyProvider) -> None:
        self._objects = objects
        self._keys = keys

    def put(
        self,
        plaintext: bytes,
        *,
        session_id: str,
        artifact_id: str,
        kind: str,
        stage: str,
        content_type: str,
        epoch: str,
    ) -> Sealed:
        """Seals and stores in one go, see `seal` and `store`.

        If the row is then not written, the object is an orphan that nobody can read; callers
        that must not leave one write the row between the two.
        """
        binding = Binding(session_id, artifact_id, kind, stage, content_type, len(plaintext))
        sealed, ciphertext = self.seal(plaintext, binding, epoch)
        self.store(sealed.object_name, ciphertext)
        return sealed

    def seal(self, plaintext: bytes, binding: Binding, epoch: str) -> tuple[Sealed, bytes]:
        """Seals under a new data key, for a new random name; stores nothing yet.

        The key is wrapped first, so that nothing is stored that could never be opened. Raises
        KeyGoneError, KeyStoreError.
        """
        data_key = new_data_key()
        context = artifact_context(binding.session_id, binding.artifact_id)
        wrapped = self._keys.wrap(data_key, epoch, context)
        ciphertext = seal(data_key, binding, plaintext)
        sealed = Sealed(
            object_name=PREFIX + os.urandom(20).hex(),
            wrapped_key=wrapped.blob,
            key_epoch=wrapped.epoch,
            ciphertext_sha256=sha256(ciphertext).digest(),
            ciphertext_length=len(ciphertext),
            plaintext_length=len(plaintext),
            content_type=binding.content_type,
        )
        return sealed, ciphertext

    def store(self, object_name: str, ciphertext: bytes) -> None:
        """Puts what `seal` made. Raises UnavailableError, ObjectStoreError."""
        self._objects.put(object_name, ciphertext)

    def get(
        self, sealed: Sealed, *, session_id: str, artifact_id: str, kind: str, stage: str
    ) -> bytes:
        """The plaintext, once all of it has been verified.

        Raises TamperedError (one class a rule), KeyGoneError, KeyStoreError, MissingObjectError,
        UnavailableError.
        """
        wrapped = WrappedKey(sealed.key_epoch, sealed.wrapped_key)
        data_key = self._keys.unwrap(wrapped, artifact_context(session_id, artifact_id))
        untrusted = self._objects.get(sealed.object_name, at_most=sealed.ciphertext_length)
        _check_against_row(untrusted, sealed)
        length, content_type = sealed.plaintext_length, sealed.content_type
        binding = Binding(session_id, artifact_id, kind, stage, content_type, length)
        return open_sealed(data_key, binding, untrusted)

    def rewrap(self, sealed: Sealed, *, session_id: str, artifact_id: str, epoch: str) -> Sealed:
        """The same object under the key of another epoch; the object is not touched."""
        context = artifact_context(session_id, artifact_id)
        data_key = self._keys.unwrap(WrappedKey(sealed.key_epoch, sealed.wrapped_key), context)
        wrapped = self._keys.wrap(data_key, epoch, context)
        return replace(sealed, wrapped_key=wrapped.blob, key_epoch=wrapped.epoch)

    def shred(self, object_name: str) -> Absence:
        """Every version, delete marker and unfinished upload; verified by listing again.

        Idempotent. Raises NotGoneError if anything is left, UnavailableError.
        """
        return self._objects.shred(object_name)

    def shred_all(self, object_names: Iterable[str]) -> Shredded:
        """As `shred`, for many at once; what is not gone is told by name.

        Idempotent. Raises UnavailableError.
        """
        return self._objects.shred_all(object_names)

    def holds(self, object_name: str) -> bool:
        """Whether anything at all is left under the name, by listing."""
        return any(stored.name == object_name for stored in self._objects.walk(object_name))

    def walk(self) -> Iterator[Stored]:
        """As `names`, a page in memory, see `Objects.walk`."""
        return self._objects.walk(PREFIX)

    def names(self) -> list[str]:
        """The name of every sealed object with anything left under it, sorted."""
        return self._objects.list_names(PREFIX)

    def new_field_key(self, session_id: str, epoch: str) -> WrappedKey:
        """The data key of a session's personal fields, made once a session."""
        return self._keys.wrap(new_data_key(), epoch, fields_context(session_id))

    def rewrap_field_key(self, wrapped: WrappedKey, session_id: str, epoch: str) -> WrappedKey:
        context = fields_context(session_id)
        return self._keys.wrap(self._keys.unwrap(wrapped, context), epoch, context)

    def seal_field(
        self, wrapped: WrappedKey, session_id: str, field: str, plaintext: bytes
    ) -> bytes:
        """The blob for the database column: 89 bytes longer than the plaintext (at most 64 KiB)."""
        if len(plaintext) > MAX_FIELD:
            raise ValueError("a field has at most 65,536 bytes")
        data_key = self._keys.unwrap(wrapped, fields_context(session_id))
        return seal(data_key, _field_binding(session_id, field, len(plaintext)), plaintext)

    def open_field(self, wrapped: WrappedKey, session_id: str, field: str, blob: bytes) -> bytes:
        """Raises TamperedError, KeyGoneError, KeyStoreError."""
        length = len(blob) - OVERHEAD
        if length < 0:
            raise TruncatedError
        if length > MAX_FIELD:
            raise ExcessError
        data_key = self._keys.unwrap(wrapped, fields_context(session_id))
        return open_sealed(data_key, _field_binding(session_id, field, length), blob)

    def check(self) -> None:
        """Readiness: raises KeyStoreError or an ObjectStoreError."""
        self._keys.check()
        self._objects.check()


def _check_against_row(untrusted: bytes, sealed: Sealed) -> None:
    if len(untrusted) != sealed.ciphertext_length:
        raise WrongLengthError(sealed.object_name)
    if not hmac.compare_digest(sha256(untrusted).digest(), sealed.ciphertext_sha256):
        raise WrongDigestError(sealed.object_name)


def _field_binding(session_id: str, field: str, length: int) -> Binding:
    return Binding(session_id, "fields", "field", field, "application/octet-stream", length)
