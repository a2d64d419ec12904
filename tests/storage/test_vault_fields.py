"""Owns the promises of sealed database fields."""

import pytest

from storage.errors import (
    ExcessError,
    KeyGoneError,
    TamperedError,
    TruncatedError,
    WrongCommitmentError,
    WrongKeyError,
)
from storage.keys import WrappedKey
from storage.keys_file import FileKeys
from storage.vault import MAX_FIELD, Vault


@pytest.fixture
def field_key(vault: Vault) -> WrappedKey:
    return vault.new_field_key("ses_1", "2033-11")


@pytest.mark.parametrize("length", [0, 1, MAX_FIELD])
def test_a_field_opens_to_itself(vault: Vault, field_key: WrappedKey, length: int) -> None:
    blob = vault.seal_field(field_key, "ses_1", "surname", bytes(length))
    assert vault.open_field(field_key, "ses_1", "surname", blob) == bytes(length)
    assert len(blob) == length + 89


def test_a_field_is_refused_in_another_column_or_session(
    vault: Vault, field_key: WrappedKey
) -> None:
    blob = vault.seal_field(field_key, "ses_1", "surname", b"Ozola")
    with pytest.raises(WrongCommitmentError):
        vault.open_field(field_key, "ses_1", "given_names", blob)
    with pytest.raises(WrongKeyError):
        vault.open_field(field_key, "ses_2", "surname", blob)
    with pytest.raises(WrongCommitmentError):
        vault.open_field(vault.new_field_key("ses_1", "2033-11"), "ses_1", "surname", blob)


@pytest.mark.parametrize(
    ("cut", "failure"),
    [
        (slice(0, 88), TruncatedError),
        (slice(0, -1), WrongCommitmentError),
        (slice(0, 0), TruncatedError),
    ],
)
def test_a_truncated_field_is_refused(
    vault: Vault, field_key: WrappedKey, cut: slice, failure: type[TamperedError]
) -> None:
    blob = vault.seal_field(field_key, "ses_1", "surname", b"Ozola")
    with pytest.raises(failure):
        vault.open_field(field_key, "ses_1", "surname", blob[cut])


def test_an_oversized_field_is_refused_both_ways(vault: Vault, field_key: WrappedKey) -> None:
    with pytest.raises(ValueError, match="65,536"):
        vault.seal_field(field_key, "ses_1", "surname", bytes(MAX_FIELD + 1))
    with pytest.raises(ExcessError):
        vault.open_field(field_key, "ses_1", "surname", bytes(MAX_FIELD + 90))


def test_an_artifact_key_opens_no_field(vault: Vault) -> None:
    row = vault.put(
        b"x",
        session_id="ses_1",
        artifact_id="art_1",
        kind="document_front",
        stage="redacted",
        content_type="image/jpeg",
        epoch="2033-11",
    )
    stolen = WrappedKey(row.key_epoch, row.wrapped_key)
    with pytest.raises(WrongKeyError):
        vault.seal_field(stolen, "ses_1", "surname", b"Ozola")


def test_fields_outlive_their_epoch_when_rewrapped(
    vault: Vault, keys: FileKeys, field_key: WrappedKey
) -> None:
    blob = vault.seal_field(field_key, "ses_1", "surname", b"Ozola")
    held = vault.rewrap_field_key(field_key, "ses_1", "2040-01")
    keys.destroy("2033-11")
    assert vault.open_field(held, "ses_1", "surname", blob) == b"Ozola"
    with pytest.raises(KeyGoneError):
        vault.open_field(field_key, "ses_1", "surname", blob)
