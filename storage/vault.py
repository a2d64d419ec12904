"""Owns the one door to stored bytes: sealed on the way in, verified on the way out."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from storage.boxes import Boxes, PrivateHalf, recipient_of
from storage.envelope import OVERHEAD, Binding, check_head, new_data_key, open_sealed, seal
from storage.errors import (
    ExcessError,
    TruncatedError,
    WrongKeyError,
    WrongLengthError,
)
from storage.keys import (
    WrappedKey,
    artifact_context,
    fields_context,
    shown_context,
    shown_text_context,
    typed_context,
    view_context,
)
from storage.objects import Absence, Objects, Shredded, Stored
from storage.recipients import Keys, SealOnlyKeys, WorkerKeys
from storage.sealed import (
    MAX_FIELD,
    Sealed,
    binding_of,
    check_against_row,
    field_binding,
    short,
)

__all__ = ["MAX_FIELD", "PREFIX", "Sealed", "Vault"]

PREFIX = "sealed/"
"""Every sealed object's name begins so."""


class Vault:
    """Cheap to make, safe for threads, usable after a fork; it opens nothing by itself."""

    def __init__(self, objects: Objects, keys: Keys) -> None:
        self._objects = objects
        self._keys = keys

    @property
    def keys(self) -> Keys:
        """What wraps the data keys; destroying an epoch's key is asked of it."""
        return self._keys

    @property
    def objects(self) -> Objects:
        """The store itself, for what is no artifact: the deletion ledger, copies for a backup."""
        return self._objects

    @property
    def boxes(self) -> Boxes:
        return self._keys.boxes

    def seal_only(self) -> "Vault":
        """The same store for intake: it seals to workers and opens nothing of what it sealed."""
        if not isinstance(self._keys, WorkerKeys):
            return self
        return Vault(self._objects, SealOnlyKeys(self._keys, self._keys.boxes))

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

    def seal(
        self, plaintext: bytes, binding: Binding, epoch: str, view: bytes | None = None
    ) -> tuple[Sealed, bytes]:
        """Seals under a new data key, for a new random name; stores nothing yet.

        `view` is the public half of the customer who may see it again. The key is wrapped first,
        so that nothing is stored that could never be opened. Raises KeyGoneError, KeyStoreError.
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
            view_key=self._show(view, binding.session_id, binding.artifact_id, data_key)
            if view
            else None,
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
        binding = binding_of(sealed, session_id, artifact_id, kind, stage)
        return self._fetch(data_key, sealed, binding)

    def get_as_customer(
        self,
        sealed: Sealed,
        view: PrivateHalf,
        *,
        session_id: str,
        artifact_id: str,
        kind: str,
        stage: str,
    ) -> bytes:
        """As `get`, with the private half that the customer's own request brought."""
        if sealed.view_key is None:
            raise WrongKeyError("this object was not sealed to a customer")
        context = shown_context(session_id, artifact_id)
        data_key = self.boxes.open(view, session_id, context, sealed.view_key)
        binding = binding_of(sealed, session_id, artifact_id, kind, stage)
        return self._fetch(data_key, sealed, binding)

    def share(self, sealed: Sealed, view: bytes, *, session_id: str, artifact_id: str) -> bytes:
        """The data key in a box for the customer with this public half."""
        context = artifact_context(session_id, artifact_id)
        data_key = self._keys.unwrap(WrappedKey(sealed.key_epoch, sealed.wrapped_key), context)
        return self._show(view, session_id, artifact_id, data_key)

    def _show(self, view: bytes, session_id: str, artifact_id: str, data_key: bytes) -> bytes:
        context = shown_context(session_id, artifact_id)
        return self.boxes.seal(view, session_id, context, data_key)

    def _fetch(self, data_key: bytes, sealed: Sealed, binding: Binding) -> bytes:
        untrusted = self._objects.get(sealed.object_name, at_most=sealed.ciphertext_length)
        check_against_row(untrusted, sealed)
        return open_sealed(data_key, binding, untrusted)

    def check_head(
        self, sealed: Sealed, *, session_id: str, artifact_id: str, kind: str, stage: str
    ) -> None:
        """Whether it opens, as far as key, binding and length say; its content is not read.

        Raises what `get` raises.
        """
        wrapped = WrappedKey(sealed.key_epoch, sealed.wrapped_key)
        data_key = self._keys.unwrap(wrapped, artifact_context(session_id, artifact_id))
        head, length = self._objects.head(sealed.object_name, OVERHEAD)
        if length != sealed.ciphertext_length:
            raise WrongLengthError(sealed.object_name)
        plaintext_length, content_type = sealed.plaintext_length, sealed.content_type
        binding = Binding(session_id, artifact_id, kind, stage, content_type, plaintext_length)
        check_head(data_key, binding, head, length)

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

    def shred_known(self, object_names: Iterable[str]) -> Shredded:
        """As `shred_all`, and quicker, for objects that were sealed into the store.

        One that is there no more may be told as one version. Raises UnavailableError.
        """
        return self._objects.shred_known(object_names)

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

    def wrap_view_key(self, view: PrivateHalf, session_id: str, epoch: str) -> WrappedKey:
        """The private half of what the customer sees, for workers, who let new links in."""
        return self._keys.wrap(view.secret, epoch, view_context(session_id))

    def unwrap_view_key(self, wrapped: WrappedKey, session_id: str) -> PrivateHalf:
        return PrivateHalf(self._keys.unwrap(wrapped, view_context(session_id)))

    def rewrap_view_key(self, wrapped: WrappedKey, session_id: str, epoch: str) -> WrappedKey:
        return self.wrap_view_key(self.unwrap_view_key(wrapped, session_id), session_id, epoch)

    def box_text(self, session_id: str, field: str, plaintext: bytes, epoch: str) -> bytes:
        """What a customer typed, for workers: the box names its epoch."""
        return self._keys.seal(short(plaintext), epoch, typed_context(session_id, field))

    def open_boxed_text(self, session_id: str, field: str, box: bytes) -> bytes:
        """Raises TamperedError, KeyGoneError, KeyStoreError, of them SealOnlyError."""
        epoch, context = recipient_of(box), typed_context(session_id, field)
        if epoch is None:
            raise WrongKeyError("this is no box")
        return self._keys.open(box, epoch, context)

    def show_text(self, view: bytes, session_id: str, field: str, plaintext: bytes) -> bytes:
        """A copy for the customer with this public half; opened with `see_text`."""
        context = shown_text_context(session_id, field)
        return self.boxes.seal(view, session_id, context, short(plaintext))

    def see_text(self, view: PrivateHalf, session_id: str, field: str, box: bytes) -> bytes:
        return self.boxes.open(view, session_id, shown_text_context(session_id, field), box)

    def seal_field(
        self, wrapped: WrappedKey, session_id: str, field: str, plaintext: bytes
    ) -> bytes:
        """The blob for the database column: 89 bytes longer than the plaintext (at most 64 KiB)."""
        short(plaintext)
        data_key = self._keys.unwrap(wrapped, fields_context(session_id))
        return seal(data_key, field_binding(session_id, field, len(plaintext)), plaintext)

    def open_field(self, wrapped: WrappedKey, session_id: str, field: str, blob: bytes) -> bytes:
        """Raises TamperedError, KeyGoneError, KeyStoreError."""
        length = len(blob) - OVERHEAD
        if length < 0:
            raise TruncatedError
        if length > MAX_FIELD:
            raise ExcessError
        data_key = self._keys.unwrap(wrapped, fields_context(session_id))
        return open_sealed(data_key, field_binding(session_id, field, length), blob)

    def check(self) -> None:
        """Readiness: raises KeyStoreError or an ObjectStoreError."""
        self._keys.check()
        self._objects.check()
