"""Owns a security key made of software: it answers as a browser with a real one would."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key in a browser at `origin`; each field is something that may be wrong with it."""

    origin: str = "https://kyc.example.org"
    rp_id: str = "kyc.example.org"
    verified: bool = True
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any]) -> str:
        """The JSON that a page sends after `navigator.credentials.create`."""
        client = self._client_data("webauthn.create", options)
        key = cbor2.dumps(self._cose())
        attested = b"\0" * 16 + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._data(ATTESTED) + attested + key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> str:
        """The JSON that a page sends after `navigator.credentials.get`."""
        self.count += self.counts
        client = self._client_data("webauthn.get", options)
        data = self._data(0)
        signed = data + hashlib.sha256(client).digest()
        signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def copy(self, **changes: Any) -> "Authenticator":
        """The same key in other hands."""
        same = {"credential_id": self.credential_id, "private": self.private, "count": self.count}
        kept = {"origin": self.origin, "rp_id": self.rp_id, "counts": self.counts}
        return Authenticator(**{**kept, **same, **changes})

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + struct.pack(">BI", flags, self.count)

    def _cose(self) -> dict[int, Any]:
        """ES256 on P-256 (RFC 9053, 2.1 and 7.1.1)."""
        point = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return {1: 2, 3: -7, -1: 1, -2: x, -3: y}

    def _answer(self, **parts: bytes) -> str:
        name = bytes_to_base64url(self.credential_id)
        response = {part: bytes_to_base64url(value) for part, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def named_in(options: dict[str, Any]) -> list[bytes]:
    """The keys that the options let answer, or forbid to be made again."""
    found = options.get("allowCredentials") or options.get("excludeCredentials") or []
    return [base64url_to_bytes(one["id"]) for one in found]
