"""Owns a second writer of sealed objects, from docs/formats/sealed-object.md alone."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 1024
HEAD = 73
STEP = CHUNK + 16
Case = dict[str, Any]


def stream(label: str, length: int) -> bytes:
    """Bytes that look random and are the same each time."""
    blocks = (sha256(f"{label}/{i}".encode()).digest() for i in range(-(-length // 32)))
    return b"".join(blocks)[:length]


def item(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


@dataclass(frozen=True)
class Binding:
    session_id: str = "ses_5kq2"
    artifact_id: str = "art_81ab"
    kind: str = "document_front"
    stage: str = "redacted"
    content_type: str = "image/jpeg"
    plaintext_length: int = 0

    def encoded(self) -> bytes:
        texts = (self.session_id, self.artifact_id, self.kind, self.stage, self.content_type)
        joined = b"".join(item(text.encode("ascii")) for text in texts)
        return joined + item(self.plaintext_length.to_bytes(8, "big"))


@dataclass(frozen=True)
class Recipe:
    """How one object is written; the defaults are right, a case departs from one of them."""

    plaintext: bytes
    binding: Binding
    data_key: bytes = stream("data key", 32)
    salt: bytes = stream("salt", 32)
    magic: bytes = b"KYC1"
    version: int = 1
    chunk_size: int = CHUNK
    final_flag: int = 1

    def header(self) -> bytes:
        return (
            self.magic
            + self.version.to_bytes(1, "big")
            + self.chunk_size.to_bytes(4, "big")
            + self.salt
        )

    def keys(self) -> tuple[bytes, bytes]:
        info = b"kyc/seal/v1" + self.header() + self.binding.encoded()
        okm = HKDF(hashes.SHA256(), 64, self.salt, info).derive(self.data_key)
        return okm[:32], okm[32:]

    def write(self) -> bytes:
        key, commitment = self.keys()
        size = self.chunk_size
        pieces = [self.plaintext[i : i + size] for i in range(0, len(self.plaintext), size)] or [
            b""
        ]
        out = self.header() + commitment
        for index, piece in enumerate(pieces):
            last = self.final_flag if index == len(pieces) - 1 else 0
            nonce = bytes(7) + index.to_bytes(4, "big") + last.to_bytes(1, "big")
            out += AESGCM(key).encrypt(nonce, piece, None)
        return out


def recipe(length: int, label: str = "plaintext") -> Recipe:
    return Recipe(stream(label, length), Binding(plaintext_length=length))


def opened(title: str, made: Recipe) -> Case:
    return case(title, "ok", made, made.write(), plaintext=made.plaintext.hex())


def refused(
    title: str, failure: str, made: Recipe, sealed: bytes | None = None, **changes: Any
) -> Case:
    return case(title, failure, made, made.write() if sealed is None else sealed, **changes)


def case(title: str, expect: str, made: Recipe, sealed: bytes, **changes: Any) -> Case:
    return {
        "title": title,
        "expect": expect,
        "data_key": made.data_key.hex(),
        "binding": made.binding.__dict__,
        "sealed": sealed.hex(),
        "plaintext": None,
        **changes,
    }


def flipped(data: bytes, offset: int) -> bytes:
    return data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]
