"""Owns captions that were misread: the printed one that most letter pairs agree with."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kyc.documents.dates import Span, fold
from kyc.documents.thresholds import CAPTION_LIKENESS

LEAST_LETTERS, MOST_WORDS, MOST_LONGER = 6, 4, 1.35
SHORT, SHORT_LIKENESS = 8, 0.8
"""A short caption has few letter pairs, and other words come as near to it by chance."""
WORD = re.compile(r"[^\W\d_]+")
PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")

ALIKE = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧΣΛΘΔL1ΠΓΦΩΞΨ",
    "ABEZHIKMNOPTYXEAOAIINTOOEY",
)
"""Greek capitals as the recogniser takes them for Latin, with what is taken for each other."""

SMALL = str.maketrans("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ", "abydeznoikauvgonpoctuoxywaeniouw")
"""Small Greek letters, which look like other Latin ones than their capitals do."""


@dataclass(frozen=True)
class Printed:
    """A caption's length in letters; `kind` is what the caller makes of it."""

    kind: str
    length: int


@dataclass(frozen=True)
class Known:
    """Captions in order, and for each pair of letters which of them have it how often.

    A line is compared only with the captions that share a pair with it.
    """

    captions: tuple[Printed, ...]
    lengths: npt.NDArray[np.int64]
    having: Mapping[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]


def plain_phrases(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern that are words and nothing else."""
    for phrase in pattern.split("|"):
        if PLAIN.fullmatch(phrase):
            yield phrase


def printed(phrases: Mapping[str, Iterable[str]]) -> Known:
    """The captions that a misread one can be; Greek ones also as their small letters look."""
    found: list[Printed] = []
    having: dict[str, list[tuple[int, int]]] = {}
    for kind, listed in phrases.items():
        for phrase in listed:
            spellings = {_skeleton(phrase), _skeleton(phrase.lower())}
            for packed in (spelling.replace(" ", "") for spelling in spellings):
                if len(packed) >= LEAST_LETTERS:
                    for pair, count in _pairs(packed).items():
                        having.setdefault(pair, []).append((len(found), count))
                    found.append(Printed(kind, len(packed)))
    lengths = np.array([caption.length for caption in found])
    places = {pair: np.array(listed).T for pair, listed in having.items()}
    return Known(tuple(found), lengths, {pair: (at, times) for pair, (at, times) in places.items()})


def likest(text: str, known: Known) -> tuple[str, Span] | None:
    """The kind of the caption that some words of a line come nearest to, and where they stand."""
    words = [match.span() for match in WORD.finditer(text)]
    best: tuple[float, str, Span] | None = None
    for first, (start, _) in enumerate(words):
        for _, end in words[first : first + MOST_WORDS]:
            packed = "".join(WORD.findall(_skeleton(text[start:end])))
            if len(packed) < LEAST_LETTERS:
                continue
            likeness, kind = _nearest(packed, known)
            least = SHORT_LIKENESS if len(packed) < SHORT else CAPTION_LIKENESS
            if likeness >= least and (best is None or likeness > best[0]):
                best = likeness, kind, (start, end)
    return (best[1], best[2]) if best else None


def _nearest(packed: str, known: Known) -> tuple[float, str]:
    shared = np.zeros(len(known.captions), np.int64)
    for pair, count in _pairs(packed).items():
        if pair in known.having:
            at, times = known.having[pair]
            shared[at] += np.minimum(count, times)
    length, lengths = len(packed), known.lengths
    longer = np.maximum(length, lengths) / np.minimum(length, lengths)
    likeness = np.where(longer > MOST_LONGER, 0.0, 2 * shared / (length + lengths - 2))
    if not likeness.any():
        return 0.0, ""
    nearest = int(likeness.argmax())
    return float(likeness[nearest]), known.captions[nearest].kind


def _skeleton(text: str) -> str:
    """The text with letters that are taken for each other made one."""
    return fold(text.translate(SMALL)).translate(ALIKE)


def _pairs(packed: str) -> Counter[str]:
    return Counter(packed[at : at + 2] for at in range(len(packed) - 1))
