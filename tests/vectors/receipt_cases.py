"""Owns the cases of receipts: docs/formats/receipt.md, by a second writer."""

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors.writer import Case, flipped, stream

CONTENT: dict[str, Any] = {
    "absent_at": "2033-11-02T04:00:09.500000Z",
    "id": "rcpt_0f1e2d3c4b5a69788796a5b4c3d2e1",
    "key_destroyed_at": "2033-11-02T04:00:00.000000Z",
    "kind": "document_front",
    "rule": "rejected",
    "stage": "review",
    "subject": "art_00112233445566778899aabbccddee",
    "v": 1,
    "versions": 2,
}


def canonical(value: Any) -> str:
    """RFC 8785 for what occurs here: ASCII texts and small whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def key(label: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(stream(label, 32))


def raw(signer: Ed25519PrivateKey) -> bytes:
    return signer.public_key().public_bytes_raw()


def key_id(signer: Ed25519PrivateKey) -> bytes:
    return sha256(b"kyc-audit\n\x01" + raw(signer)).digest()[:4]


def verifier(signer: Ed25519PrivateKey) -> str:
    encoded = base64.b64encode(b"\x01" + raw(signer)).decode()
    return f"kyc-audit+{key_id(signer).hex()}+{encoded}"


def message(content: dict[str, Any], domain: bytes = b"kyc/receipt/v1\n") -> bytes:
    return domain + canonical(content).encode("ascii")


def signed(content: dict[str, Any], label: str = "receipt key", **changes: Any) -> bytes:
    signer = key(label)
    return key_id(signer) + signer.sign(message(content, **changes))


def line(content: Any, signature: bytes | str) -> str:
    text = signature if isinstance(signature, str) else base64.b64encode(signature).decode()
    return canonical({"receipt": content, "signature": text})


def case(expect: str, text: str, content: dict[str, Any] | None) -> Case:
    return {
        "expect": expect,
        "public_key": verifier(key("receipt key")),
        "line": text,
        "message": message(content).hex() if content else None,
    }


def receipts() -> Iterator[tuple[str, Case]]:
    right = signed(CONTENT)
    record = CONTENT | {"kind": "record", "stage": "record", "versions": 0}
    yield "ok-image", case("ok", line(CONTENT, right), CONTENT)
    yield "ok-record", case("ok", line(record, signed(record)), record)
    spaced = json.dumps({"signature": base64.b64encode(right).decode(), "receipt": CONTENT})
    yield "ok-other-spelling", case("ok", spaced, CONTENT)
    for name, value in CONTENT.items():
        other = CONTENT | {name: _other(value)}
        if name != "v":
            yield f"wrong-signature-{name}", case("wrong_signature", line(other, right), other)
    for name, signature in (
        ("flipped-first-byte", flipped(right, 4)),
        ("flipped-last-byte", flipped(right, 67)),
        ("cut", right[:-1]),
        ("no-domain", signed(CONTENT, domain=b"")),
        ("other-domain", signed(CONTENT, domain=b"kyc/receipt/v2\n")),
        ("other-keys-signature", key_id(key("receipt key")) + signed(CONTENT, "another key")[4:]),
    ):
        text = line(CONTENT, signature)
        yield f"wrong-signature-{name}", case("wrong_signature", text, CONTENT)
    yield "unknown-key", case("unknown_key", line(CONTENT, signed(CONTENT, "another key")), CONTENT)
    yield "unknown-key-flipped", case("unknown_key", line(CONTENT, flipped(right, 0)), CONTENT)
    yield "unknown-key-no-signature", case("unknown_key", line(CONTENT, b""), CONTENT)


def malformed() -> Iterator[tuple[str, Case]]:
    right = signed(CONTENT)
    whole = line(CONTENT, right)
    less = {name: value for name, value in CONTENT.items() if name != "rule"}
    for name, text in (
        ("empty", ""),
        ("no-json", "receipt"),
        ("no-object", "[1]"),
        ("cut", whole[:-1]),
        ("no-base64", line(CONTENT, "not base64")),
        ("signature-no-text", canonical({"receipt": CONTENT, "signature": 1})),
        ("no-signature", canonical({"receipt": CONTENT})),
        ("member-outside", canonical({**json.loads(whole), "note": ""})),
        ("member-missing", line(less, signed(less))),
        ("member-unknown", line(CONTENT | {"x": 1}, signed(CONTENT | {"x": 1}))),
        ("member-twice", whole.replace('"v":1', '"v":1,"v":1')),
        ("receipt-twice", whole[:-1] + ',"receipt":{}}'),
        ("receipt-no-object", line("receipt", right)),
        ("version-0", line(CONTENT | {"v": 0}, signed(CONTENT | {"v": 0}))),
        ("version-2", line(CONTENT | {"v": 2}, signed(CONTENT | {"v": 2}))),
        ("version-true", line(CONTENT | {"v": True}, signed(CONTENT | {"v": True}))),
        ("versions-negative", line(CONTENT | {"versions": -1}, signed(CONTENT))),
        ("versions-fraction", whole.replace('"versions":2', '"versions":2.0')),
        ("rule-number", line(CONTENT | {"rule": 1}, signed(CONTENT | {"rule": 1}))),
        ("kind-name", line(CONTENT | {"kind": "Leelo T."}, signed(CONTENT | {"kind": "Leelo T."}))),
        ("time-short", whole.replace("2033-11-02T04:00:09", "2033-11-2T04:00:09")),
        ("time", line(CONTENT | {"absent_at": "now"}, signed(CONTENT | {"absent_at": "now"}))),
    ):
        yield f"malformed-{name}", case("malformed", text, None)


def _other(value: Any) -> Any:
    """Something else of the same form."""
    if isinstance(value, int):
        return value + 1
    return value[:-2] + ("1Z" if value.endswith("Z") else "00")
