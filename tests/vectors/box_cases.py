"""Owns the cases of boxes: docs/formats/box.md, with HPKE spelt out from RFC 9180."""

import hmac
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vectors.writer import Case, flipped, item, stream

PRIVATE = stream("recipient", 32)
EPHEMERAL = stream("ephemeral", 32)
MAC_KEY = stream("mac key", 32)
RECIPIENT = "2033-11"
CONTEXT = item(b"artifact") + item(b"ses_5kq2") + item(b"art_81ab")
PLAINTEXT = stream("data key", 32)

KEM, KDF, AEAD = 0x0020, 0x0001, 0x0002
"""DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: RFC 9180, 7.1 to 7.3."""
KEM_SUITE = b"KEM" + KEM.to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (KEM, KDF, AEAD))


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """LabeledExtract, RFC 9180, 4."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand, RFC 9180, 4; one block of HKDF is enough here."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\1", "sha256")[:length]


def hpke(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Base mode, single shot, no associated data: RFC 9180, 4.1, 5.1 and 6.1."""
    enc = public_of(EPHEMERAL)
    ephemeral = X25519PrivateKey.from_private_bytes(EPHEMERAL)
    dh = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    eae = extract(KEM_SUITE, b"", b"eae_prk", dh)
    shared = expand(KEM_SUITE, eae, b"shared_secret", enc + public, 32)
    psk = extract(SUITE, b"", b"psk_id_hash", b"")
    schedule = b"\0" + psk + extract(SUITE, b"", b"info_hash", info)
    secret = extract(SUITE, shared, b"secret", b"")
    key = expand(SUITE, secret, b"key", schedule, 32)
    nonce = expand(SUITE, secret, b"base_nonce", schedule, 12)
    return enc + AESGCM(key).encrypt(nonce, plaintext, b"")


def box(
    private: bytes = PRIVATE,
    recipient: str = RECIPIENT,
    context: bytes = CONTEXT,
    plaintext: bytes = PLAINTEXT,
    mac_key: bytes = MAC_KEY,
) -> bytes:
    name = recipient.encode("ascii")
    info = b"kyc/box/v1" + item(name) + item(context)
    sealed = hpke(public_of(private), info, plaintext)
    mac = hmac.digest(mac_key, b"kyc/box-mac/v1" + item(info) + sealed, "sha256")
    return b"KYB1" + bytes([len(name)]) + name + sealed + mac


def boxes() -> Iterator[tuple[str, Case]]:
    whole = box()
    head, enc, sealed = 5 + len(RECIPIENT), 12, 44
    other = item(b"artifact") + item(b"ses_5kq2") + item(b"art_81ac")
    renamed = whole.replace(b"2033-11", b"2033-12")
    for name, given, changes in (
        ("ok", whole, {}),
        ("ok-empty", box(plaintext=b""), {"plaintext": ""}),
        ("ok-text", box(plaintext=stream("text", 700)), {"plaintext": stream("text", 700).hex()}),
        ("other-row", whole, {"context": other.hex()}),
        ("other-use", whole, {"context": (item(b"fields") + item(b"ses_5kq2")).hex()}),
        ("other-private-half", whole, {"private": stream("another", 32).hex()}),
        ("sealed-to-another", box(stream("another", 32)), {}),
        ("recipient-edited", renamed, {}),
        ("recipient-edited-and-believed", renamed, {"recipient": "2033-12"}),
        ("sealed-for-another-epoch", box(recipient="2033-12"), {}),
        ("forged-with-the-public-half", box(mac_key=stream("a stranger", 32)), {}),
        ("magic", b"KYB2" + whole[4:], {}),
        ("name-length", flipped(whole, 4), {}),
        ("flipped-enc", flipped(whole, enc), {}),
        ("flipped-sealed", flipped(whole, sealed), {}),
        ("flipped-tag", flipped(whole, len(whole) - 33), {}),
        ("flipped-mac", flipped(whole, len(whole) - 1), {}),
        ("cut", whole[:-1], {}),
        ("cut-in-the-head", whole[: head - 2], {}),
        ("longer", whole + b"\0", {}),
        ("empty", b"", {}),
        ("a-wrapped-key", stream("nonce", 12) + stream("wrapped", 48), {}),
    ):
        yield f"box-{name}", _case(name, given, changes)


def _case(name: str, given: bytes, changes: dict[str, str]) -> Case:
    opens = name.startswith("ok")
    return {
        "expect": "ok" if opens else "wrong_key",
        "private": PRIVATE.hex(),
        "recipient": RECIPIENT,
        "context": CONTEXT.hex(),
        "mac_key": MAC_KEY.hex(),
        "box": given.hex(),
        "plaintext": PLAINTEXT.hex() if opens else None,
        **changes,
    }


def halves() -> Iterator[tuple[str, Case]]:
    """What follows from an epoch's key, and from the secret in a link or cookie."""
    epoch_key = stream("epoch key", 32)
    info = b"kyc/derive/v1" + item(b"2033-11") + item(b"intake")
    private = _hkdf(epoch_key, info)
    yield (
        "half-of-an-epoch",
        {
            "epoch": "2033-11",
            "epoch_key": epoch_key.hex(),
            "purpose": "intake",
            "private": private.hex(),
            "public": public_of(private).hex(),
        },
    )
    token = "b3q-Yx0kQpV7nT2cJd8sWfLhZr5uEoAi6mGyX1vB4tM"
    private = _hkdf(token.encode(), b"kyc/access/v1")
    yield (
        "half-of-a-token",
        {"token": token, "private": private.hex(), "public": public_of(private).hex()},
    )


def _hkdf(ikm: bytes, info: bytes) -> bytes:
    """RFC 5869 without salt; one block."""
    return hmac.digest(hmac.digest(bytes(32), ikm, "sha256"), info + b"\1", "sha256")
