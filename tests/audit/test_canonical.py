"""Owns the proof that the verifier's quick look at an event agrees with RFC 8785 itself."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from kyc.audit.verify import USUAL, is_canonical

VALUES = st.recursive(
    st.booleans() | st.integers(-5, 10**16) | st.text(max_size=5) | st.none() | st.floats(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
DETAILS = st.lists(st.tuples(st.sampled_from(["a", "b", "c_d", "é", "A"]), VALUES), max_size=4)


def by_the_library(untrusted: bytes) -> bool:
    try:
        return rfc8785.dumps(json.loads(untrusted)) == untrusted
    except ValueError:
        return False


def spelled(members: list[tuple[str, Any]], case: str = "null") -> bytes:
    """An event whose detail has these members, in this order, repeated names and all."""
    inner = ",".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(value, separators=(',', ':'))}"
        for name, value in members
    )
    return (
        f'{{"action":"a","actor":"b","at":"c","case":{case},"detail":{{{inner}}},"object":null,"v":1}}'
    ).encode(errors="replace")


@given(DETAILS)
@example([("b", 1), ("a", 1)])
@example([("a", 1), ("a", 1)])
@example([("a", ["x", "y"]), ("b", True)])
def test_it_agrees_with_the_library(members: list[tuple[str, Any]]) -> None:
    untrusted = spelled(members)
    assert is_canonical(untrusted) == by_the_library(untrusted)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_it_agrees_with_the_library_after_any_changed_byte(at: int, change: int) -> None:
    spoilt = bytearray(spelled([("a", 10), ("b", ["x", "y"]), ("c_d", True)], '"vs_0"'))
    spoilt[at % len(spoilt)] ^= change
    assert is_canonical(bytes(spoilt)) == by_the_library(bytes(spoilt))


@pytest.mark.parametrize("number", ["01", "+1", "1.0", "1e3", "-0", "NaN", "9" * 20])
def test_it_refuses_another_spelling_of_a_number(number: str) -> None:
    assert not is_canonical(spelled([("a", 0)]).replace(b'"a":0', f'"a":{number}'.encode()))


def test_it_refuses_what_would_exhaust_the_parser() -> None:
    assert not is_canonical(b"[" * 100_000)


def test_what_the_program_writes_takes_the_quick_way() -> None:
    assert USUAL.fullmatch(spelled([("bytes", 5), ("reasons", ["mrz_missing"])], '"vs_0"'))
