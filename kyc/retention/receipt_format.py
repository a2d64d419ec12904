"""Owns the receipt file of docs/formats/receipt.md: what is signed, and its check by anybody."""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kyc.audit.signer import Signer
from kyc.audit.values import IDENTIFIER
from kyc.audit.verify import PublicKey
from kyc.errors import KycError

DOMAIN = b"kyc/receipt/v1\n"
VERSION = 1
KEY_ID = 4  # bytes of the key's id before the 64 of the signature
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_MOMENTS = ("key_destroyed_at", "absent_at")
_IDS = ("id", "subject")
_CODES = ("kind", "stage", "rule")
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class ReceiptError(KycError):
    """A receipt that proves nothing; `code` is the finding's name in docs/formats/receipt.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Content:
    """What a receipt says; moments are aware UTC, `versions` counts removals confirmed."""

    id: str
    subject: str
    kind: str
    stage: str
    rule: str
    key_destroyed_at: datetime
    absent_at: datetime
    versions: int

    def members(self) -> dict[str, Any]:
        moments = {name: getattr(self, name).astimezone(UTC).strftime(_MOMENT) for name in _MOMENTS}
        return {**self.__dict__, **moments, "v": VERSION}


def sign(content: Content, signer: Signer) -> bytes:
    """The id of the key and the Ed25519 signature: 68 bytes."""
    return signer.public.key_id + signer.key.sign(_message(content))


def write(content: Content, signature: bytes) -> str:
    """One line, without its newline: canonical JSON."""
    encoded = base64.b64encode(signature).decode()
    return rfc8785.dumps({"receipt": content.members(), "signature": encoded}).decode()


def check(untrusted: str, keys: Iterable[PublicKey]) -> Content:
    """What the receipt says. Raises ReceiptError unless one of `keys` signed just that."""
    content, signature = _parts(untrusted)
    key = next((key for key in keys if key.key_id == signature[:KEY_ID]), None)
    if key is None:
        raise ReceiptError("unknown_key", "it is not signed by a key that is trusted here")
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(signature[KEY_ID:], _message(content))
    except InvalidSignature:
        raise ReceiptError("wrong_signature", "the signature does not fit what it says") from None
    return content


def _message(content: Content) -> bytes:
    return DOMAIN + rfc8785.dumps(content.members())


def _parts(untrusted: str) -> tuple[Content, bytes]:
    try:
        whole = json.loads(untrusted, object_pairs_hook=_without_repetition)
        members, signature = whole.pop("receipt"), whole.pop("signature")
        decoded = base64.b64decode(signature, validate=True)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise ReceiptError("malformed", "this is no receipt") from None
    if whole or not isinstance(members, dict):
        raise ReceiptError("malformed", "this is no receipt")
    return _content(members), decoded


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice would be read one way here and another way elsewhere."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member comes twice")
    return dict(pairs)


def _content(members: dict[str, Any]) -> Content:
    """Raises ReceiptError unless the members are just those that a content is written with."""
    try:
        rest = {name: members[name] for name in (*_IDS, *_CODES, "versions")}
        moments = {name: _moment(members[name]) for name in _MOMENTS}
        content = Content(**rest, **moments)
        fits = _has_the_form(members) and content.members() == members
    except (TypeError, ValueError, KeyError):
        fits = False
    if not fits:
        raise ReceiptError("malformed", "this is no receipt of version 1")
    return content


def _has_the_form(members: dict[str, Any]) -> bool:
    return (
        all(IDENTIFIER.fullmatch(members[name]) for name in _IDS)
        and all(_CODE.fullmatch(members[name]) for name in _CODES)
        and all(type(members[name]) is int for name in ("v", "versions"))
        and 0 <= members["versions"] < 2**31
    )


def _moment(text: str) -> Any:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
