"""Owns the box: bytes that one public half can be sealed to and only its private half opens.

Version 1 of docs/formats/box.md: HPKE (RFC 9180) in base mode, authenticated by a key that only our
own processes have, since anybody can seal to a public half.
"""

import hmac
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.encoding import item, text_item
from storage.errors import WrongKeyError

MAGIC = b"KYB1"
HALF_LENGTH = 32

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"kyc/box/v1"
_MAC = b"kyc/box-mac/v1"
_ACCESS = b"kyc/access/v1"
_MAC_LENGTH = 32
_SHORTEST = len(MAGIC) + 2 + HALF_LENGTH + 16 + _MAC_LENGTH


@dataclass(frozen=True)
class PrivateHalf:
    """A key pair by its private half (X25519, RFC 7748); 32 bytes, every value is one."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != HALF_LENGTH:
            raise ValueError("a private half has 32 bytes")

    @cached_property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @cached_property
    def key(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.secret)


def new_pair() -> PrivateHalf:
    return PrivateHalf(X25519PrivateKey.generate().private_bytes_raw())


def pair_of_token(token: str) -> PrivateHalf:
    """The key pair that follows from the secret in a link or cookie; we keep neither."""
    okm = HKDF(SHA256(), HALF_LENGTH, None, _ACCESS).derive(token.encode())
    return PrivateHalf(okm)


@dataclass(frozen=True)
class Boxes:
    """Seals and opens boxes; `mac_key` is shared by our processes and never in the database."""

    mac_key: bytes = field(repr=False)

    def seal(self, public: bytes, recipient: str, context: bytes, plaintext: bytes) -> bytes:
        """For the holder of the private half of `public`, whom `recipient` names."""
        info = _info(recipient, context)
        try:
            key = X25519PublicKey.from_public_bytes(public)
            sealed = _SUITE.encrypt(plaintext, key, info)
        except ValueError:
            raise WrongKeyError(f"the public half of {recipient} is none") from None
        head = MAGIC + _named(recipient)
        return head + sealed + self._mac(info, sealed)

    def open(self, private: PrivateHalf, recipient: str, context: bytes, box: bytes) -> bytes:
        """Raises WrongKeyError: another recipient, context or key, an alteration, a forgery."""
        sealed = self.check(recipient, context, box)
        try:
            return _SUITE.decrypt(sealed, private.key, _info(recipient, context))
        except (InvalidTag, ValueError):
            raise WrongKeyError(f"a box for {recipient} does not open") from None

    def check(self, recipient: str, context: bytes, box: bytes) -> bytes:
        """What HPKE made, once the mark is proven; needs no private half. Raises WrongKeyError."""
        if recipient_of(box) != recipient:
            raise WrongKeyError(f"this box is not for {recipient}")
        sealed, mac = box[5 + len(recipient) : -_MAC_LENGTH], box[-_MAC_LENGTH:]
        if not hmac.compare_digest(mac, self._mac(_info(recipient, context), sealed)):
            raise WrongKeyError(f"a box for {recipient} was not sealed here, or not for this use")
        return sealed

    def _mac(self, info: bytes, sealed: bytes) -> bytes:
        return hmac.digest(self.mac_key, _MAC + item(info) + sealed, "sha256")


def is_box(blob: bytes) -> bool:
    """Whether it claims to be one: a sealed object begins otherwise, a wrapped key is shorter."""
    return blob.startswith(MAGIC) and len(blob) >= _SHORTEST


def recipient_of(box: bytes) -> str | None:
    """The name that a box bears, which is proven only by opening it; None for what is no box."""
    if not is_box(box):
        return None
    name = box[5 : 5 + box[4]]
    return name.decode("ascii") if name and all(0x20 <= byte <= 0x7E for byte in name) else None


def _named(recipient: str) -> bytes:
    text_item(recipient)  # refuses what is no identifier
    return bytes([len(recipient)]) + recipient.encode("ascii")


def _info(recipient: str, context: bytes) -> bytes:
    return _INFO + text_item(recipient) + item(context)
