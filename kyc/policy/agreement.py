"""Owns how far two people agree: in percent, and beyond what chance alone would give."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """`percent` and `kappa` are None where there is nothing to reckon them from.

    `by_first` has how many agreed, and of how many, by the outcome of the first look.
    """

    pairs: int
    same: int
    percent: float | None
    kappa: float | None
    by_first: Mapping[str, tuple[int, int]]


def agreement_of(pairs: Sequence[Pair]) -> Agreement:
    """Of outcomes that two people gave to the same cases, the first look's first."""
    same = sum(one == other for one, other in pairs)
    percent = 100 * same / len(pairs) if pairs else None
    ones, agreed = Counter(one for one, _ in pairs), Counter(a for a, b in pairs if a == b)
    by_first = {outcome: (agreed[outcome], ones[outcome]) for outcome in sorted(ones)}
    return Agreement(len(pairs), same, percent, cohens_kappa(pairs), by_first)


def cohens_kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen 1960, doi:10.1177/001316446002000104: (po - pe) / (1 - pe); 1 is full agreement, 0
    is what chance gives.

    None without pairs, and where chance alone would make both agree on everything (pe = 1).
    """
    if not pairs:
        return None
    total = len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(one == other for one, other in pairs) / total
    expected = sum(ones[outcome] * others[outcome] for outcome in ones) / total**2
    if expected == 1:
        return None
    return (observed - expected) / (1 - expected)
