"""Owns finding a number that the caller knows by its hash alone: text goes out, yes or no back."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from kyc.documents.dates import Span, fold
from kyc.documents.find import is_stated
from kyc.documents.mrz_rows import is_row
from kyc.documents.pages import Cls, Line, Region
from kyc.documents.partly import with_spare
from kyc.documents.spans import quad_of

NumberKnown = Callable[[str], bool]
"""Whether a number, spelled as in a machine-readable zone, is one that the caller knows of."""

LEAST, LEAST_WITHIN_WORDS, MOST = 3, 5, 22
"""Characters. A zone holds 9 of a number and up to 13 more (ICAO 9303-5, section 4.2.2.1); fewer
than five that begin or end within a word are part of that word."""

GROUPS = ("0OQD", "1IL", "2Z", "5S", "8B", "6G")
"""Look-alikes, more than the zone's own repair dares: a hash agrees with no wrong reading."""

LOOK_ALIKES = {
    one: group[0] if at else group[1:] for group in GROUPS for at, one in enumerate(group)
}
ZEROS_AND_ONES = str.maketrans("OI", "01")
TO_DIGITS = str.maketrans({one: group[0] for group in GROUPS for one in group})
TO_LETTERS = str.maketrans({group[0]: group[1] for group in GROUPS})

MOST_EXCHANGED = 2


def find_known(
    lines: Sequence[Line], known: NumberKnown | None, statement: Sequence[str]
) -> list[Region]:
    """Where lines show a number that `known` says yes to, whatever else they look like.

    Nothing of the statement, which the customer was asked to write, is ever such a number.
    """
    if known is None:
        return []
    asked = [_packed(stated) for stated in statement]
    return [
        with_spare(Region(Cls.DOCUMENT_NUMBER, quad_of(line, span)), line, span)
        for line in lines
        if not is_row(line.text) and not is_stated(line, statement)
        for span in _known_spans(line.text, known, asked)
    ]


def _known_spans(text: str, known: NumberKnown, asked: Sequence[str]) -> Iterator[Span]:
    folded = fold(text)
    for start, end, alone in _stretches(folded):
        readings = list(_readings(folded[start:end], alone=alone))
        if any(reading in stated for reading in readings for stated in asked):
            continue
        if any(map(known, readings)):
            yield start, end


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """Every stretch of a line that may be a number: start, end, whether no word runs on there.

    A run of digits is never cut: a part of it is another number. What begins or ends within a
    word is one piece.
    """
    marks = [at for at, glyph in enumerate(text) if glyph.isalnum()]
    ends = [_seam(text, before, after) for before, after in pairwise(marks)]
    seams = [True, *ends, True]
    for first in range(len(marks)):
        for last in range(first + LEAST, min(first + MOST, len(marks)) + 1):
            left, right = seams[first], seams[last]
            if left is None or right is None:
                continue
            start, end, alone = marks[first], marks[last - 1] + 1, left and right
            if alone or LEAST_WITHIN_WORDS <= last - first == end - start:
                yield start, end, alone


def _seam(text: str, before: int, after: int) -> bool | None:
    """Whether a number may end between two marks: not between digits, False within a word."""
    if after > before + 1 or text[before].isdigit() != text[after].isdigit():
        return True
    return None if text[before].isdigit() else False


def _readings(piece: str, *, alone: bool) -> Iterator[str]:
    """How a zone may spell what was read: look-alikes exchanged, marks left out or as fillers.

    Most stretches of a page are words in a row, so those are tried as they are.
    """
    packed = _packed(piece)
    yield packed
    if packed != piece:
        yield "<".join(part for part in _words(piece) if part)
    if not alone or (packed != piece and packed.isalpha()):
        return
    for table in (ZEROS_AND_ONES, TO_DIGITS, TO_LETTERS):
        yield packed.translate(table)
    doubtful = [(at, other) for at, one in enumerate(packed) for other in LOOK_ALIKES.get(one, "")]
    for count in range(1, MOST_EXCHANGED + 1):
        for exchanged in combinations(doubtful, count):
            glyphs = list(packed)
            for at, other in exchanged:
                glyphs[at] = other
            yield "".join(glyphs)


def _packed(text: str) -> str:
    return "".join(_words(fold(text)))


def _words(text: str) -> list[str]:
    return "".join(glyph if glyph.isalnum() else " " for glyph in text).split()
