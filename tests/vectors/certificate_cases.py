"""Owns the cases of certificates: docs/formats/certificate.md, by a second writer and reader."""

import base64
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.vectors.receipt_cases import CONTENT as RECEIPT
from tests.vectors.receipt_cases import canonical, key, key_id, verifier
from tests.vectors.receipt_cases import line as receipt_line
from tests.vectors.receipt_cases import signed as signed_receipt
from tests.vectors.writer import Case, flipped

DOMAIN = b"kyc/certificate/v1\n"


def receipt(number: int) -> str:
    content = RECEIPT | {"id": f"rcpt_{number:030x}", "subject": f"art_{number:030x}"}
    return receipt_line(content, signed_receipt(content))


LINES = [receipt(number) for number in range(7)]


def leaf(text: str) -> bytes:
    return sha256(b"\x00" + text.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, from below: neighbours are joined, and who has none waits a level higher."""
    level = list(leaves) or [sha256(b"").digest()]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [sha256(b"\x01" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """RFC 6962, 2.1.1, from below: whoever stands beside, if anybody does."""
    level, steps = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            steps.append(level[beside])
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [sha256(b"\x01" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
        index //= 2
    return steps


CONTENT: dict[str, Any] = {
    "audit": {"size": 90, "root": sha256(b"log").hexdigest()},
    "counts": [{"kind": "document_front", "stage": "review", "rule": "rejected", "count": 7}],
    "flows": [{"name": "standard", "version": 3, "sha256": sha256(b"flow").hexdigest()}],
    "id": "cert_0f1e2d3c4b5a69788796a5b4c3d2e1",
    "key_epochs": [{"name": "2033-01", "destroyed_at": "2033-11-05T04:00:00.000000Z"}],
    "let_through": [{"at": "2033-11-06T04:00:00.000000Z", "due": 600, "live": 9000}],
    "made_at": "2033-12-01T00:10:00.000000Z",
    "month": "2033-11",
    "not_given_up": ["rcpt_ffffffffffffffffffffffffffffff"],
    "overdue": 0,
    "receipts": {"count": 7, "root": root([leaf(one) for one in LINES]).hex()},
    "v": 1,
}


def message(content: dict[str, Any], domain: bytes = DOMAIN) -> bytes:
    return domain + canonical(content).encode("ascii")


def signed(content: dict[str, Any], label: str = "receipt key", domain: bytes = DOMAIN) -> bytes:
    signer = key(label)
    return key_id(signer) + signer.sign(message(content, domain))


def line(content: Any, signature: bytes) -> str:
    text = base64.b64encode(signature).decode()
    return canonical({"certificate": content, "signature": text})


def proof(index: int, /, **changes: Any) -> str:
    steps = [step.hex() for step in path([leaf(one) for one in LINES], index)]
    right = {"certificate": CONTENT["id"], "index": index, "path": steps, "receipt": LINES[index]}
    return canonical(right | changes)


def is_sound(text: str, public_key: str) -> bool:
    """A reader of its own: whether the holder of the key signed this certificate."""
    whole = json.loads(text)
    signature = base64.b64decode(whole["signature"])
    raw = base64.b64decode(public_key.rpartition("+")[2])[1:]
    Ed25519PublicKey.from_public_bytes(raw).verify(signature[4:], message(whole["certificate"]))
    return bool(signature[:4] == sha256(b"kyc-audit\n\x01" + raw).digest()[:4])


def case(expect: str, text: str, proven: str | None = None) -> Case:
    public = verifier(key("receipt key"))
    return {"expect": expect, "public_key": public, "line": text, "proof": proven}


def certificates() -> Iterator[tuple[str, Case]]:
    right = signed(CONTENT)
    yield "ok", case("ok", line(CONTENT, right))
    none = {"count": 0, "root": root([]).hex()}
    empty = CONTENT | {"audit": None, "counts": [], "receipts": none, "not_given_up": []}
    yield "ok-empty-month", case("ok", line(empty, signed(empty)))
    for name, value in (
        ("month", "2033-10"), ("overdue", 1), ("not_given_up", []), ("let_through", []),
        ("audit", None), ("made_at", "2033-12-02T00:10:00.000000Z"),
    ):  # fmt: skip
        yield (
            f"wrong-signature-{name}",
            case("wrong_signature", line(CONTENT | {name: value}, right)),
        )
    for name, signature in (
        ("flipped", flipped(right, 9)),
        ("cut", right[:-1]),
        ("no-domain", signed(CONTENT, domain=b"")),
        ("receipt-domain", signed(CONTENT, domain=b"kyc/receipt/v1\n")),
    ):
        yield f"wrong-signature-{name}", case("wrong_signature", line(CONTENT, signature))
    yield "unknown-key", case("unknown_key", line(CONTENT, signed(CONTENT, "another key")))


def malformed() -> Iterator[tuple[str, Case]]:
    whole = line(CONTENT, signed(CONTENT))
    less = {name: value for name, value in CONTENT.items() if name != "overdue"}
    wrong = {
        "member-missing": less,
        "member-unknown": CONTENT | {"x": 1},
        "version-2": CONTENT | {"v": 2},
        "month": CONTENT | {"month": "2033-13"},
        "counts": CONTENT | {"receipts": CONTENT["receipts"] | {"count": 8}},
        "root": CONTENT | {"receipts": CONTENT["receipts"] | {"root": "00"}},
    }
    for name, content in wrong.items():
        yield f"malformed-{name}", case("malformed", line(content, signed(content)))
    for name, text in (
        ("empty", ""), ("cut", whole[:-1]), ("no-object", "[1]"),
        ("twice", whole.replace('"overdue":0', '"overdue":0,"overdue":0')),
        ("no-signature", canonical({"certificate": CONTENT})),
        ("outside", canonical({**json.loads(whole), "note": ""})),
    ):  # fmt: skip
        yield f"malformed-{name}", case("malformed", text)


def proofs() -> Iterator[tuple[str, Case]]:
    whole = line(CONTENT, signed(CONTENT))
    for index in range(len(LINES)):
        yield f"proof-ok-{index}", case("ok", whole, proof(index))
    steps = json.loads(proof(2))["path"]
    for name, changes in (
        ("other-index", {"index": 3}),
        ("behind-the-end", {"index": 7}),
        ("short", {"path": steps[:-1]}),
        ("long", {"path": [*steps, steps[0]]}),
        ("other-certificate", {"certificate": "cert_" + "0" * 30}),
        ("other-receipt", {"receipt": receipt(8)}),
        ("turned", {"path": steps[::-1]}),
    ):
        yield f"proof-not-in-it-{name}", case("not_in_it", whole, proof(2, **changes))
    yield "proof-malformed", case("malformed", whole, proof(2, path=["no hex"]))
