"""Owns the promises of the vault: every attack on a stored object or its row is refused."""

import random
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from storage.errors import (
    KeyGoneError,
    KeyStoreError,
    MissingObjectError,
    TamperedError,
    UnavailableError,
    WrongCommitmentError,
    WrongDigestError,
    WrongKeyError,
    WrongLengthError,
)
from storage.keys_file import FileKeys
from storage.memory import MemoryObjects
from storage.objects import Absence
from storage.vault import Sealed, Vault

IDS = {"session_id": "ses_1", "artifact_id": "art_1", "kind": "document_front", "stage": "redacted"}
OTHER = IDS | {"artifact_id": "art_2"}
MORE: dict[str, Any] = {"content_type": "image/jpeg", "epoch": "2033-11"}
PLAINTEXT = b"an image" * 1000


@pytest.fixture
def sealed(vault: Vault) -> Sealed:
    return vault.put(PLAINTEXT, **IDS, **MORE)


def current(memory: MemoryObjects, sealed: Sealed, data: bytes) -> Sealed:
    """The row as it would be for these bytes: the attacker has altered both."""
    memory.overwrite(sealed.object_name, data)
    return replace(sealed, ciphertext_sha256=sha256(data).digest(), ciphertext_length=len(data))


def test_what_was_put_can_be_got(vault: Vault, sealed: Sealed) -> None:
    assert vault.get(sealed, **IDS) == PLAINTEXT


def test_the_row_describes_the_object(vault: Vault, memory: MemoryObjects, sealed: Sealed) -> None:
    data = memory.get(sealed.object_name)
    assert (sha256(data).digest(), len(data)) == (
        sealed.ciphertext_sha256,
        sealed.ciphertext_length,
    )
    assert (len(sealed.wrapped_key), sealed.plaintext_length) == (60, len(PLAINTEXT))


def test_the_object_holds_neither_plaintext_nor_wrapped_key_nor_ids(
    memory: MemoryObjects, sealed: Sealed
) -> None:
    data = memory.get(sealed.object_name)
    for secret in (b"an image", sealed.wrapped_key, b"ses_1", b"art_1", b"document"):
        assert secret not in data
    assert "ses_1" not in sealed.object_name


def test_names_are_random_and_keys_differ_between_versions(vault: Vault) -> None:
    rows = [vault.put(PLAINTEXT, **IDS, **MORE) for _ in range(20)]
    assert len({row.object_name for row in rows}) == 20
    assert len({row.wrapped_key for row in rows}) == 20


def test_it_refuses_a_swap_of_two_objects(
    vault: Vault, memory: MemoryObjects, sealed: Sealed
) -> None:
    other = vault.put(PLAINTEXT, **OTHER, **MORE)
    memory.overwrite(sealed.object_name, memory.get(other.object_name))
    with pytest.raises(WrongDigestError):
        vault.get(sealed, **IDS)


def test_it_refuses_a_swap_of_two_objects_whose_digests_were_swapped_too(
    vault: Vault, memory: MemoryObjects, sealed: Sealed
) -> None:
    other = vault.put(PLAINTEXT, **OTHER, **MORE)
    row = current(memory, sealed, memory.get(other.object_name))
    with pytest.raises(WrongCommitmentError):
        vault.get(row, **IDS)


def test_it_refuses_a_swap_of_whole_rows(vault: Vault, sealed: Sealed) -> None:
    with pytest.raises(WrongKeyError):
        vault.get(sealed, **OTHER)


def test_it_refuses_a_swap_of_wrapped_keys_between_rows(vault: Vault, sealed: Sealed) -> None:
    other = vault.put(PLAINTEXT, **OTHER, **MORE)
    with pytest.raises(WrongKeyError):
        vault.get(replace(sealed, wrapped_key=other.wrapped_key), **IDS)


def test_it_refuses_the_wrapped_key_of_another_version(vault: Vault, sealed: Sealed) -> None:
    newer = vault.put(PLAINTEXT, **IDS, **MORE)
    with pytest.raises(WrongCommitmentError):
        vault.get(replace(sealed, wrapped_key=newer.wrapped_key), **IDS)


def test_it_refuses_a_replayed_older_version(vault: Vault, memory: MemoryObjects) -> None:
    older = vault.put(PLAINTEXT, **IDS, **MORE)
    newer = vault.put(PLAINTEXT.upper(), **IDS, **MORE)
    memory.overwrite(newer.object_name, memory.get(older.object_name))
    with pytest.raises(WrongDigestError):
        vault.get(newer, **IDS)
    with pytest.raises(WrongCommitmentError):
        vault.get(current(memory, newer, memory.get(older.object_name)), **IDS)


@pytest.mark.parametrize("epoch", ["2033-10", "2020-01"])
def test_it_refuses_a_key_id_downgrade(
    vault: Vault, keys: FileKeys, sealed: Sealed, epoch: str
) -> None:
    keys.wrap(bytes(32), epoch, b"")  # an old epoch that the attacker would rather have
    with pytest.raises(WrongKeyError):
        vault.get(replace(sealed, key_epoch=epoch), **IDS)


@pytest.mark.parametrize("name", ["session_id", "artifact_id", "kind", "stage"])
def test_it_refuses_another_context(vault: Vault, sealed: Sealed, name: str) -> None:
    with pytest.raises(TamperedError):
        vault.get(sealed, **(IDS | {name: "other"}))


def test_it_refuses_another_content_type(vault: Vault, sealed: Sealed) -> None:
    with pytest.raises(WrongCommitmentError):
        vault.get(replace(sealed, content_type="text/html"), **IDS)


@pytest.mark.parametrize("more", [-1, 1])
def test_it_refuses_another_plaintext_length(vault: Vault, sealed: Sealed, more: int) -> None:
    row = replace(sealed, plaintext_length=sealed.plaintext_length + more)
    with pytest.raises(WrongCommitmentError):
        vault.get(row, **IDS)


def test_it_refuses_a_store_with_another_key(
    memory: MemoryObjects, keys: FileKeys, vault: Vault, sealed: Sealed
) -> None:
    keys._path("2033-11", ".key").unlink()
    vault.put(b"another", **OTHER, **MORE)  # makes the epoch's key anew
    with pytest.raises(WrongKeyError):
        vault.get(sealed, **IDS)


def test_it_refuses_a_truncated_and_a_longer_object(
    vault: Vault, memory: MemoryObjects, sealed: Sealed
) -> None:
    data = memory.get(sealed.object_name)
    for altered in (data[:-1], data[:73], b"", data + b"\0"):
        memory.overwrite(sealed.object_name, altered)
        with pytest.raises(WrongLengthError):
            vault.get(sealed, **IDS)


def test_it_refuses_sampled_bit_flips_whatever_the_row_says(
    vault: Vault, memory: MemoryObjects, sealed: Sealed
) -> None:
    data, draw = memory.get(sealed.object_name), random.Random(20331101)  # noqa: S311 - a repeatable sample
    for bit in [*range(8 * 73), *draw.sample(range(8 * 73, 8 * len(data)), 300)]:
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        memory.overwrite(sealed.object_name, bytes(altered))
        with pytest.raises(WrongDigestError):
            vault.get(sealed, **IDS)
        row = current(memory, sealed, bytes(altered))
        with pytest.raises(TamperedError):
            vault.get(row, **IDS)


def test_a_missing_object_is_missing_and_not_tampered(vault: Vault, sealed: Sealed) -> None:
    vault.shred(sealed.object_name)
    with pytest.raises(MissingObjectError):
        vault.get(sealed, **IDS)


def test_a_destroyed_epoch_opens_nothing(vault: Vault, keys: FileKeys, sealed: Sealed) -> None:
    keys.destroy("2033-11")
    with pytest.raises(KeyGoneError):
        vault.get(sealed, **IDS)


def test_nothing_is_stored_under_a_destroyed_epoch(
    vault: Vault, memory: MemoryObjects, keys: FileKeys
) -> None:
    keys.destroy("2033-11")
    with pytest.raises(KeyGoneError):
        vault.put(PLAINTEXT, **IDS, **MORE)
    assert memory.list_names() == []


def test_rewrapping_outlives_the_former_epoch(
    vault: Vault, memory: MemoryObjects, keys: FileKeys, sealed: Sealed
) -> None:
    before = memory.get(sealed.object_name)
    held = vault.rewrap(sealed, session_id="ses_1", artifact_id="art_1", epoch="2040-01")
    keys.destroy("2033-11")
    assert vault.get(held, **IDS) == PLAINTEXT
    assert memory.get(sealed.object_name) == before
    assert held == replace(sealed, wrapped_key=held.wrapped_key, key_epoch="2040-01")


def test_rewrapping_for_another_artifact_is_refused(vault: Vault, sealed: Sealed) -> None:
    with pytest.raises(WrongKeyError):
        vault.rewrap(sealed, session_id="ses_1", artifact_id="art_2", epoch="2040-01")


def test_shredding_leaves_no_name(vault: Vault, sealed: Sealed) -> None:
    assert vault.names() == [sealed.object_name]
    assert vault.shred(sealed.object_name) == Absence(1, 0, 0)
    assert vault.names() == []


def test_a_store_that_is_away_is_told(vault: Vault, memory: MemoryObjects, sealed: Sealed) -> None:
    vault.check()
    memory.go_down()
    for call in (vault.check, lambda: vault.get(sealed, **IDS), lambda: vault.shred("sealed/a")):
        with pytest.raises(UnavailableError):
            call()


def test_a_key_store_that_is_away_is_told_and_nothing_is_stored(
    memory: MemoryObjects, keys: FileKeys, vault: Vault
) -> None:
    keys._directory.rename(keys._directory.with_name("away"))
    with pytest.raises(KeyStoreError):
        vault.check()
    with pytest.raises(KeyStoreError):
        vault.put(PLAINTEXT, **IDS, **MORE)
    assert memory.list_names() == []
