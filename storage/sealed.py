"""Owns what a database row keeps of a sealed object, and what is checked against it."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from storage.envelope import Binding
from storage.errors import WrongDigestError, WrongLengthError

MAX_FIELD = 2**16


@dataclass(frozen=True)
class Sealed:
    """What the database row keeps of a stored object; lengths in bytes.

    `view_key` is the data key in a box for the customer; None for what no customer sees.
    """

    object_name: str
    wrapped_key: bytes
    key_epoch: str
    ciphertext_sha256: bytes
    ciphertext_length: int
    plaintext_length: int
    content_type: str
    view_key: bytes | None = None


def check_against_row(untrusted: bytes, sealed: Sealed) -> None:
    if len(untrusted) != sealed.ciphertext_length:
        raise WrongLengthError(sealed.object_name)
    if not hmac.compare_digest(sha256(untrusted).digest(), sealed.ciphertext_sha256):
        raise WrongDigestError(sealed.object_name)


def short(plaintext: bytes) -> bytes:
    if len(plaintext) > MAX_FIELD:
        raise ValueError("a field has at most 65,536 bytes")
    return plaintext


def binding_of(sealed: Sealed, session_id: str, artifact_id: str, kind: str, stage: str) -> Binding:
    length, content_type = sealed.plaintext_length, sealed.content_type
    return Binding(session_id, artifact_id, kind, stage, content_type, length)


def field_binding(session_id: str, field: str, length: int) -> Binding:
    return Binding(session_id, "fields", "field", field, "application/octet-stream", length)
