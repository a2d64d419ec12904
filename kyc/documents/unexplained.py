"""Owns print that nothing explains: words in a column of values, under no caption, no name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kyc.documents.captions import captions, is_caption, misread
from kyc.documents.dates import date_spans, fold
from kyc.documents.geometry import Axis, axis, grow_by_height
from kyc.documents.mrz_rows import is_row
from kyc.documents.numbers import number_spans
from kyc.documents.pages import Line, Quad
from kyc.documents.titles import title_spans

LEAST_SCORE, LEAST_NUMBERED, LEAST_LETTERS, MOST_DIGITS = 0.8, 0.6, 4, 4
"""Words with digits, as in an address, are no caption however badly they were read."""

FIELD = re.compile(r"^\d{1,2}\.(?!\d)")
"""A passport's field before its caption; of an address the number stands elsewhere."""

IN_TWO_LANGUAGES = re.compile(r"/.*[a-z]{2}")
"""A caption, of which Cyrillic letters before the slash were not read."""

GLUED = re.compile(r"(?<=[^\W\d_])(?<=[^A-Z])(?=[A-Z])")
"""Between a small letter and a capital: captions in two languages lose what parts them."""

LIKE = 0.75
SIZE, NEARLY = (0.8, 1.45), (0.65, 1.7)
"""Of a value, by the others' height; an overprint across a line makes its box higher."""

FLUSH, REACH, LEVEL, PARALLEL = 0.7, 9.0, 0.7, 0.97
LEAST_AMONG, BEHIND = 3, 4.0
"""How far behind a date its birthplace stands on a licence, in heights."""

CAPTION_DROP = (0.3, 1.9)
BETWEEN = (0.25, 0.9)
"""Of the way from a value up to a caption: where another value takes the caption for itself."""

CAPITALS, FULL_SIZE = 0.6, 0.92
LETTER_WIDTH, LEAST_EXPECTED, MOST_READ = 0.5, 6.0, 0.4
TRIM = -0.1
"""A line's box is higher than its print, and the value above or below may have to stay."""

_STEMS = (
    "SPECIMEN MUSTER SAMPLE EXEMPLE NAIDIS MODEL CITIZEN NATIONAL EEST ESTON LATV LIETUV"
    " LITHUAN SUOM FINN FINLAND FINSK SVENSK SWED DANSK DANISH NORSK NORWEG ISLENSK ICELAND DEUTSCH"
    " GERMAN OSTERREICH AUSTRIA SCHWEIZ SUISSE SWISS FRANC FRENCH BELG NEDERLAND DUTCH LUXEMB"
    " LETZEB BRITISH IRISH EIREANN ESPAN SPANISH PORTUGU ITALI MALTES POLSK POLISH CESK CZECH"
    " SLOVEN SLOVAK MAGYAR HUNGAR ROMAN BULGAR HRVAT CROAT SRPSK SERB UKRAIN RUSS TURK TURC"
    " ELLIN GREEK HELLEN CYPR KYPR SHQIP ALBAN AUSTRAL AMERIC CANAD MAROK MOROC SYRI UTOP"
    " MINIST OFFICE POLICE POLICJ POLITSEI POLIISI POLIS AFFAIR INTERIOR DEPARTMENT AUTHORIT GOVERN"
    " COUNCIL PREFECT PREFEIT KONSUL CONSUL EMBASS LANDRATSAMT STADTVERWALT BURGERMEIST LANDESHAUPT"
    " WOJEWODA STAROSTA PREZYDENT MAGISTRAT VALITSUS NAZIRL PASSPORT AGENCY DIRECTORATE"
)
NO_DETAILS = tuple(_STEMS.split())
"""How words begin that name a nationality or an authority, which stay readable, or a specimen."""


@dataclass(frozen=True)
class Unexplained:
    """Where such words stand; `named` says whether the person's names were seen besides."""

    quads: tuple[Quad, ...] = ()
    named: bool = False
    unread: bool = False
    """Whether a value is in a script that the recogniser does not know, as Cyrillic."""

    unsure: bool = False
    """Whether capitals of nearly the values' size stand as such words do."""


def find_unexplained(
    lines: Sequence[Line], names: frozenset[str], covered: Sequence[Line] = ()
) -> Unexplained:
    """Words that stand as values do, aligned with dates, names or numbers, and are none of them.

    With the names known, nothing that has to stay readable looks like that: it is a place, an
    address, a parent. `covered` are lines that were covered, whose values align as well.
    """
    named = [line for line in lines if is_named(line.text, names)]
    dated = [line for line in lines if date_spans(line.text)]
    numbers = [line for line in lines if number_spans(line.text) and not is_row(line.text)]
    anchors = [axis(line.quad) for line in (*named, *dated, *numbers, *covered)]
    marks = [line for line in lines if captions(line.text)]
    words = [
        line
        for line in lines
        if _is_candidate(line)
        and not any(line is other for other in (*named, *covered))
        and not _is_explained(axis(line.quad), marks, anchors)
        and not _is_on_row(axis(line.quad), named)
    ]
    found = [
        line for line in words if _is_aligned(line, anchors) or _is_behind(axis(line.quad), dated)
    ]
    left = [line for line in words if not any(line is one for one in found)]
    unsure = any(_is_in_capitals(line) and _is_flush_with(line, anchors, NEARLY) for line in left)
    blank = [line for line in lines if _is_unread(line) and _is_flush_with(line, anchors)]
    numbered = [line for line in blank if any(g.isdigit() or g == "," for g in line.text)]
    quads = tuple(grow_by_height(one.quad, 0, TRIM) for one in (*found, *numbered))
    return Unexplained(quads, bool(named), bool(blank), unsure)


def is_named(text: str, names: frozenset[str]) -> bool:
    """Whether a line has one of the names, or one with a letter or two misread."""
    return any(_is_name(word, names) for word in _words(text))


def _is_name(word: str, names: frozenset[str]) -> bool:
    if word in names:
        return True
    return len(word) >= LEAST_LETTERS and any(
        SequenceMatcher(None, word, name, autojunk=False).ratio() >= LIKE
        for name in names
        if abs(len(name) - len(word)) <= 2
    )


def _words(text: str) -> Iterator[str]:
    for word in fold(text).split():
        packed = "".join(glyph for glyph in word if glyph.isalnum())
        if packed:
            yield packed


def _is_candidate(line: Line) -> bool:
    """Capitals or capitalised words read with confidence, and no caption, title, date or code."""
    text = FIELD.sub("", line.text)
    letters = [glyph for glyph in text if glyph.isalpha()]
    digits = sum(glyph.isdigit() for glyph in text)
    least = LEAST_NUMBERED if digits else LEAST_SCORE
    if line.score < least or len(letters) < LEAST_LETTERS or digits > MOST_DIGITS:
        return False
    if max(len(word) for word in _words(text)) < LEAST_LETTERS or "<" in text or "/" in text:
        return False
    if is_row(text) or date_spans(text) or is_caption(text) or _is_title(text):
        return False
    if GLUED.search(text) and misread(GLUED.sub(" ", text)):
        return False
    capital = all(word[0].isupper() for word in text.split() if word[0].isalpha())
    return capital and not any(word.startswith(NO_DETAILS) for word in _words(text))


def _is_title(text: str) -> bool:
    """Also one whose letters stand so far apart that they were read as words of their own."""
    return bool(title_spans(text) or title_spans("".join(text.split())))


def _is_aligned(line: Line, anchors: Sequence[Axis]) -> bool:
    """Flush with two values above or below; small letters only at the values' full size."""
    box = axis(line.quad)
    capitals = _is_in_capitals(line)
    size = SIZE if capitals else (FULL_SIZE, SIZE[1])
    near = _alike(box, anchors, size)
    return (capitals and _is_among(box, near)) or _is_in_column(box, near)


def _is_in_capitals(line: Line) -> bool:
    letters = [glyph for glyph in line.text if glyph.isalpha()]
    return sum(glyph.isupper() for glyph in letters) >= CAPITALS * len(letters)


def _is_among(box: Axis, near: Sequence[Axis]) -> bool:
    """Between values above and below, left and right, close by."""
    places = [other.centre - box.centre for other in near]
    close = [place for place in places if abs(float(place @ box.across)) < REACH * box.height]
    drops = [float(place @ box.across) for place in close]
    sides = [float(place @ box.along) for place in close]
    return (
        len(close) >= LEAST_AMONG
        and min(drops) < -LEVEL * box.height
        and max(drops) > LEVEL * box.height
        and min(sides) < box.length
        and max(sides) > -box.length
    )


def _is_behind(box: Axis, dated: Sequence[Line]) -> bool:
    """Right behind a date on its row, as in field 3 of a driving licence."""
    for line in dated:
        date = axis(line.quad)
        along, across = date.place((box.origin + box.across * box.height / 2)[None])
        level = abs(float(across[0]) - date.height / 2) < 0.4 * date.height
        near = 0 < float(along[0]) - date.length < BEHIND * date.height
        if level and near and _is_alike(box, date):
            return True
    return False


def _is_unread(line: Line) -> bool:
    """Far fewer characters than a line of this length must have: the others have no glyph."""
    box = axis(line.quad)
    expected = box.length / (LETTER_WIDTH * max(box.height, 1.0))
    read = sum(glyph.isalnum() for glyph in line.text)
    settled = is_row(line.text) or date_spans(line.text) or is_caption(line.text)
    settled = settled or IN_TWO_LANGUAGES.search(line.text) is not None
    return expected >= LEAST_EXPECTED and read < MOST_READ * expected and not settled


def _is_flush_with(line: Line, anchors: Sequence[Axis], size: tuple[float, float] = SIZE) -> bool:
    box = axis(line.quad)
    return _is_in_column(box, _alike(box, anchors, size))


def _is_in_column(box: Axis, near: Sequence[Axis]) -> bool:
    return sum(_is_flush(box, other) for other in near) >= 2


def _alike(box: Axis, others: Sequence[Axis], size: tuple[float, float]) -> list[Axis]:
    return [other for other in others if _is_alike(box, other, size)]


def _is_alike(box: Axis, other: Axis, size: tuple[float, float] = SIZE) -> bool:
    higher = box.height / max(other.height, 1e-6)
    return size[0] < higher < size[1] and float(box.along @ other.along) > PARALLEL


def _is_flush(box: Axis, other: Axis) -> bool:
    start = (box.origin - other.origin) @ other.along
    drop = abs(float((box.centre - other.centre) @ other.across))
    return abs(float(start)) < FLUSH * other.height and drop < REACH * other.height


def _is_explained(box: Axis, marks: Sequence[Line], anchors: Sequence[Axis]) -> bool:
    """Whether a caption of what stays readable stands right above, or before it on its row.

    One that has a value of its own between says nothing of what is further below.
    """
    for mark in marks:
        caption = axis(mark.quad)
        along, _ = box.place(mark.quad)
        drop = float((box.centre - caption.centre) @ box.across)
        above = CAPTION_DROP[0] * box.height < drop < CAPTION_DROP[1] * box.height
        over = along.min() < 0.8 * box.length and along.max() > -0.2 * box.height
        before = abs(drop) < 0.5 * box.height and along.max() < 0.5 * box.height
        close = before or (above and over and not _is_between(box, drop, anchors))
        if close and float(caption.along @ box.along) > PARALLEL:
            return True
    return False


def _is_between(box: Axis, drop: float, anchors: Sequence[Axis]) -> bool:
    """Whether a value stands above the box, but not as high as the caption `drop` px above it."""
    for value in anchors:
        along, _ = box.place(value.quad)
        down = float((box.centre - value.centre) @ box.across)
        over = along.min() < box.length and along.max() > 0
        if over and BETWEEN[0] * drop < down < BETWEEN[1] * drop:
            return True
    return False


def _is_on_row(box: Axis, named: Sequence[Line]) -> bool:
    """A name in the state's own script stands beside the same name in Latin letters."""
    return any(
        abs(float((axis(line.quad).centre - box.centre) @ box.across)) < LEVEL * box.height
        for line in named
    )
