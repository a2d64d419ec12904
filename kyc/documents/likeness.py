"""Owns captions that were misread: the printed one that most letter pairs agree with."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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
    """A caption as letter pairs; `kind` is what the caller makes of it."""

    kind: str
    pairs: Counter[str]
    length: int


def plain_phrases(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern that are words and nothing else."""
    for phrase in pattern.split("|"):
        if PLAIN.fullmatch(phrase):
            yield phrase


def printed(phrases: Mapping[str, Iterable[str]]) -> tuple[Printed, ...]:
    """The captions that a misread one can be; Greek ones also as their small letters look."""
    found = []
    for kind, listed in phrases.items():
        for phrase in listed:
            spellings = {_skeleton(phrase), _skeleton(phrase.lower())}
            for packed in (spelling.replace(" ", "") for spelling in spellings):
                if len(packed) >= LEAST_LETTERS:
                    found.append(Printed(kind, _pairs(packed), len(packed)))
    return tuple(found)


def likest(text: str, known: Iterable[Printed]) -> tuple[str, Span] | None:
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


def _nearest(packed: str, known: Iterable[Printed]) -> tuple[float, str]:
    pairs = _pairs(packed)
    best = 0.0, ""
    for caption in known:
        longer = max(len(packed), caption.length) / min(len(packed), caption.length)
        if longer > MOST_LONGER:
            continue
        shared = sum(min(count, caption.pairs[pair]) for pair, count in pairs.items())
        likeness = 2 * shared / (len(packed) + caption.length - 2)
        if likeness > best[0]:
            best = likeness, caption.kind
    return best


def _skeleton(text: str) -> str:
    """The text with letters that are taken for each other made one."""
    return fold(text.translate(SMALL)).translate(ALIKE)


def _pairs(packed: str) -> Counter[str]:
    return Counter(packed[at : at + 2] for at in range(len(packed) - 1))
