"""Owns the tests of numbers that only the caller's hash can tell from other print."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from kyc.documents.engine import Engine
from kyc.documents.find import Context, find_text
from kyc.documents.geometry import share_covered
from kyc.documents.known_numbers import MOST, find_known
from kyc.documents.pages import Cls, Kind, Line
from kyc.documents.redaction import redact
from kyc.policy.redaction import load_policy
from kyc.seen import NumbersSeen, document_hash
from kyc.tokens import Lookup

Write = Callable[..., Line]
KEY = Lookup(b"k" * 32)
STATEMENT = ("Example Hosting", "22.11.2026", "QKXRB ZLTMA")


def _knows(number: str, lookup: Lookup = KEY, state: str = "UTO") -> NumbersSeen:
    """What a case knows that has shown this number, asked with the key of `lookup`."""
    return NumbersSeen(lookup, frozenset({state}), frozenset({document_hash(KEY, "UTO", number)}))


SHORT = [
    ("4711", "4711"),
    ("K47", "K47"),
    ("KARLAMN", "KARLAMN"),
    ("22081985", "22.08.1985"),
    ("4711", "Card4711"),
    ("KARLAMN", "NRKARLAMNX"),
    ("A4711", "No A 47 11 UTO"),
    ("AB<47", "AB-47"),
    ("K0I", "KO1"),
    ("S0B1", "5OB1"),
    ("Z8000", "Z8OOO"),
]


@pytest.mark.parametrize(("number", "printed"), SHORT)
def test_it_finds_a_number_that_only_the_hash_can_know(
    number: str, printed: str, line: Write
) -> None:
    written = line(printed)
    (found,) = find_known([written], _knows(number), STATEMENT)
    assert found.cls == Cls.DOCUMENT_NUMBER
    assert share_covered(written.quad, [found.quad]) > 0.2


@pytest.mark.parametrize("printed", ["4711", "K47", "KARLAMN", "22.08.1985", "NRKARLAMNX"])
def test_no_pattern_knows_these(printed: str, line: Write) -> None:
    assert find_text([line(printed)], Context()) == []


def test_only_the_number_is_taken_from_its_line(line: Write) -> None:
    written = line("ERIKSSON ANNA 4711")
    (found,) = find_known([written], _knows("4711"), STATEMENT)
    assert found.quad[:, 0].min() > 120


@pytest.mark.parametrize(("number", "printed"), SHORT)
def test_a_wrong_key_matches_nothing(number: str, printed: str, line: Write) -> None:
    assert find_known([line(printed)], _knows(number, Lookup(b"x" * 32)), STATEMENT) == []


def test_the_number_of_another_state_matches_nothing(line: Write) -> None:
    assert find_known([line("4711")], _knows("4711", state="EST"), STATEMENT) == []


def test_without_a_hash_nothing_is_found(line: Write) -> None:
    assert find_known([line("4711")], None, STATEMENT) == []


@pytest.mark.parametrize("printed", ["147112", "47", "A 4 7 1 2", "ANNABELLE"])
def test_other_print_stays(printed: str, line: Write) -> None:
    for number in ("4711", "ANN", "ANNA"):
        assert find_known([line(printed)], _knows(number), STATEMENT) == []


def test_a_longer_stretch_than_a_zone_holds_is_never_asked_about(line: Write) -> None:
    asked: list[str] = []

    def hear(text: str) -> bool:
        asked.append(text)
        return False

    find_known([line("AB12 " * 9)], hear, STATEMENT)
    assert asked
    assert max(len(text.replace("<", "")) for text in asked) == MOST


@pytest.mark.parametrize(
    "printed", [*STATEMENT, "QKXRB", "ZLTMA", "22112026", "Code: QKXRB Z", "at 22.11.2026 ZLTMA"]
)
def test_nothing_of_the_statement_is_ever_covered(printed: str, line: Write) -> None:
    for number in ("QKXRB", "ZLTMA", "QKXRBZLTMA", "22112026", "2026", "EXAMPLE", "HOSTING"):
        assert find_known([line(printed)], _knows(number), STATEMENT) == []


def test_the_answer_holds_no_text_and_no_number() -> None:
    knows = _knows("KARLAMN")
    assert "KARLAMN" not in repr(knows)
    assert repr(document_hash(KEY, "UTO", "KARLAMN")) not in repr(knows)


@pytest.mark.parametrize("number", ["4711", "KARLAMN"])
def test_a_selfie_loses_a_number_that_no_pattern_covers(
    number: str, engine: Engine, draw: Callable[..., Any]
) -> None:
    rows = [(100, 60 + 70 * at, 44, text) for at, text in enumerate(STATEMENT)]
    page = draw([*rows, (600, 500, 30, number)])
    out = io.BytesIO()
    page.image.save(out, "PNG")
    inks = {}
    for lookup in (KEY, Lookup(b"x" * 32)):
        done = redact(
            out.getvalue(),
            kind=Kind.SELFIE_STATEMENT,
            policy=load_policy("", ""),
            mark=None,
            claimed=None,
            statement=STATEMENT,
            number_known=_knows(number, lookup),
            engine=engine,
        )
        inks[lookup.key] = page.ink(done.jpeg, number)
        assert all(page.ink(done.jpeg, text) > 150 for text in STATEMENT)
    assert inks[KEY.key] < 40
    assert inks[b"x" * 32] > 150
