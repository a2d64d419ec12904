"""Owns the little Markdown that our documents are written in, and reading it for a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kyc.privacy.controller import Missing

_SIGNS = re.compile(r"([\\`*_\[\]<>|#])")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#])")
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_CELLS = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|[ |:-]+\|")


@dataclass(frozen=True)
class Part:
    text: str
    is_bold: bool


Line = tuple[Part, ...]


@dataclass(frozen=True)
class Block:
    """`rows` are the lines of a list, or the cells of a table with its head first; of other
    kinds there is one row with one line."""

    kind: Literal["h1", "h2", "paragraph", "list", "table"]
    rows: tuple[tuple[Line, ...], ...]


def literal(value: object) -> str:
    """A value as it stands in a template: one line, in which nothing is a sign of Markdown."""
    if isinstance(value, Missing):
        return f"**MISSING: {literal(value.what)}**"
    return _SIGNS.sub(r"\\\1", " ".join(str(value).split()))


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a document, which blank lines divide."""
    for chunk in re.split(r"\n\s*\n", text.strip()):
        yield _block(chunk.splitlines())


def _block(lines: list[str]) -> Block:
    first = lines[0]
    for sign, kind in (("## ", "h2"), ("# ", "h1")):
        if first.startswith(sign):
            return Block("h2" if kind == "h2" else "h1", ((_line(first.removeprefix(sign)),),))
    if first.startswith("|"):
        return Block("table", tuple(_cells(line) for line in lines if not _RULE.fullmatch(line)))
    if first.startswith("- "):
        return Block("list", tuple((_line(line.removeprefix("- ")),) for line in lines))
    return Block("paragraph", ((_line(" ".join(lines)),),))


def _cells(line: str) -> tuple[Line, ...]:
    return tuple(_line(cell.strip()) for cell in _CELLS.split(line)[1:-1])


def _line(text: str) -> Line:
    """Every second piece of the split is what stood between the bold signs."""
    pieces = _BOLD.split(text)
    return tuple(
        Part(_ESCAPED.sub(r"\1", piece), place % 2 == 1)
        for place, piece in enumerate(pieces)
        if piece
    )
