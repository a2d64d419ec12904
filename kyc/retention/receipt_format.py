"""Owns the receipt file of docs/formats/receipt.md: what is signed, and its check by anybody."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kyc.audit.signer import Signer
from kyc.audit.verify import PublicKey
from kyc.errors import KycError

DOMAIN = b"kyc/receipt/v1\n"
VERSION = 1
KEY_ID = 4  # bytes of the key's id before the 64 of the signature
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_TEXTS = ("id", "subject", "kind", "stage", "rule", "key_destroyed_at", "absent_at")
_COUNTS = ("v", "versions")


class ReceiptError(KycError):
    """A receipt that proves nothing; the text says why."""

    code = "receipt"


@dataclass(frozen=True)
class Content:
    """What a receipt says; moments are aware UTC, `versions` counts the versions removed."""

    id: str
    subject: str
    kind: str
    stage: str
    rule: str
    key_destroyed_at: datetime
    absent_at: datetime
    versions: int

    def members(self) -> dict[str, Any]:
        moments = {
            name: getattr(self, name).astimezone(UTC).strftime(_MOMENT)
            for name in ("key_destroyed_at", "absent_at")
        }
        return {**self.__dict__, **moments, "v": VERSION}


def sign(content: Content, signer: Signer) -> bytes:
    """The id of the key and the Ed25519 signature: 68 bytes."""
    return signer.public.key_id + signer.key.sign(_message(content.members()))


def write(content: Content, signature: bytes) -> str:
    """One line, without its newline: canonical JSON."""
    encoded = base64.b64encode(signature).decode()
    return rfc8785.dumps({"receipt": content.members(), "signature": encoded}).decode()


def check(untrusted: str, keys: Iterable[PublicKey]) -> Content:
    """What the receipt says. Raises ReceiptError unless one of `keys` signed just that."""
    members, signature = _parts(untrusted)
    key = next((key for key in keys if key.key_id == signature[:KEY_ID]), None)
    if key is None:
        raise ReceiptError("it is not signed by a key that is trusted here")
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(signature[KEY_ID:], _message(members))
    except InvalidSignature:
        raise ReceiptError("the signature does not fit what it says") from None
    return _content(members)


def _message(members: dict[str, Any]) -> bytes:
    return DOMAIN + rfc8785.dumps(members)


def _parts(untrusted: str) -> tuple[dict[str, Any], bytes]:
    try:
        whole = json.loads(untrusted, object_pairs_hook=_without_repetition)
        members, signature = whole.pop("receipt"), whole.pop("signature")
        decoded = base64.b64decode(signature, validate=True)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise ReceiptError("this is no receipt") from None
    if whole or not _has_the_form(members):
        raise ReceiptError("this is no receipt of version 1")
    return members, decoded


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice would be read one way here and another way elsewhere."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member comes twice")
    return dict(pairs)


def _has_the_form(members: Any) -> bool:
    if not isinstance(members, dict) or members.keys() != {*_TEXTS, *_COUNTS}:
        return False
    texts = all(isinstance(members[name], str) for name in _TEXTS)
    counts = all(type(members[name]) is int for name in _COUNTS)
    return texts and counts and members["v"] == VERSION and 0 <= members["versions"] < 2**31


def _content(members: dict[str, Any]) -> Content:
    try:
        moments: dict[str, Any] = {
            name: datetime.strptime(members[name], _MOMENT).replace(tzinfo=UTC)
            for name in ("key_destroyed_at", "absent_at")
        }
    except ValueError:
        raise ReceiptError("its times are not of the form that the format has") from None
    rest = {name: members[name] for name in (*_TEXTS, "versions") if name not in moments}
    return Content(**rest, **moments)
