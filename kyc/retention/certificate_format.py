"""Owns the certificate file of docs/formats/certificate.md: signing, reading and proving."""

import base64
import json
import re
from collections.abc import Iterable
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kyc.audit.signer import Signer
from kyc.audit.verify import PublicKey
from kyc.retention.inclusion import root_by
from kyc.retention.receipt_format import KEY_ID, ReceiptError, check

DOMAIN = b"kyc/certificate/v1\n"
VERSION = 1
_MEMBERS = frozenset({
    "audit", "counts", "flows", "id", "key_epochs", "let_through", "made_at", "month",
    "not_given_up", "overdue", "receipts", "v",
})  # fmt: skip
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class CertificateError(ReceiptError):
    """A certificate or a proof that proves nothing; `code` is the finding's name in its format."""


def sign_certificate(content: dict[str, Any], signer: Signer) -> str:
    """One line, without its newline: canonical JSON."""
    signature = signer.public.key_id + signer.key.sign(DOMAIN + rfc8785.dumps(content))
    encoded = base64.b64encode(signature).decode()
    return rfc8785.dumps({"certificate": content, "signature": encoded}).decode()


def read_certificate(untrusted: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """What the certificate says. Raises CertificateError unless one of `keys` signed just that."""
    content, signature = _parts(untrusted)
    if content.keys() != _MEMBERS or content["v"] != VERSION or not _has_the_form(content):
        raise CertificateError("malformed", "this is no certificate of version 1")
    key = next((key for key in keys if key.key_id == signature[:KEY_ID]), None)
    if key is None:
        raise CertificateError("unknown_key", "it is not signed by a key that is trusted here")
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(signature[KEY_ID:], DOMAIN + rfc8785.dumps(content))
    except InvalidSignature:
        raise CertificateError("wrong_signature", "the signature does not fit") from None
    return content


def write_proof(line: str, certificate_id: str, index: int, path: Iterable[bytes]) -> str:
    """One line: the receipt, and the way from it to the root in the certificate."""
    proof: dict[str, Any] = {
        "certificate": certificate_id,
        "index": index,
        "path": [step.hex() for step in path],
    }
    proof["receipt"] = line
    return rfc8785.dumps(proof).decode()


def check_proof(untrusted: str, content: dict[str, Any], keys: Iterable[PublicKey]) -> str:
    """The id of the receipt, which is in the certificate. Raises CertificateError."""
    try:
        proof = json.loads(untrusted)
        line, index = proof["receipt"], proof["index"]
        path = [bytes.fromhex(step) for step in proof["path"]]
        names = proof["certificate"]
        told = check(line, keys)
        root = root_by(line, index, content["receipts"]["count"], path)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise CertificateError("malformed", "this is no proof") from None
    if names != content["id"] or root is None or root.hex() != content["receipts"]["root"]:
        raise CertificateError("not_in_it", "the receipt is not in this certificate")
    return told.id


def _parts(untrusted: str) -> tuple[dict[str, Any], bytes]:
    try:
        whole = json.loads(untrusted, object_pairs_hook=_once)
        content, signature = whole.pop("certificate"), whole.pop("signature")
        decoded = base64.b64decode(signature, validate=True)
        if whole or not isinstance(content, dict):
            raise ValueError("a member too many")
        rfc8785.dumps(content)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise CertificateError("malformed", "this is no certificate") from None
    return content, decoded


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice would be read one way here and another way elsewhere."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member comes twice")
    return dict(pairs)


def _has_the_form(content: dict[str, Any]) -> bool:
    try:
        receipts = content["receipts"]
        return (
            _MONTH.fullmatch(content["month"]) is not None
            and _HASH.fullmatch(receipts["root"]) is not None
            and type(receipts["count"]) is int
            and receipts["count"] == sum(one["count"] for one in content["counts"])
        )
    except (TypeError, KeyError):
        return False
