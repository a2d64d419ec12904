"""Owns where characters of a line are in the picture."""

from itertools import pairwise
from statistics import median

from kyc.documents.dates import Span
from kyc.documents.geometry import grow_by_height, part
from kyc.documents.pages import Line, Quad

SIDEWAYS, UPWARDS = 0.18, 0.06


def quad_of(line: Line, span: Span) -> Quad:
    """The quad around some characters, a little wider than they are; whole lines stay whole."""
    edges = _edges(line)
    start = edges[span[0]][0] if line.text[: span[0]].strip() else 0.0
    end = edges[span[1] - 1][1] if line.text[span[1] :].strip() else 1.0
    return grow_by_height(part(line.quad, start, end), SIDEWAYS, UPWARDS)


def tail_of(line: Line, span: Span, count: int) -> Quad | None:
    """The last letters and digits of a span, or None where they cannot be told from the others.

    It begins half-way between two characters, so that the one before it stays whole outside.
    """
    marks = [at for at in range(*span) if line.text[at].isalnum()]
    if len(marks) <= count or len(line.positions) != len(line.text):
        return None
    at = line.positions
    start = (at[marks[-count - 1]] + at[marks[-count]]) / 2
    return part(line.quad, start, _edges(line)[marks[-1]][1])


def _edges(line: Line) -> list[tuple[float, float]]:
    """Each character's start and end as fractions of the line, from the recogniser's peaks."""
    at = line.positions
    if len(at) < 2:
        return [(0.0, 1.0)] * len(line.text)
    between = [(a + b) / 2 for a, b in pairwise(at)]
    reach = 0.75 * median(b - a for a, b in pairwise(at))
    lefts, rights = [0.0, *between], [*between, 1.0]
    return [
        (max(0.0, left, middle - reach), min(1.0, right, middle + reach))
        for left, middle, right in zip(lefts, at, rights, strict=True)
    ]
