"""Owns the small secret files: made once, private, refused when they are not."""

import stat
from pathlib import Path

import pytest

from kyc.errors import ConfigurationError
from kyc.keyfiles import load_or_make
from tests.core.kit import race


def test_a_missing_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "web.key"
    secret = load_or_make(path)
    assert len(secret) == 32
    assert load_or_make(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o610])
def test_a_secret_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "web.key"
    load_or_make(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=r"web\.key"):
        load_or_make(path)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "web.key"
    load_or_make(path, 16)
    with pytest.raises(ConfigurationError, match="16 bytes"):
        load_or_make(path, 32)


@pytest.mark.parametrize("content", [b"not hexadecimal", b"abc", b"\xff\xff", b""])
def test_a_damaged_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "web.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match=r"web\.key"):
        load_or_make(path)


def test_many_that_start_at_once_read_the_same_secret(tmp_path: Path) -> None:
    path = tmp_path / "web.key"
    secrets = race(24, lambda _: load_or_make(path))
    assert set(secrets) == {load_or_make(path)}
    assert [file.name for file in tmp_path.iterdir()] == ["web.key"]
