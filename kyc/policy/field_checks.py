"""Owns the checks that several fields of a flow share, and how a problem is told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NAME = re.compile(r"[a-z][a-z0-9_]{0,38}", re.ASCII)
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Problem:
    """`field` is the path in the flow, such as `retention.approved.days`."""

    field: str
    text: str


def members(
    path: str, raw: object, known: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """What a table lacks, and what it has that nothing reads."""
    if not isinstance(raw, Mapping):
        yield Problem(path or "file", "it must be a table")
        return
    at = f"{path}." if path else ""
    for name in known:
        if name not in raw:
            yield Problem(at + name, "it is missing")
    for name in raw:
        if name not in (*known, *optional):
            yield Problem(at + str(name), "there is no such field")


def identifier(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        yield Problem(field, "it must be lower-case letters, digits and _, at most 39")


def text_or_nothing(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        yield Problem(field, f"it must be a text of at most {LONGEST_TEXT} characters")


def line_of_text(field: str, value: object, longest: int = LONGEST_TEXT) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        yield Problem(field, f"it must be a text of 1 to {longest} characters")
    elif not value.isprintable():
        yield Problem(field, "it must be one line of printable characters")


def words(
    field: str, value: object, known: frozenset[str], *, some: bool = True
) -> Iterator[Problem]:
    """A list without repetition of words that are known."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        yield Problem(field, "it must be a list of words")
        return
    if some and not value:
        yield Problem(field, f"name at least one of {', '.join(sorted(known))}")
    if len(set(value)) != len(value):
        yield Problem(field, "it names something twice")
    for word in sorted(set(value) - known):
        yield Problem(field, f"{word!r} is not known")


def whole_number(field: str, value: object, highest: int) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
        yield Problem(field, f"it must be a whole number from 0 to {highest}")
