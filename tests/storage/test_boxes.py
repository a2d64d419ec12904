"""Owns the boxes: by their vectors, by what must be refused, and by properties."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.boxes import Boxes, PrivateHalf, is_box, new_pair, pair_of_token, recipient_of
from storage.encoding import item
from storage.errors import WrongKeyError
from storage.keys import derive_with

VECTORS = Path(__file__).parents[1] / "vectors" / "box"
BOXES = sorted(VECTORS.glob("box-*.json"))
SEALER = Boxes(b"m" * 32)
PAIR = PrivateHalf(bytes(range(32)))
CONTEXT = item(b"artifact")
NAMES = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=128)


def load(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text())
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", BOXES, ids=lambda path: path.stem)
def test_a_vector_opens_or_is_refused_as_it_says(path: Path) -> None:
    case = load(path)
    boxes = Boxes(bytes.fromhex(case["mac_key"]))
    private = PrivateHalf(bytes.fromhex(case["private"]))
    sealed, context = bytes.fromhex(case["box"]), bytes.fromhex(case["context"])
    if case["expect"] == "ok":
        opened = boxes.open(private, case["recipient"], context, sealed)
        assert opened == bytes.fromhex(case["plaintext"])
        return
    with pytest.raises(WrongKeyError):
        boxes.open(private, case["recipient"], context, sealed)


def test_there_are_vectors_of_both_kinds() -> None:
    assert {load(path)["expect"] for path in BOXES} == {"ok", "wrong_key"}


def test_the_half_of_an_epoch_is_the_vectors() -> None:
    case = load(VECTORS / "half-of-an-epoch.json")
    key, purpose = bytes.fromhex(case["epoch_key"]), case["purpose"].encode()
    half = PrivateHalf(derive_with(key, case["epoch"], purpose))
    assert (half.secret.hex(), half.public.hex()) == (case["private"], case["public"])


def test_the_half_of_a_token_is_the_vectors() -> None:
    case = load(VECTORS / "half-of-a-token.json")
    half = pair_of_token(case["token"])
    assert (half.secret.hex(), half.public.hex()) == (case["private"], case["public"])


@settings(max_examples=60, deadline=None)
@given(secret=st.binary(min_size=32, max_size=32), name=NAMES, context=st.binary(max_size=80),
       plaintext=st.binary(max_size=600))  # fmt: skip
def test_what_is_sealed_opens_for_its_recipient(
    secret: bytes, name: str, context: bytes, plaintext: bytes
) -> None:
    half = PrivateHalf(secret)
    box = SEALER.seal(half.public, name, context, plaintext)
    assert SEALER.open(half, name, context, box) == plaintext
    assert is_box(box)
    assert recipient_of(box) == name


@settings(max_examples=150, deadline=None)
@given(data=st.data(), plaintext=st.binary(max_size=40))
def test_no_flipped_bit_opens(data: st.DataObject, plaintext: bytes) -> None:
    box = bytearray(SEALER.seal(PAIR.public, "2033-11", CONTEXT, plaintext))
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WrongKeyError):
        SEALER.open(PAIR, "2033-11", CONTEXT, bytes(box))


@settings(max_examples=100, deadline=None)
@given(noise=st.binary(max_size=300), marked=st.booleans())
def test_noise_is_refused_by_name(noise: bytes, marked: bool) -> None:
    blob = b"KYB1" + noise if marked else noise
    recipient_of(blob)
    with pytest.raises(WrongKeyError):
        SEALER.open(PAIR, "2033-11", CONTEXT, blob)


def test_one_plaintext_is_never_sealed_twice_alike() -> None:
    two = {SEALER.seal(PAIR.public, "2033-11", CONTEXT, b"same") for _ in range(2)}
    assert len(two) == 2


def test_it_is_not_sealed_to_a_point_that_gives_every_secret_away() -> None:
    """RFC 7748, 6.1: the all-zero half makes the shared secret zero for everybody."""
    with pytest.raises(WrongKeyError):
        SEALER.seal(bytes(32), "2033-11", CONTEXT, b"x")
    with pytest.raises(WrongKeyError):
        SEALER.seal(b"short", "2033-11", CONTEXT, b"x")


def test_a_stranger_with_the_public_half_cannot_put_in_something_of_their_own() -> None:
    """HPKE's base mode does not say who sealed; the mark of our own processes does."""
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    public = X25519PrivateKey.from_private_bytes(PAIR.secret).public_key()
    info = b"kyc/box/v1" + item(b"2033-11") + item(CONTEXT)
    forged = b"KYB1\x072033-11" + suite.encrypt(b"mine", public, info) + bytes(32)
    with pytest.raises(WrongKeyError, match="not sealed here"):
        SEALER.open(PAIR, "2033-11", CONTEXT, forged)


def test_a_recipient_is_an_identifier() -> None:
    for name in ("", "x" * 129, "käsi"):
        with pytest.raises(ValueError, match="identifier"):
            SEALER.seal(PAIR.public, name, CONTEXT, b"x")


def test_a_private_half_has_32_bytes_and_is_not_shown() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PrivateHalf(b"short")
    assert new_pair().secret.hex() not in repr(new_pair())
    half = new_pair()
    assert half.secret.hex() not in repr(half)
    assert repr(half.secret) not in repr(half)
