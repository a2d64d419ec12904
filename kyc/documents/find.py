"""Owns the decision what to cover: lines of text and codes in, regions out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kyc.documents.dates import date_spans, fold
from kyc.documents.geometry import axis, grow_by_height
from kyc.documents.known_dates import is_misread
from kyc.documents.labels import number_label
from kyc.documents.mrz_rows import Row, is_row, rows_to_cover
from kyc.documents.numbers import number_spans
from kyc.documents.pages import Cls, Line, Quad, Region
from kyc.documents.partly import with_spare
from kyc.documents.spans import quad_of
from kyc.documents.split_dates import split_date_lines

STATEMENT_LIKENESS = 0.72
TOKEN = re.compile(r"[^\W_]+")
LEAST_KNOWN = 4
NO_VOWEL = re.compile(r"[0-9B-DF-HJ-NP-TV-Z]{7,12}")
"""What a number's label announces may happen to have no digit; a Y is no vowel there."""


@dataclass(frozen=True)
class Context:
    """What is known besides the lines: rows of the MRZ, its numbers, the statement, labels."""

    rows: tuple[Row, ...] = ()
    known: tuple[tuple[Cls, str], ...] = ()
    statement: tuple[str, ...] = ()
    labels: tuple[Line, ...] = ()
    dates: tuple[str, ...] = ()
    """Days that the zone's check digits or the customer vouch for, as DDMMYYYY."""


def find_text(lines: Sequence[Line], context: Context) -> list[Region]:
    """Regions of every number that no rule keeps; text is not part of the answer."""
    dates = split_date_lines(lines)
    in_rows = {id(fragment) for row in context.rows for fragment in row.fragments}
    plain = [
        line
        for at, line in enumerate(lines)
        if at not in dates and id(line) not in in_rows and not is_stated(line, context.statement)
    ]
    announcing = (*lines, *context.labels)
    labels = [(line, cls) for line in announcing if (cls := number_label(line.text))]
    regions = [Region(Cls.MRZ, quad) for quad in rows_to_cover(context.rows)]
    for line in plain:
        regions += _numbers(line, labels, context)
    regions += _labelled(labels, plain)
    return regions


def is_stated(line: Line, statement: Sequence[str]) -> bool:
    """Whether a line is one of the statement's, as handwriting is read: roughly."""
    read = _plain(line.text)
    return len(read) >= 4 and any(_alike(read, _plain(stated)) for stated in statement)


def _alike(read: str, stated: str) -> bool:
    """Likeness of characters; more digits than were asked for are another number."""
    if not stated or _digits(read) > _digits(stated) + 1:
        return False
    matcher = SequenceMatcher(None, read, stated, autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    return matcher.ratio() >= STATEMENT_LIKENESS or matched >= 0.85 * max(len(read), 8)


def _digits(text: str) -> int:
    return sum(glyph.isdigit() for glyph in text)


def _plain(text: str) -> str:
    return "".join(glyph for glyph in fold(text) if glyph.isalnum())


def _numbers(line: Line, labels: Sequence[tuple[Line, Cls]], context: Context) -> Iterator[Region]:
    spans = number_spans(line.text)
    for span in spans:
        if is_misread(line.text[slice(*span)], context.dates):
            continue
        cls = _known_as(line.text[slice(*span)], context) or _announced(line, labels)
        yield with_spare(Region(cls or Cls.OTHER_NUMBER, quad_of(line, span)), line, span)
    settled = [*spans, *date_spans(line.text)]
    for match in TOKEN.finditer(line.text):
        known = _known_as(match.group(), context)
        if known and not any(start < match.end() and match.start() < end for start, end in settled):
            yield with_spare(Region(known, quad_of(line, match.span())), line, match.span())


def _known_as(text: str, context: Context) -> Cls | None:
    """The class of a number of which the MRZ holds at least four characters in a row."""
    token = _plain(text).replace("O", "0")
    if len(token) < LEAST_KNOWN or not any(glyph.isdigit() for glyph in token):
        return None
    for cls, number in context.known:
        plain = number.replace("O", "0")
        if token in plain or (len(plain) >= LEAST_KNOWN and plain in token):
            return cls
    return None


def _announced(line: Line, labels: Sequence[tuple[Line, Cls]]) -> Cls | None:
    """The class that the nearest label above, before, or in the line itself names."""
    own = number_label(line.text)
    if own:
        return own
    height = axis(line.quad).height
    near = [
        (distance, cls)
        for label, cls in labels
        if (distance := _distance(label.quad, line.quad)) is not None and distance < 4 * height
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _distance(label: Quad, value: Quad) -> float | None:
    """How far a value stands below or right of a label; None when it is elsewhere."""
    box = axis(label)
    along, across = box.place(value)
    below = float(across.mean()) - box.height / 2
    if below < -0.6 * box.height or along.max() < 0:
        return None
    right = max(0.0, float(along.min()) - box.length)
    return below + right if right < 4 * box.height else None


def _labelled(labels: Sequence[tuple[Line, Cls]], plain: Sequence[Line]) -> Iterator[Region]:
    """Short values under a number's label: two digits suffice there."""
    done: set[int] = set()
    for label, cls in labels:
        value = _value_below(label, plain)
        if value is not None and id(value) not in done:
            done.add(id(value))
            whole = (0, len(value.text))
            yield with_spare(Region(cls, grow_by_height(value.quad, 0.1, 0.05)), value, whole)


def _value_below(label: Line, lines: Sequence[Line]) -> Line | None:
    box = axis(label.quad)
    best: tuple[float, Line] | None = None
    for line in lines:
        if line is label or is_row(line.text) or not _is_short_value(line.text):
            continue
        along, _ = box.place(line.quad)
        drop = float((axis(line.quad).centre - box.centre) @ box.across)
        reach = 2.2 * max(box.height, axis(line.quad).height)
        below = 0.3 * box.height < drop < reach
        beside = along.min() < box.length and along.max() > 0
        if below and beside and (best is None or drop < best[0]):
            best = drop, line
    return best[1] if best else None


def _is_short_value(text: str) -> bool:
    if date_spans(text):
        return False
    digits = sum(glyph.isdigit() for glyph in text)
    packed = "".join(glyph for glyph in text if glyph.isalnum())
    if NO_VOWEL.fullmatch(packed):
        return True
    return digits >= 2 or (digits >= 1 and len(packed) >= 7 and not re.search("[a-z]{2}", text))
