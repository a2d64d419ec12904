"""Owns random tokens, and the keyed hashes by which they and personal fields are looked up."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Lookup:
    """HMAC-SHA256 under a key outside the database, separated by purpose (RFC 2104)."""

    key: bytes = field(repr=False)

    def hash(self, purpose: str, value: str) -> bytes:
        """32 bytes; equal values under one purpose, and only those, hash alike."""
        message = f"kyc/{purpose}/v1\0{value}".encode()
        return hmac.new(self.key, message, hashlib.sha256).digest()

    def email(self, address: str) -> bytes:
        return self.hash("email", address.strip().casefold())

    def box_key(self) -> bytes:
        """Marks what our own processes sealed; whoever can only write the database lacks it."""
        return self.hash("box", "")

    def token(self, token: str) -> bytes:
        return self.hash("token", token)


def new_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def new_statement_code() -> str:
    """Six letters that cannot be mistaken for one another in handwriting (no I, L, O, Q, U, V)."""
    return "".join(secrets.choice("ABCDEFGHJKMNPRSTWXYZ") for _ in range(6))
