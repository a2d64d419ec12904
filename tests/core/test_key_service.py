"""Owns the choice of the key provider by settings, and when keys in files are refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from kyc.errors import ConfigurationError
from kyc.runtime import key_provider
from kyc.settings import DEMO_MARK, Settings, load_settings
from storage.errors import KeyServiceError
from storage.keys_file import FileKeys
from storage.keys_kms import KmsKeys
from storage.keys_vault import VaultKeys

SERVER = {"KYC_BASE_URL": "https://id.example.com", "DATABASE_URL": "postgresql://db/kyc"}


def _settings(directory: Path, **variables: str) -> Settings:
    return load_settings({"KYC_DATA_DIR": str(directory), **variables})


def test_without_a_setting_keys_are_in_files(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    keys = key_provider(settings)
    assert type(keys) is FileKeys
    assert keys._directory == tmp_path / "keys" / "kek" == settings.kek_dir


def test_an_address_of_files_is_their_directory(tmp_path: Path) -> None:
    settings = _settings(tmp_path, KYC_KEYS_URL=f"file://{tmp_path}/mounted")
    assert settings.kek_dir == tmp_path / "mounted"


def test_each_service_is_chosen_by_its_address(tmp_path: Path) -> None:
    kms = key_provider(_settings(tmp_path, KYC_KEYS_URL="awskms://alias/kyc?region=eu-north-1"))
    assert isinstance(kms, KmsKeys)
    assert kms._directory == tmp_path / "keys" / "kek"
    vault = key_provider(_settings(tmp_path, KYC_KEYS_URL="vault+https://127.0.0.1:1/transit"))
    assert isinstance(vault, VaultKeys)


def test_a_wrong_address_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="KYC_KEYS_URL"):
        key_provider(_settings(tmp_path, KYC_KEYS_URL="gcpkms://x"))


def test_keys_in_files_are_refused_in_production(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="KYC_ACCEPT_FILE_KEYS=yes"):
        key_provider(_settings(tmp_path, **SERVER))


def test_they_are_taken_there_once_somebody_says_that_it_is_enough(tmp_path: Path) -> None:
    settings = _settings(tmp_path, **SERVER, KYC_ACCEPT_FILE_KEYS="yes")
    assert isinstance(key_provider(settings), FileKeys)


def test_a_key_service_needs_no_such_word(tmp_path: Path) -> None:
    settings = _settings(tmp_path, **SERVER, KYC_KEYS_URL="awskms://alias/kyc")
    assert isinstance(key_provider(settings), KmsKeys)


def test_neither_does_what_is_no_production(tmp_path: Path) -> None:
    embedded = _settings(tmp_path, KYC_BASE_URL=SERVER["KYC_BASE_URL"])
    assert isinstance(key_provider(embedded), FileKeys)
    (tmp_path / DEMO_MARK).touch()
    assert isinstance(key_provider(_settings(tmp_path, **SERVER)), FileKeys)


@pytest.mark.parametrize("word", ["1", "true", "YES", "", "maybe"])
def test_the_word_is_yes_or_no(tmp_path: Path, word: str) -> None:
    with pytest.raises(ConfigurationError, match="KYC_ACCEPT_FILE_KEYS must be yes or no"):
        _settings(tmp_path, KYC_ACCEPT_FILE_KEYS=word)


def test_the_token_is_read_anew_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    variables = {"KYC_KEYS_URL": "vault+https://127.0.0.1:1/t", "KYC_KEYS_TOKEN_FILE": str(file)}
    keys = key_provider(_settings(tmp_path, **variables))
    assert isinstance(keys, VaultKeys)
    assert keys._settings.token() == "first"
    file.write_text("second\n")
    assert keys._settings.token() == "second"
    file.unlink()
    with pytest.raises(KeyServiceError, match="KYC_KEYS_TOKEN_FILE"):
        keys._settings.token()


def test_a_token_may_be_given_as_it_is(tmp_path: Path) -> None:
    settings = _settings(tmp_path, KYC_KEYS_URL="vault+https://127.0.0.1:1/t", KYC_KEYS_TOKEN="s.x")
    keys = key_provider(settings)
    assert isinstance(keys, VaultKeys)
    assert keys._settings.token() == "s.x"
    assert "s.x" not in repr(replace(settings))
