"""Owns which readings of a later look count: not those that a surer reading of the place denies."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from kyc.documents.dates import date_spans
from kyc.documents.geometry import Vector, axis, share_covered, thickness
from kyc.documents.numbers import SMALL_LETTERS
from kyc.documents.pages import Line
from kyc.documents.thresholds import SURE_LINE
from kyc.documents.unexplained import is_named

SURE = 0.9
STANDS_ON, SAME_PLACE, SAME_SIZE = 0.6, 0.6, 2.0
MOST_EXTRA, LIKE = 2, 0.7
"""Digits that a reading may have more than what it stands on, as a licence's field; likeness of the
others."""

AGAINST = -0.7
LEAST_ALIKE = 4


def believed(
    later: Sequence[Line], first: Sequence[Line], others: Sequence[Line], names: frozenset[str]
) -> list[Line]:
    """Lines of a later view, without those that the `first` look or `others` know better.

    A name or a date that was read with confidence stays what it is. Without confidence nothing is
    read where the first look saw small letters and no digit, nor upside down, nor what is one
    character over and over.
    """
    settled = [line for line in (*first, *others) if _is_settled(line, names)]
    ways = [axis(line.quad).along for line in first if line.score >= SURE]
    fine = [line for line in first if _is_fine_print(line)]
    return [
        line
        for line in later
        if not _is_told(line, settled)
        and not (line.score < SURE_LINE and _is_doubtful(line, ways, fine))
    ]


def _is_doubtful(line: Line, ways: Sequence[Vector], fine: Sequence[Line]) -> bool:
    return _is_turned(line, ways) or _is_on(line, fine) or _is_edge(line)


def _is_edge(line: Line) -> bool:
    """One character over and over is what a picture's edge or a pattern reads as."""
    glyphs = line.text.replace(" ", "")
    return len(glyphs) >= LEAST_ALIKE and len(set(glyphs)) == 1


def _is_settled(line: Line, names: frozenset[str]) -> bool:
    return line.score >= SURE and bool(date_spans(line.text) or is_named(line.text, names))


def _is_told(line: Line, settled: Sequence[Line]) -> bool:
    """Whether a line says what stands there once more, with hardly a digit that is new."""
    return not date_spans(line.text) and any(
        share_covered(other.quad, [line.quad]) > STANDS_ON
        and thickness(other.quad) < SAME_SIZE * thickness(line.quad)
        and _is_repeat(_digits(line), _digits(other))
        for other in settled
        if other is not line
    )


def _is_repeat(read: str, told: str) -> bool:
    """Whether digits are those of a date, some misread, or a name's, which has none."""
    if len(read) > len(told) + MOST_EXTRA:
        return False
    return not told or SequenceMatcher(None, read, told, autojunk=False).ratio() >= LIKE


def _is_turned(line: Line, ways: Sequence[Vector]) -> bool:
    """Against the way of all that was read with confidence."""
    along = axis(line.quad).along
    return bool(ways) and all(float(along @ way) < AGAINST for way in ways)


def _is_fine_print(line: Line) -> bool:
    return not _digits(line) and bool(SMALL_LETTERS.search(line.text))


def _is_on(line: Line, fine: Sequence[Line]) -> bool:
    return any(
        share_covered(line.quad, [other.quad]) > SAME_PLACE
        and share_covered(other.quad, [line.quad]) > SAME_PLACE
        for other in fine
    )


def _digits(line: Line) -> str:
    return "".join(glyph for glyph in line.text if glyph.isdigit())
