"""Owns the file of a backup: a stream cut into sealed objects (docs/formats/backup.md)."""

import json
import struct
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

import rfc8785

from kyc.backup.locks import Lock, Unlock
from storage.encoding import text_item
from storage.envelope import Binding, new_data_key, open_sealed, seal, sealed_length
from storage.errors import ExcessError, NotSealedError, TruncatedError, UnsupportedVersionError

MAGIC, VERSION = b"KYCB", 1
PART = 2**20
"""Bytes of plaintext a part; so much is in memory at a time."""
_MOST_HEADER = 2**16
_HEAD = struct.Struct(">4sBI")
_PART = struct.Struct(">BI")


class SealedWriter(RawIOBase):
    """Takes bytes and writes sealed parts; nothing of them reaches the disk in clear."""

    def __init__(self, file: BinaryIO, backup_id: str, name: str, lock: Lock) -> None:
        self._file, self._id, self._name = file, backup_id, name
        self._key, self._waiting, self._count = new_data_key(), bytearray(), 0
        locked = lock.lock(self._key, context(backup_id, name))
        header = rfc8785.dumps({"backup": backup_id, "lock": locked, "name": name})
        file.write(_HEAD.pack(MAGIC, VERSION, len(header)) + header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > PART:
            self._flush_part(PART, is_last=False)
        return len(data)

    def finish(self) -> None:
        """Writes the last part, without which nothing of the file is accepted."""
        self._flush_part(len(self._waiting), is_last=True)

    def _flush_part(self, length: int, *, is_last: bool) -> None:
        plain = bytes(self._waiting[:length])
        del self._waiting[:length]
        binding = _binding(self._id, self._name, self._count, len(plain), is_last=is_last)
        self._file.write(_PART.pack(is_last, len(plain)) + seal(self._key, binding, plain))
        self._count += 1


def read_parts(path: Path, backup_id: str, name: str, unlock: Unlock) -> Iterator[bytes]:
    """The plain parts, each verified before it is given; the end is verified with the last.

    So act on nothing before all have come. Raises the TamperedError of the rule, WrongKeyError.
    """
    with path.open("rb") as file:
        header = _read_header(file)
        if (header.get("backup"), header.get("name")) != (backup_id, name):
            raise NotSealedError(f"{path.name} is not the {name} of this backup")
        key = unlock.unlock(header["lock"], context(backup_id, name))
        count, is_last = 0, False
        while not is_last:
            flag, length = _PART.unpack(_exactly(file, _PART.size))
            is_last = flag == 1
            if flag > 1 or length > PART:
                raise NotSealedError(f"{path.name} has no part at its place {count}")
            sealed = _exactly(file, sealed_length(length))
            binding = _binding(backup_id, name, count, length, is_last=is_last)
            yield open_sealed(key, binding, sealed)
            count += 1
        if file.read(1):
            raise ExcessError(f"{path.name} goes on behind its end")


def read_lines(path: Path, backup_id: str, name: str, unlock: Unlock) -> Iterator[Any]:
    """The JSON documents of a file of lines."""
    rest = b""
    for part in read_parts(path, backup_id, name, unlock):
        *lines, rest = (rest + part).split(b"\n")
        yield from map(json.loads, lines)
    if rest:
        raise TruncatedError(f"{path.name} ends within a line")


def context(backup_id: str, name: str) -> bytes:
    return b"".join(map(text_item, ("backup", backup_id, name)))


def _binding(backup_id: str, name: str, count: int, length: int, *, is_last: bool) -> Binding:
    stage = f"{count:08d}-{'last' if is_last else 'more'}"
    return Binding(backup_id, name, "backup", stage, "application/octet-stream", length)


def _read_header(file: BinaryIO) -> dict[str, Any]:
    magic, version, length = _HEAD.unpack(_exactly(file, _HEAD.size))
    if magic != MAGIC or length > _MOST_HEADER:
        raise NotSealedError("this is no file of a backup")
    if version != VERSION:
        raise UnsupportedVersionError("a newer version of kyc made this backup")
    try:
        header = json.loads(_exactly(file, length))
    except ValueError:
        raise NotSealedError("the head of the backup's file is damaged") from None
    if not isinstance(header, dict) or not isinstance(header.get("lock"), dict):
        raise NotSealedError("the head of the backup's file is damaged")
    return header


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise TruncatedError("the backup's file is cut off")
    return data
