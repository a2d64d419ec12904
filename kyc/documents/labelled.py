"""Owns personal details: the words beside or below a caption that names one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kyc.documents.addresses import is_address
from kyc.documents.captions import Detail, Label, captions, is_caption, labels_of
from kyc.documents.dates import Span, date_spans, fold
from kyc.documents.geometry import Axis, axis, share_covered
from kyc.documents.mrz_rows import is_row
from kyc.documents.numbered import continues, find_numbered
from kyc.documents.pages import Cls, Line, Quad, Region
from kyc.documents.spans import quad_of

WORD = re.compile(r"\S+")
LEAST_SIZE, MOST_SIZE = 0.55, 3.0
"""Height of a value, by its caption's."""

MEASURED = re.compile(
    r"[12][\dOSIB]{1,2} ?[CE]?M|[12][\dOSIB/]{2} ?[CEO06G5K€]?M|[12][.,]\d\d ?M", re.IGNORECASE
)
"""A height says what it is by its unit, without a caption; of which the C may be misread."""

UNITS, FREE = ("CM", "M"), (Detail.ADDRESS, Detail.BLOOD_GROUP)
BELOW, BESIDE, OUTDENT, SLOPE = 2.2, 6.0, 1.5, 0.97
LOST = 4.5
"""How far a value begins before a caption whose beginning was not read, in heights: a word."""

LEAST_TOLD = 4
SURE = 0.9
"""Confidence of a caption below which it is not said that its place must hold a value."""

BLANK, BLANK_WIDTH, LEAST_BLANK, MOST_TAKEN, MOST_COVERED = 2.4, 12.0, 3.0, 0.1, 0.2
DETAILS, MOST_EMPTY = (Cls.ADDRESS, Cls.PERSONAL_DETAIL), 0.5
LEAST_BLANK_HEIGHT = 0.6
"""How far down and along a value that was not seen is looked for, in its caption's heights."""


@dataclass(frozen=True)
class Found:
    """Regions to cover; `at` are the captions they belong to, `missed` the details without.

    `unseen` are those of the regions in which nothing was read, `located` the details that were.
    """

    regions: tuple[Region, ...] = ()
    at: tuple[Quad, ...] = ()
    missed: frozenset[Detail] = frozenset()
    unseen: tuple[Region, ...] = ()
    located: frozenset[Detail] = frozenset()

    def explains(self, region: Region) -> bool:
        """Whether a region is a detail that was read, with which its caption is satisfied."""
        empty = [one.quad for one in self.unseen]
        return region.cls in DETAILS and share_covered(region.quad, empty) < MOST_EMPTY


def find_details(
    lines: Sequence[Line], names: frozenset[str] = frozenset(), covered: Sequence[Quad] = ()
) -> Found:
    """Cover what captions announce; never a date, a caption, a zone's row or one of `names`.

    `lines` are those that may be covered (a statement's are left out); `names` are folded words.
    Where something is `covered` already the place of a value is not empty.
    """
    if not lines:
        return Found()
    labels = list(labels_of(lines))
    values = [line for line in lines if _may_hold(line)]
    measured = [line for line in values if MEASURED.fullmatch(line.text.strip())]
    found = [(label, _values(label, lines, values, names)) for label in labels]
    located = [label for label, spans in found if spans]
    once = {
        (id(line), span): Region(label.detail.cls, quad_of(line, span))
        for label, spans in found
        for line, span in spans
    }
    regions = list(once.values())
    streets = [line for line in values if is_address(line.text, names)]
    regions += [Region(Cls.ADDRESS, line.quad) for line in streets]
    hidden = [line.text[slice(*span)] for _, spans in found for line, span in spans]
    told = _told([*hidden, *(line.text for line in streets)], names)
    regions += [Region(Cls.PERSONAL_DETAIL, line.quad) for line in values if _repeats(line, told)]
    sure = [label for label, spans in found if not spans and label.line.score >= SURE]
    numbered = find_numbered(lines, names)
    regions += [Region(Cls.PERSONAL_DETAIL, line.quad) for line in measured]
    regions += numbered.regions if numbered else ()
    unseen = [*_blanks(sure, lines), *(numbered.unseen if numbered else ())]
    empty = [one for one in unseen if share_covered(one.quad, covered) <= MOST_COVERED]
    known = {label.detail for label in located} | {Detail.HEIGHT for _ in measured}
    known |= {Detail.ADDRESS for _ in streets}
    expected = {label.detail for label in labels}
    if numbered is not None:
        (known if numbered.is_located else expected).add(Detail.BIRTHPLACE)
    at = tuple(label.quad for label in located)
    missed = frozenset(expected - known)
    return Found((*regions, *empty), at, missed, tuple(empty), frozenset(known))


def _told(texts: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    """Words that are covered in one place: a town is in the address and in the place of birth."""
    words = {_plain(word) for text in texts for word in WORD.findall(text)}
    return frozenset(word for word in words if len(word) >= LEAST_TOLD and word.isalpha()) - names


def _repeats(line: Line, told: frozenset[str]) -> bool:
    words = [word for word in map(_plain, WORD.findall(line.text)) if word]
    return bool(words) and set(words) <= told


def _blanks(labels: Sequence[Label], lines: Sequence[Line]) -> Iterator[Region]:
    """Where the value of a caption must stand in which nothing was seen to stand."""
    for label in labels:
        box = axis(label.quad)
        height = box.height
        width = min(BLANK_WIDTH * height, _next_column(label, lines) - height)
        bottom = BLANK * height
        place = box.box(-0.2 * height, width, 0.9 * height, bottom)
        for line in lines:
            if line is label.line or share_covered(line.quad, [place]) <= MOST_TAKEN:
                continue
            along, across = box.place(line.quad)
            if along.min() > LEAST_BLANK * height:
                width = min(width, float(along.min()) - 0.5 * height)
            else:
                bottom = min(bottom, float(across.min()))
        if min(width / LEAST_BLANK, bottom - 0.9 * height) > LEAST_BLANK_HEIGHT * height:
            yield Region(label.detail.cls, box.box(-0.2 * height, width, 0.9 * height, bottom))


def words_of(names: str) -> frozenset[str]:
    """The words of names as they are compared with a document's."""
    return frozenset(_plain(word) for word in names.split())


Spans = list[tuple[Line, Span]]


def _may_hold(line: Line) -> bool:
    text = line.text
    return not (is_row(text) or date_spans(text) or is_caption(text))


def _values(
    label: Label, lines: Sequence[Line], values: Sequence[Line], names: frozenset[str]
) -> Spans:
    own = _behind(label, names)
    if own:
        return own
    right = _next_column(label, lines)
    below = _nearest(label, values, right, names)
    if below is None:
        return _beside(label, values, right, names)
    found = [(below, span) for span in _words(label, below, right, names)]
    if label.detail is Detail.ADDRESS:
        following = (line for line in values if continues(below, line))
        found += [(line, span) for line in following for span in _words(label, line, right, names)]
    return found


def _behind(label: Label, names: frozenset[str]) -> Spans:
    """A value in the caption's own line: after a colon, or up to the next caption."""
    text = label.line.text
    start = label.caption.span[1]
    others = [c.span[0] for c in captions(text) if c.span[0] >= start]
    end = min(others, default=len(text))
    tail = text[start:end]
    if "/" in tail or date_spans(text):
        return []
    sure = tail.lstrip().startswith(":") or any(glyph.isdigit() for glyph in tail)
    spans = _stretch(label.detail, WORD.finditer(text, start, end), names) if sure else []
    return [(label.line, span) for span in spans]


def _next_column(label: Label, lines: Sequence[Line]) -> float:
    """Where along the caption's row the next caption begins; values end before it."""
    box = axis(label.quad)
    starts = []
    for line in lines:
        if line is label.line or not is_caption(line.text):
            continue
        along, across = box.place(line.quad)
        if abs(float(across.mean()) - box.height / 2) < box.height and along.min() > box.length:
            starts.append(float(along.min()))
    starts += [
        float(box.place(quad_of(label.line, other.span))[0].min())
        for other in captions(label.line.text)
        if other.detail is not label.detail and other.span > label.caption.span
    ]
    return min(starts, default=float("inf"))


def _fits(box: Axis, line: Line) -> bool:
    other = axis(line.quad)
    size = other.height / max(box.height, 1e-6)
    return LEAST_SIZE < size < MOST_SIZE and float(box.along @ other.along) > SLOPE


def _nearest(
    label: Label, values: Sequence[Line], right: float, names: frozenset[str]
) -> Line | None:
    """The line right below the caption that has words of the detail in its column."""
    box = axis(label.quad)
    best: tuple[float, Line] | None = None
    for line in values:
        if line is label.line or not _fits(box, line):
            continue
        other = axis(line.quad)
        drop = float((other.centre - box.centre) @ box.across)
        if not 0.4 * box.height < drop < BELOW * max(box.height, other.height):
            continue
        if _words(label, line, right, names) and (best is None or drop < best[0]):
            best = drop, line
    return best[1] if best else None


def _words(label: Label, line: Line, right: float, names: frozenset[str]) -> list[Span]:
    """The stretch of a line that stands in the caption's column, when it is such a value."""
    box = axis(label.quad)
    outdent = LOST if _is_cut(label) else OUTDENT
    least = -outdent * box.height if _is_cut(label) and _reaches(box, line) else -0.2 * box.height
    inside = []
    for match in WORD.finditer(line.text):
        along, _ = box.place(quad_of(line, match.span()))
        if float(along.max()) > least and float(along.mean()) < right:
            inside.append(match)
    if not inside or not _starts_here(box, line, inside[0], outdent):
        return []
    return _stretch(label.detail, inside, names)


def _is_cut(label: Label) -> bool:
    """Whether the caption's beginning was not read: they begin with a capital."""
    text = label.line.text.strip()
    before = any(other.span < label.caption.span for other in captions(text))
    return not before and (text[0].islower() or text[0] == "/")


def _reaches(box: Axis, line: Line) -> bool:
    return float(box.place(line.quad)[0].max()) > -0.2 * box.height


def _starts_here(box: Axis, line: Line, first: re.Match[str], outdent: float) -> bool:
    """Values are set flush with their caption, or centred below it."""
    start = float(box.place(quad_of(line, first.span()))[0].min())
    height = max(box.height, axis(line.quad).height)
    return -outdent * height < start < max(OUTDENT * height, 0.6 * box.length)


def _beside(label: Label, values: Sequence[Line], right: float, names: frozenset[str]) -> Spans:
    """The next line on the caption's row."""
    box = axis(label.line.quad)
    gaps = []
    for line in values:
        along, across = box.place(line.quad)
        gap = float(along.min()) - box.length
        level = abs(float(across.mean()) - box.height / 2) < 0.6 * box.height
        near = -0.5 * box.height < gap < BESIDE * box.height and along.min() < right
        spans = _stretch(label.detail, WORD.finditer(line.text), names)
        if level and near and spans and line is not label.line and _fits(box, line):
            gaps.append((gap, line, spans[0]))
    return [min(gaps, key=lambda one: one[0])[1:]] if gaps else []


def _stretch(detail: Detail, words: Iterable[re.Match[str]], names: frozenset[str]) -> list[Span]:
    """From the first to the last word that such a detail may have; none when a name is inside."""
    read = [(match.span(), _plain(match.group())) for match in words]
    spans = [span for span, word in read if _is_value(detail, word)]
    if not spans or any(word in names for _, word in read):
        return []
    if detail is Detail.HEIGHT and not any(set(word) & set("0123456789") for _, word in read):
        return []
    return [(spans[0][0], spans[-1][1])]


def _plain(text: str) -> str:
    return "".join(glyph for glyph in fold(text) if glyph.isalnum())


def _is_value(detail: Detail, word: str) -> bool:
    digits = any(glyph.isdigit() for glyph in word)
    if detail is Detail.HEIGHT:
        return digits or word in UNITS
    return bool(word) and (detail in FREE or (not digits and len(word) > 1))
