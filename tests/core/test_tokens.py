"""Owns tokens and the keyed hashes by which they are found."""

from hypothesis import given
from hypothesis import strategies as st

from kyc.tokens import Lookup, new_statement_code, new_token

LOOKUP = Lookup(bytes(32))
words = st.text(max_size=30)


@given(words, words, words, words)
def test_values_hash_alike_only_under_one_purpose(a: str, b: str, x: str, y: str) -> None:
    a, b = a.replace("\0", ""), b.replace("\0", "")
    assert (LOOKUP.hash(a, x) == LOOKUP.hash(b, y)) == ((a, x) == (b, y))


@given(words)
def test_another_key_gives_another_hash(value: str) -> None:
    assert LOOKUP.hash("email", value) != Lookup(bytes([1] * 32)).hash("email", value)


def test_a_token_that_is_an_address_is_not_found_as_one() -> None:
    assert LOOKUP.email("a@example.org") != LOOKUP.token("a@example.org")


def test_an_address_is_found_however_it_is_written() -> None:
    assert LOOKUP.email(" Leelo@Example.org ") == LOOKUP.email("leelo@example.org")


def test_the_key_is_not_shown() -> None:
    assert "hush" not in repr(Lookup(b"hush"))


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert min(len(token) for token in tokens) >= 43


def test_a_code_has_no_letter_that_looks_like_another() -> None:
    codes = "".join(new_statement_code() for _ in range(200))
    assert len(codes) == 1200
    assert not set(codes) & set("ILOQUV0123456789")
