"""Owns the file of a backup: it opens whole for its operator, or not at all."""

import io
from pathlib import Path
from typing import Any

import pytest

from kyc.backup.locks import (
    Identity,
    Lock,
    Passphrase,
    Recipient,
    Unlock,
    load_identity,
    make_identity,
)
from kyc.backup.sealed_file import PART, SealedWriter, read_lines, read_parts
from kyc.errors import ConfigurationError, InvalidInputError
from storage.boxes import new_pair
from storage.envelope import sealed_length
from storage.errors import (
    ExcessError,
    NotSealedError,
    StorageError,
    TamperedError,
    TruncatedError,
    UnsupportedVersionError,
    WrongKeyError,
)

ID, NAME = "bk_" + "5" * 30, "database.kycb"
OPERATOR = Identity(new_pair())
PHRASE = "nine quiet herons over the bay"


def _written(path: Path, data: bytes, lock: Lock = OPERATOR.recipient) -> Path:
    with path.open("wb") as file:
        writer = SealedWriter(file, ID, NAME, lock)
        for start in range(0, len(data), 100_000):
            writer.write(data[start : start + 100_000])
        writer.finish()
    return path


def _read(path: Path, unlock: Unlock = OPERATOR) -> bytes:
    return b"".join(read_parts(path, ID, NAME, unlock))


@pytest.fixture(scope="module")
def three_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("file") / "x", bytes(2 * PART + 5))


@pytest.mark.parametrize("length", [0, 1, PART - 1, PART, PART + 1, 2 * PART])
def test_what_was_written_is_read(tmp_path: Path, length: int) -> None:
    data = bytes(range(250)) * (length // 250) + bytes(length % 250)
    path = _written(tmp_path / "x", data)
    assert _read(path) == data
    assert data[:200] == b"" or data[:200] not in path.read_bytes() or length < 200


def test_lines_come_back(tmp_path: Path) -> None:
    path = _written(tmp_path / "x", b'{"a":1}\n[2]\n')
    assert list(read_lines(path, ID, NAME, OPERATOR)) == [{"a": 1}, [2]]
    with pytest.raises(TruncatedError):
        list(read_lines(_written(tmp_path / "y", b'{"a":1}\n{"b"'), ID, NAME, OPERATOR))


def test_a_passphrase_opens_what_it_locked_and_no_other_does(tmp_path: Path) -> None:
    path = _written(tmp_path / "x", b"rows", Passphrase(PHRASE))
    assert _read(path, Passphrase(PHRASE)) == b"rows"
    with pytest.raises(WrongKeyError):
        _read(path, Passphrase(PHRASE + "!"))
    with pytest.raises(InvalidInputError, match="not to a key"):
        _read(path, OPERATOR)


def test_short_passphrases_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 16"):
        Passphrase("fifteen letters")


def test_a_costly_lock_is_refused_and_not_computed() -> None:
    locked = Passphrase(PHRASE).lock(bytes(32), b"x")
    for change in ({"memory_kib": 2**40}, {"rounds": 10**9}, {"rounds": 0}, {"salt": "zz"}):
        with pytest.raises(WrongKeyError):
            Passphrase(PHRASE).unlock(locked | change, b"x")


def test_only_the_operators_key_opens_what_was_sealed_to_it(tmp_path: Path) -> None:
    path = _written(tmp_path / "x", b"rows")
    with pytest.raises(WrongKeyError):
        _read(path, Identity(new_pair()))
    with pytest.raises(InvalidInputError, match="give --key"):
        _read(path, Passphrase(PHRASE))


def test_an_identity_is_made_once_and_read_again(tmp_path: Path) -> None:
    made = make_identity(tmp_path / "key")
    assert load_identity(tmp_path / "key").recipient == made.recipient
    assert Recipient.parse(str(made.recipient)) == made.recipient
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(ConfigurationError, match="there already"):
        make_identity(tmp_path / "key")
    with pytest.raises(ConfigurationError, match="no file"):
        load_identity(tmp_path / "none")


@pytest.mark.parametrize(
    "text", ["", "kyc-backup-1-", "kyc-backup-1-00", "00" * 32, "kyc-backup-1-é"]
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="kyc backup key"):
        Recipient.parse(text)


def test_a_file_of_another_name_or_backup_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path / "x", b"rows")
    with pytest.raises(NotSealedError):
        list(read_parts(path, ID, "keys.kycb", OPERATOR))
    with pytest.raises(NotSealedError):
        list(read_parts(path, "bk_" + "6" * 30, NAME, OPERATOR))


def _parts(path: Path) -> tuple[bytes, list[bytes]]:
    """The head, and each part whole."""
    file = io.BytesIO(path.read_bytes())
    length = int.from_bytes(path.read_bytes()[5:9], "big")
    head = file.read(9 + length)
    parts = []
    while mark := file.read(5):
        plain = int.from_bytes(mark[1:], "big")
        parts.append(mark + file.read(sealed_length(plain)))
    return head, parts


@pytest.mark.parametrize(
    "order", [[0, 1], [1, 2], [0, 2], [0, 1, 1, 2], [1, 0, 2], [2], [0, 1, 2, 2], []]
)
def test_parts_dropped_doubled_or_moved_are_refused(
    tmp_path: Path, three_parts: Path, order: list[int]
) -> None:
    head, parts = _parts(three_parts)
    (tmp_path / "x").write_bytes(head + b"".join(parts[number] for number in order))
    with pytest.raises(TamperedError):
        _read(tmp_path / "x")


def test_a_part_that_is_called_the_last_is_refused(tmp_path: Path, three_parts: Path) -> None:
    head, parts = _parts(three_parts)
    (tmp_path / "x").write_bytes(head + b"\x01" + parts[0][1:])
    with pytest.raises(TamperedError):
        _read(tmp_path / "x")


def test_every_altered_byte_of_a_small_file_is_refused(tmp_path: Path) -> None:
    whole = _written(tmp_path / "x", b"a few rows").read_bytes()
    for at in range(len(whole)):
        (tmp_path / "x").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((StorageError, InvalidInputError)):
            _read(tmp_path / "x")


def test_any_end_but_the_right_one_is_refused(tmp_path: Path) -> None:
    whole = _written(tmp_path / "x", b"a few rows").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "x").write_bytes(whole[:length])
        with pytest.raises(TamperedError):
            _read(tmp_path / "x")
    (tmp_path / "x").write_bytes(whole + b"x")
    with pytest.raises(ExcessError):
        _read(tmp_path / "x")


@pytest.mark.parametrize(
    ("change", "error"),
    [({0: 0}, NotSealedError), ({4: 2}, UnsupportedVersionError), ({5: 255}, NotSealedError)],
)
def test_files_of_another_kind_are_named(tmp_path: Path, change: Any, error: Any) -> None:
    whole = bytearray(_written(tmp_path / "x", b"rows").read_bytes())
    for at, byte in change.items():
        whole[at] = byte
    (tmp_path / "x").write_bytes(bytes(whole))
    with pytest.raises(error):
        _read(tmp_path / "x")
