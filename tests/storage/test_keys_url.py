"""Owns that an address of keys leads to the provider that it names, and to none by mistake."""

from pathlib import Path

import pytest

from storage.errors import KeyStoreError
from storage.keys_file import FileKeys
from storage.keys_kms import KmsKeys
from storage.keys_url import KeysAccess, directory_of, open_keys
from storage.keys_vault import VaultKeys

ACCESS = KeysAccess(Path("/keys/kek"), token=lambda: "token", access_key="a", secret_key="b")
ARN = "arn:aws:kms:eu-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_a_directory_is_files() -> None:
    keys = open_keys("file:///var/lib/kyc/my%20keys", ACCESS)
    assert type(keys) is FileKeys
    assert keys._directory == Path("/var/lib/kyc/my keys")
    assert directory_of("file:///x") == Path("/x")
    assert directory_of("vault+https://host/transit") is None


@pytest.mark.parametrize("root_key", ["alias/kyc", ARN, "1234abcd-12ab-34cd-56ef-1234567890ab"])
def test_a_root_key_is_kms(root_key: str) -> None:
    keys = open_keys(f"awskms://{root_key}?region=eu-north-1&endpoint=http://127.0.0.1:9", ACCESS)
    assert isinstance(keys, KmsKeys)
    settings = keys._kms._settings
    assert (settings.root_key, settings.region) == (root_key, "eu-north-1")
    assert settings.endpoint_url == "http://127.0.0.1:9"
    assert keys._directory == Path("/keys/kek")


@pytest.mark.parametrize(
    ("url", "mount", "prefix"),
    [
        ("vault+https://vault.example:8200", "transit", "kyc"),
        ("vault+https://vault.example:8200/secret-keys", "secret-keys", "kyc"),
        ("vault+https://vault.example:8200/x?mount=team/t&prefix=shop", "team/t", "shop"),
    ],
)  # fmt: skip
def test_a_vault_is_transit(url: str, mount: str, prefix: str) -> None:
    keys = open_keys(url, ACCESS)
    assert isinstance(keys, VaultKeys)
    settings = keys._settings
    assert (settings.url, settings.mount, settings.prefix) == (
        "https://vault.example:8200", mount, prefix,
    )  # fmt: skip
    assert settings.token() == "token"


def test_a_vault_has_the_authority_that_is_named() -> None:
    keys = open_keys("vault+https://vault.example:8200/transit?ca=/etc/ca.pem", ACCESS)
    assert isinstance(keys, VaultKeys)
    assert keys._settings.authority == Path("/etc/ca.pem")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "file://, awskms:// or vault"),
        ("/var/keys", "file://, awskms:// or vault"),
        ("https://vault.example", "file://, awskms:// or vault"),
        ("file://keys", "not absolute"),
        ("file://", "not absolute"),
        ("file:///keys?mode=0644", "knows no mode"),
        ("awskms://?region=x", "names a root key"),
        ("awskms://alias/kyc?insecure=1", "knows no insecure"),
        ("vault+https://host/transit?verify=no", "knows no verify"),
        ("vault+https://host/transit?ca=ca.pem", "not absolute"),
        ("vault+https://token:secret@host/transit", "no secret belongs"),
        ("vault+http://vault.example:8200/transit", "vault+https"),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_wrong(url: str, said: str) -> None:
    with pytest.raises(KeyStoreError, match=said.replace("+", r"\+")):
        open_keys(url, ACCESS)


def test_no_secret_is_shown() -> None:
    assert "'b'" not in repr(ACCESS)
    kms = open_keys("awskms://alias/kyc", ACCESS)
    assert isinstance(kms, KmsKeys)
    assert "'b'" not in repr(kms._kms._settings)
