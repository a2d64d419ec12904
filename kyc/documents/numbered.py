"""Owns the numbered fields of driving licences (Directive 2006/126/EC, annex I): 3 and 8."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kyc.documents.captions import is_caption
from kyc.documents.dates import date_spans, fold
from kyc.documents.geometry import LEAST, Vector, axis
from kyc.documents.pages import Cls, Line, Quad, Region
from kyc.documents.spans import quad_of
from kyc.documents.unexplained import is_named

FIELD = re.compile(r"^\s*(4[a-d]|[1-9])(?:[.,:]\s*|\s+|$)", re.IGNORECASE)
SLOPE, MOST_SIZE = 0.95, 2.5
LEAST_FIELDS, LETTERED, MOST_SQUARE = 4, 2, 1.5
PLACE = 8.0
"""How far behind a date its place reaches that was not read, in heights."""

ROW, NEXT_ROW, MOST_INDENT, SAME_SIZE = 0.6, 1.9, 3.5, 1.4


@dataclass(frozen=True)
class Numbered:
    """Regions of fields 3 and 8; where field 3's words must stand when they were not read."""

    regions: tuple[Region, ...]
    is_located: bool
    unseen: tuple[Region, ...] = ()


def find_numbered(lines: Sequence[Line], names: frozenset[str] = frozenset()) -> Numbered | None:
    """The birthplace behind field 3's date and the address of field 8; None on other documents.

    Fields 1 and 2 are close above, and on a tilted picture level: none of `names` is covered.
    """
    fields = [(line, match) for line in lines if (match := FIELD.match(line.text))]
    numbers = {match.group(1).lower() for _, match in fields}
    lettered = {number for number in numbers if len(number) == LETTERED}
    if len(lettered) < LETTERED and not (lettered and len(numbers) >= LEAST_FIELDS):
        return None
    lines = [line for line in _upright(lines) if not _is_name_alone(line, names)]
    fields = [(line, match) for line in lines if (match := FIELD.match(line.text))]
    marks = [line for line, _ in fields]
    regions: list[Region] = []
    for mark, match in fields:
        if match.group(1) == "3":
            regions += _birthplace(mark, lines, marks)
        if match.group(1) == "8":
            regions += _address(mark, match.end(), lines, marks)
    located = any(one.cls == Cls.PERSONAL_DETAIL for one in regions)
    thirds = [mark for mark, match in fields if match.group(1) == "3" and not located]
    unseen = [one for mark in thirds for one in _unseen(mark, lines, marks)]
    return Numbered(tuple(regions), located, tuple(unseen))


def _is_name_alone(line: Line, names: frozenset[str]) -> bool:
    """Whether all words are names, but for the number of their field: in an address one may be."""
    words = [word for word in re.split(r"[^\w]+", fold(line.text)) if len(word) > 1]
    return bool(words) and all(is_named(word, names) for word in words)


def _upright(lines: Sequence[Line]) -> list[Line]:
    """Lines that read as the longest does; a lone digit's box, nearly square, is turned."""
    along = axis(max((line.quad for line in lines), key=lambda quad: axis(quad).length)).along
    turned = [replace(line, quad=_turned(line.quad, along)) for line in lines]
    return [line for line in turned if float(axis(line.quad).along @ along) > SLOPE]


def _turned(quad: Quad, along: Vector) -> Quad:
    if axis(quad).length > MOST_SQUARE * axis(quad).height:
        return quad
    turns = (np.roll(quad, by, axis=0) for by in range(4))
    return max(turns, key=lambda turned: float(axis(turned).along @ along))


def _row(mark: Line, lines: Sequence[Line], marks: Sequence[Line]) -> list[Line]:
    """Lines right of a mark on its row, up to the next mark, from left to right."""
    box = axis(mark.quad)
    found = []
    for line in lines:
        along, across = box.place(line.quad)
        level = abs(float(across.mean()) - box.height / 2)
        reach = ROW * max(box.height, axis(line.quad).height)
        alike = axis(line.quad).height < MOST_SIZE * box.height
        if line is not mark and alike and level < reach and along.mean() > box.length / 2:
            found.append((float(along.min()), line))
    found.sort(key=lambda one: one[0])
    row = [line for _, line in found]
    ends = [at for at, line in enumerate(row) if any(line is other for other in marks)]
    return row[: min(ends, default=len(row))]


def _birthplace(mark: Line, lines: Sequence[Line], marks: Sequence[Line]) -> Iterator[Region]:
    """What follows the date of birth; without a readable date nothing is touched."""
    dated: Line | None = None
    for line in (mark, *_row(mark, lines, marks)):
        dates = date_spans(line.text)
        start = dates[-1][1] if dates else 0
        dated = line if dates else dated
        place = re.search(r"[^\W\d_]{2}", line.text[start:])
        if dated and place and not is_caption(line.text) and _is_level(dated, line):
            yield _covered(Cls.PERSONAL_DETAIL, line, start + place.start())
            return


def _unseen(mark: Line, lines: Sequence[Line], marks: Sequence[Line]) -> Iterator[Region]:
    """Where the birthplace must stand behind the date of field 3."""
    dated = [line for line in (mark, *_row(mark, lines, marks)) if date_spans(line.text)]
    for line in dated[-1:]:
        box = axis(line.quad)
        place = box.box(box.length, box.length + PLACE * box.height, 0, box.height)
        yield Region(Cls.PERSONAL_DETAIL, place)


def _is_level(dated: Line, line: Line) -> bool:
    """Print of the same row: a big word across the page is none."""
    box, other = axis(dated.quad), axis(line.quad)
    return other.height < SAME_SIZE * box.height and float(box.along @ other.along) > SLOPE


def _address(
    mark: Line, behind: int, lines: Sequence[Line], marks: Sequence[Line]
) -> Iterator[Region]:
    """The rest of the row, and one more row where the address goes on."""
    if mark.text[behind:].strip():
        yield _covered(Cls.ADDRESS, mark, behind)
    row = [line for line in _row(mark, lines, marks) if not _is_kept(line)]
    first = row[0] if row else mark
    rest = [line for line in lines if not any(line is other for other in (*marks, *row))]
    below = [line for line in rest if continues(first, line) and not _is_kept(line)]
    numbered = [line for other in marks for line in _row(other, lines, marks)]
    free = [line for line in below if not any(line is other for other in numbered)]
    yield from (_covered(Cls.ADDRESS, line, 0) for line in (*row, *free))


def _is_kept(line: Line) -> bool:
    return bool(date_spans(line.text)) or is_caption(line.text)


def continues(first: Line, line: Line) -> bool:
    """Whether a line is the next one of the same text: close below, flush, as high."""
    box, other = axis(first.quad), axis(line.quad)
    along, across = box.place(line.quad)
    drop = float(across.mean()) - box.height / 2
    close = ROW * box.height < drop < NEXT_ROW * box.height
    flush = abs(float(along.min())) < MOST_INDENT * box.height
    return close and flush and 1 / SAME_SIZE < other.height / (box.height + LEAST) < SAME_SIZE


def _covered(cls: Cls, line: Line, start: int) -> Region:
    return Region(cls, quad_of(line, (start, len(line.text))))
