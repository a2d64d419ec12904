"""Owns what each readable line of a page shows, so that a narrower copy needs no reading."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median

from kyc.documents.captions import captions
from kyc.documents.dates import Span, date_spans
from kyc.documents.find import is_stated
from kyc.documents.geometry import axis
from kyc.documents.labelled import WORD, words_of
from kyc.documents.mrz_rows import Row
from kyc.documents.pages import Line, Quad, Region, Shown
from kyc.documents.spans import quad_of
from kyc.documents.split_dates import split_date_lines
from kyc.documents.titles import is_signature, title_spans

SURE = 0.8
"""Mean confidence by character; squiggles and textures that were read as text are below.

The statement's handwriting may be as well: it is told by what it says, whatever its size.
"""

MOST_HEIGHT = 2.5
"""In median line heights: a box that is higher may hold more than print."""

LIKE, LEAST_LIKE = 0.8, 4
MOST_BETWEEN = 6
DIGIT = re.compile(r"\d")
SIGNED_ACROSS, SIGNED_ALONG = 4.0, 3.0
"""How far around its caption a signature is looked for, in heights of the caption."""


@dataclass(frozen=True)
class Expected:
    """What lines are compared with: folded words of the person's names, the statement's lines."""

    names: frozenset[str] = frozenset()
    statement: tuple[str, ...] = ()


def find_shown(
    lines: Sequence[Line], rows: Sequence[Row], expected: Expected
) -> tuple[Region, ...]:
    """Where print stands that a narrower copy may show, by what it says; no text is kept.

    Only what was read with confidence is told, in boxes of a line's height: a narrower copy
    covers whatever is not told here, a portrait and a signature above all.
    """
    in_rows = {id(fragment) for row in rows for fragment in row.fragments}
    dates = {id(lines[at]) for at in split_date_lines(lines)}
    stated = [line for line in lines if is_stated(line, expected.statement)]
    others = {id(line) for line in stated} | in_rows
    printed = [line for line in lines if line.score >= SURE and id(line) not in others]
    limit = MOST_HEIGHT * median([axis(line.quad).height for line in printed] or [0.0])
    printed = [line for line in printed if axis(line.quad).height <= limit]
    signed = [_around(line.quad) for line in lines if is_signature(line.text)]
    return (
        *(Region(Shown.STATEMENT, line.quad) for line in stated),
        *(one for line in printed for one in _told(line, id(line) in dates)),
        *_names(printed, expected.names, signed),
    )


def _told(line: Line, is_date: bool) -> Iterator[Region]:
    yield Region(Shown.TEXT, line.quad)
    if is_date:
        yield Region(Shown.DATE, line.quad)
    for cls, spans in (
        (Shown.DATE, date_spans(line.text)),
        (Shown.CAPTION, _caption_spans(line.text)),
        (Shown.DOCUMENT, title_spans(line.text)),
    ):
        for span in spans:
            yield Region(cls, quad_of(line, span))


def _caption_spans(text: str) -> list[Span]:
    """Captions in one stretch with the small words between them (`of`, a slash), never a value."""
    spans: list[Span] = []
    for start, end in (caption.span for caption in captions(text)):
        between = text[spans[-1][1] : start] if spans else "-" * (MOST_BETWEEN + 1)
        if (
            len(between) <= MOST_BETWEEN
            and between == between.lower()
            and not DIGIT.search(between)
        ):
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _names(
    lines: Sequence[Line], names: frozenset[str], signed: Sequence[Quad]
) -> Iterator[Region]:
    """The person's names in print.

    A readable signature beside its caption is none, and where a page prints names in capitals,
    a name in small letters is taken for handwriting.
    """
    found = [
        (line.text[slice(*span)].isupper(), quad_of(line, span))
        for line in lines
        for span in _name_spans(line.text, names)
    ]
    prints_capitals = any(is_capital for is_capital, _ in found)
    for is_capital, quad in found:
        if is_capital == prints_capitals and not any(_holds(band, quad) for band in signed):
            yield Region(Shown.NAME, quad)


def _name_spans(text: str, names: frozenset[str]) -> list[Span]:
    return [match.span() for match in WORD.finditer(text) if _is_name(match.group(), names)]


def _is_name(word: str, names: frozenset[str]) -> bool:
    """Whether a word is one of the names, or a long one with a letter misread."""
    read = "".join(words_of(word))
    if read and read in names:
        return True
    return len(read) >= LEAST_LIKE and any(
        SequenceMatcher(None, read, name, autojunk=False).ratio() >= LIKE
        for name in names
        if len(name) >= LEAST_LIKE
    )


def _around(caption: Quad) -> Quad:
    """The band around a caption in which the signature must be."""
    box = axis(caption)
    along, across = SIGNED_ALONG * box.height, SIGNED_ACROSS * box.height
    return box.box(-along, box.length + along, -across, box.height + across)


def _holds(band: Quad, quad: Quad) -> bool:
    box = axis(band)
    along, across = box.place(quad.mean(axis=0)[None])
    return bool(0 <= along[0] <= box.length and 0 <= across[0] <= box.height)
