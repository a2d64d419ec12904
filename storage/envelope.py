"""Owns the sealed object: version 1 of docs/formats/sealed-object.md."""

import hmac
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.encoding import item, text_item
from storage.errors import (
    ExcessError,
    NotSealedError,
    TruncatedError,
    UnsupportedVersionError,
    WrongChunkError,
    WrongChunkSizeError,
    WrongCommitmentError,
)

MAGIC = b"KYC1"
VERSION = 1
DATA_KEY_LENGTH = 32
CHUNK_SIZE = 2**20
MAX_PLAINTEXT = 2**30

_LABEL = b"kyc/seal/v1"
_HEADER = struct.Struct(">4sBI32s")
_NONCE = struct.Struct(">7xIB")
_SALT_LENGTH = 32
_COMMITMENT_LENGTH = 32
_TAG_LENGTH = 16
_BODY = _HEADER.size + _COMMITMENT_LENGTH
_CHUNK_SIZES = frozenset(2**power for power in range(10, 25))

OVERHEAD = _BODY + _TAG_LENGTH
"""Bytes by which an object of one chunk is longer than its plaintext."""


@dataclass(frozen=True)
class Binding:
    """What an object is, as the reader's own records say; it opens under no other."""

    session_id: str
    artifact_id: str
    kind: str
    stage: str
    content_type: str
    plaintext_length: int

    def associated_data(self) -> bytes:
        names = (self.session_id, self.artifact_id, self.kind, self.stage, self.content_type)
        return b"".join(map(text_item, names)) + item(self.plaintext_length.to_bytes(8, "big"))


def new_data_key() -> bytes:
    return os.urandom(DATA_KEY_LENGTH)


def seal(data_key: bytes, binding: Binding, plaintext: bytes) -> bytes:
    """The sealed object. Raises ValueError where the arguments do not fit each other."""
    return _seal(data_key, binding, plaintext, os.urandom(_SALT_LENGTH), CHUNK_SIZE)


def open_sealed(data_key: bytes, binding: Binding, sealed: bytes) -> bytes:
    """The plaintext, once the last chunk has passed; raises the TamperedError of the rule."""
    chunk_size = _chunk_size(sealed)
    header = sealed[: _HEADER.size]
    salt = header[-_SALT_LENGTH:]
    key, commitment = _derive(data_key, salt, header + binding.associated_data())
    if not hmac.compare_digest(commitment, sealed[_HEADER.size : _BODY]):
        raise WrongCommitmentError
    _check_length(len(sealed), binding.plaintext_length, chunk_size)
    return _open_chunks(AESGCM(key), memoryview(sealed), binding.plaintext_length, chunk_size)


def check_head(data_key: bytes, binding: Binding, head: bytes, length: int) -> None:
    """Whether the object of `length` bytes whose first `OVERHEAD` are `head` is the right one.

    Rules 1 to 7 of the format: its key, binding and length, without a look at its content. Raises
    the TamperedError of the rule.
    """
    chunk_size = _chunk_size(head)
    header = head[: _HEADER.size]
    context = header + binding.associated_data()
    commitment = _derive(data_key, header[-_SALT_LENGTH:], context)[1]
    if not hmac.compare_digest(commitment, head[_HEADER.size : _BODY]):
        raise WrongCommitmentError
    _check_length(length, binding.plaintext_length, chunk_size)


def sealed_length(plaintext_length: int, chunk_size: int = CHUNK_SIZE) -> int:
    return _BODY + plaintext_length + _TAG_LENGTH * _chunk_count(plaintext_length, chunk_size)


def _seal(
    data_key: bytes, binding: Binding, plaintext: bytes, salt: bytes, chunk_size: int
) -> bytes:
    if len(plaintext) != binding.plaintext_length or len(plaintext) > MAX_PLAINTEXT:
        raise ValueError("the plaintext's length is not the one in its binding, or too large")
    header = _HEADER.pack(MAGIC, VERSION, chunk_size, salt)
    key, commitment = _derive(data_key, salt, header + binding.associated_data())
    cipher, plain = AESGCM(key), memoryview(plaintext)
    # BytesIO hands its buffer out as bytes without copying it, which a bytearray cannot.
    sealed = BytesIO(bytes(sealed_length(len(plaintext), chunk_size)))
    sealed.write(header + commitment)
    with sealed.getbuffer() as out:
        for chunk in _chunks(len(plaintext), chunk_size):
            # No nonce repeats: the counter moves, and the key is new for each salt.
            cipher.encrypt_into(chunk.nonce, plain[chunk.plain], None, out[chunk.sealed])
    return sealed.getvalue()


def _open_chunks(
    cipher: AESGCM, sealed: memoryview, plaintext_length: int, chunk_size: int
) -> bytes:
    plaintext = BytesIO(bytes(plaintext_length))
    with plaintext.getbuffer() as out:
        for chunk in _chunks(plaintext_length, chunk_size):
            try:
                cipher.decrypt_into(chunk.nonce, sealed[chunk.sealed], None, out[chunk.plain])
            except InvalidTag:
                raise WrongChunkError from None
    return plaintext.getvalue()


@dataclass(frozen=True, slots=True)
class _Chunk:
    nonce: bytes
    plain: slice
    sealed: slice


def _chunks(plaintext_length: int, chunk_size: int) -> Iterator[_Chunk]:
    count = _chunk_count(plaintext_length, chunk_size)
    for index in range(count):
        start, end = index * chunk_size, min((index + 1) * chunk_size, plaintext_length)
        offset = _BODY + index * (chunk_size + _TAG_LENGTH)
        yield _Chunk(
            nonce=_NONCE.pack(index, index == count - 1),
            plain=slice(start, end),
            sealed=slice(offset, offset + end - start + _TAG_LENGTH),
        )


def _chunk_count(plaintext_length: int, chunk_size: int) -> int:
    return max(1, -(-plaintext_length // chunk_size))


def _derive(data_key: bytes, salt: bytes, context: bytes) -> tuple[bytes, bytes]:
    if len(data_key) != DATA_KEY_LENGTH:
        raise ValueError("a data key has 32 bytes")
    hkdf = HKDF(SHA256(), length=64, salt=salt, info=_LABEL + context)
    okm = hkdf.derive(data_key)
    return okm[:32], okm[32:]


def _chunk_size(sealed: bytes) -> int:
    if len(sealed) < OVERHEAD:
        raise TruncatedError
    magic, version, chunk_size, _salt = _HEADER.unpack_from(sealed)
    if magic != MAGIC:
        raise NotSealedError
    if version != VERSION:
        raise UnsupportedVersionError
    if chunk_size not in _CHUNK_SIZES:
        raise WrongChunkSizeError
    return int(chunk_size)


def _check_length(length: int, plaintext_length: int, chunk_size: int) -> None:
    expected = sealed_length(plaintext_length, chunk_size)
    if length < expected:
        raise TruncatedError
    if length > expected:
        raise ExcessError
