"""Owns the quick check of a stored object: key, binding and length, without its content."""

from dataclasses import replace
from typing import Any

import pytest

from storage.errors import (
    KeyGoneError,
    MissingObjectError,
    NotSealedError,
    TamperedError,
    TruncatedError,
    WrongCommitmentError,
    WrongKeyError,
    WrongLengthError,
)
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.vault import Sealed, Vault

IDS = {"session_id": "ses_1", "artifact_id": "art_1", "kind": "document_front", "stage": "redacted"}
MORE: dict[str, Any] = {"content_type": "image/jpeg", "epoch": "2033-11"}


@pytest.fixture
def sealed(vault: Vault) -> Sealed:
    return vault.put(b"an image" * 1000, **IDS, **MORE)


def _current(memory: MemoryObjects, sealed: Sealed, data: bytes) -> Sealed:
    memory.overwrite(sealed.object_name, data)
    return replace(sealed, ciphertext_length=len(data))


def test_what_opens_passes(vault: Vault, sealed: Sealed) -> None:
    vault.check_head(sealed, **IDS)
    vault.check_head(vault.put(b"", **IDS, **MORE), **IDS)


@pytest.mark.parametrize("name", IDS)
def test_another_binding_does_not(vault: Vault, sealed: Sealed, name: str) -> None:
    with pytest.raises(TamperedError):
        vault.check_head(sealed, **(IDS | {name: "other"}))


@pytest.mark.parametrize("at", range(0, 73, 4))
def test_an_altered_head_does_not(
    vault: Vault, memory: MemoryObjects, sealed: Sealed, at: int
) -> None:
    data = bytearray(memory.get(sealed.object_name))
    data[at] ^= 1
    memory.overwrite(sealed.object_name, bytes(data))
    with pytest.raises(TamperedError):
        vault.check_head(sealed, **IDS)


def test_the_object_of_another_row_does_not(vault: Vault, sealed: Sealed) -> None:
    other = vault.put(b"an image" * 1000, **IDS, **MORE)
    with pytest.raises(WrongCommitmentError):
        vault.check_head(replace(sealed, object_name=other.object_name), **IDS)


def test_a_shortened_or_lengthened_object_does_not(
    vault: Vault, memory: MemoryObjects, sealed: Sealed
) -> None:
    data = memory.get(sealed.object_name)
    for wrong in (data[:-1], data + b"x"):
        memory.overwrite(sealed.object_name, wrong)
        with pytest.raises(WrongLengthError):
            vault.check_head(sealed, **IDS)
        with pytest.raises(TamperedError):
            vault.check_head(_current(memory, sealed, wrong), **IDS)
        memory.overwrite(sealed.object_name, data)
    with pytest.raises(TruncatedError):
        vault.check_head(_current(memory, sealed, b""), **IDS)
    with pytest.raises(NotSealedError):
        vault.check_head(_current(memory, sealed, bytes(200)), **IDS)


def test_a_lost_object_a_wrong_key_and_a_destroyed_epoch_are_told_apart(
    vault: Vault, memory: MemoryObjects, keys: FileKeys, sealed: Sealed
) -> None:
    with pytest.raises(WrongKeyError):
        vault.check_head(replace(sealed, wrapped_key=bytes(60)), **IDS)
    memory.shred(sealed.object_name)
    with pytest.raises(MissingObjectError):
        vault.check_head(sealed, **IDS)
    keys.destroy("2033-11")
    with pytest.raises(KeyGoneError):
        vault.check_head(sealed, **IDS)
