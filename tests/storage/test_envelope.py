"""Owns the properties of sealing: round trip, and refusal of whatever was altered."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import envelope
from storage.envelope import (
    CHUNK_SIZE,
    MAX_PLAINTEXT,
    Binding,
    new_data_key,
    open_sealed,
    seal,
    sealed_length,
)
from storage.errors import TamperedError, WrongCommitmentError

SMALL = 1024
IDS = Binding("ses_1", "art_1", "selfie_statement", "redacted", "image/jpeg", 0)
KEY = bytes(range(32))


def bound(length: int) -> Binding:
    return replace(IDS, plaintext_length=length)


def seal_small(plaintext: bytes, key: bytes = KEY, salt: bytes = bytes(32)) -> bytes:
    return envelope._seal(key, bound(len(plaintext)), plaintext, salt, SMALL)


borders = st.builds(
    lambda chunks, more: max(0, chunks * SMALL + more),
    st.integers(0, 4),
    st.integers(-2, 2) | st.integers(-SMALL, SMALL),
)


@given(length=borders, key=st.binary(min_size=32, max_size=32), fill=st.binary(min_size=1))
def test_what_was_sealed_opens_to_itself(length: int, key: bytes, fill: bytes) -> None:
    plaintext = (fill * (length // len(fill) + 1))[:length]
    sealed = seal_small(plaintext, key)
    assert open_sealed(key, bound(length), sealed) == plaintext
    assert len(sealed) == sealed_length(length, SMALL)


@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("chunks", [1, 2])
def test_it_opens_at_the_borders_of_usual_chunks(chunks: int, more: int) -> None:
    plaintext = bytes(chunks * CHUNK_SIZE + more)
    sealed = seal(KEY, bound(len(plaintext)), plaintext)
    assert open_sealed(KEY, bound(len(plaintext)), sealed) == plaintext


@given(length=borders, where=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_any_altered_byte_is_refused(length: int, where: float, mask: int) -> None:
    sealed = bytearray(seal_small(bytes(length)))
    sealed[int(where * len(sealed))] ^= mask
    with pytest.raises(TamperedError):
        open_sealed(KEY, bound(length), bytes(sealed))


def test_every_altered_bit_of_a_small_object_is_refused() -> None:
    sealed = seal_small(b"eleven byte")
    for bit in range(8 * len(sealed)):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TamperedError):
            open_sealed(KEY, bound(11), bytes(altered))


@given(length=borders, cut=st.integers(1, 5 * SMALL))
def test_any_truncation_is_refused(length: int, cut: int) -> None:
    sealed = seal_small(bytes(length))
    with pytest.raises(TamperedError):
        open_sealed(KEY, bound(length), sealed[: max(0, len(sealed) - cut)])


@given(length=borders, tail=st.binary(min_size=1, max_size=2 * SMALL))
def test_anything_appended_is_refused(length: int, tail: bytes) -> None:
    with pytest.raises(TamperedError):
        open_sealed(KEY, bound(length), seal_small(bytes(length)) + tail)


@given(order=st.lists(st.integers(0, 4), min_size=1, max_size=6).filter([0, 1, 2, 3, 4].__ne__))
def test_any_other_sequence_of_chunks_is_refused(order: list[int]) -> None:
    sealed, step = seal_small(bytes(5 * SMALL)), SMALL + 16
    chunks = [sealed[73 + i * step : 73 + (i + 1) * step] for i in range(5)]
    rebuilt = sealed[:73] + b"".join(chunks[i] for i in order)
    with pytest.raises(TamperedError):
        open_sealed(KEY, bound(5 * SMALL), rebuilt)


@given(untrusted=st.binary(max_size=4 * SMALL), length=borders)
@settings(max_examples=300)
def test_opening_bytes_of_any_kind_ends_in_a_named_refusal(untrusted: bytes, length: int) -> None:
    for given_bytes in (untrusted, seal_small(b"")[:73] + untrusted, b"KYC1\1" + untrusted):
        with pytest.raises(TamperedError):
            open_sealed(bytes(32), bound(length), given_bytes)


text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=128)
bindings = st.builds(Binding, text, text, text, text, text, st.integers(0, MAX_PLAINTEXT))


@given(one=bindings, other=bindings)
def test_two_bindings_never_give_the_same_bytes(one: Binding, other: Binding) -> None:
    assert (one == other) == (one.associated_data() == other.associated_data())


@given(letters=st.text("ab", min_size=3, max_size=20), data=st.data())
def test_a_border_moved_between_two_names_gives_other_bytes(
    letters: str, data: st.DataObject
) -> None:
    cuts = st.integers(1, len(letters) - 1)
    one, other = (
        replace(IDS, session_id=letters[:cut], artifact_id=letters[cut:])
        for cut in (data.draw(cuts), data.draw(cuts))
    )
    assert (one == other) == (one.associated_data() == other.associated_data())


@pytest.mark.parametrize("field", ["session_id", "artifact_id", "kind", "stage", "content_type"])
@pytest.mark.parametrize("value", ["", "a" * 129, "é", "a\n", "\x7f", "a\0b"])
def test_it_refuses_names_that_are_no_names(field: str, value: str) -> None:
    changes: dict[str, Any] = {field: value}
    with pytest.raises(ValueError, match="printable ASCII"):
        seal(KEY, replace(IDS, **changes), b"")


def test_it_refuses_a_plaintext_of_another_length_than_bound() -> None:
    with pytest.raises(ValueError, match="length"):
        seal(KEY, bound(2), b"one")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_it_refuses_data_keys_of_another_length(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(bytes(length), bound(0), b"")
    with pytest.raises(ValueError, match="32 bytes"):
        open_sealed(bytes(length), bound(0), seal_small(b""))


def test_the_same_plaintext_is_sealed_differently_each_time() -> None:
    objects = {seal(KEY, bound(4), b"same") for _ in range(50)}
    assert len({one[9:41] for one in objects}) == len({one[73:] for one in objects}) == 50


def test_data_keys_differ() -> None:
    assert len({new_data_key() for _ in range(100)}) == 100


def test_a_wrong_key_is_told_before_anything_is_decrypted() -> None:
    sealed = seal_small(bytes(100))
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])  # a broken chunk is not looked at
    with pytest.raises(WrongCommitmentError):
        open_sealed(bytes(32), bound(100), damaged)
