"""Owns the choice of thresholds: on all issuers but one, measured on the one left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from benchmarks.outcomes import Outcome
from kyc.documents import thresholds
from kyc.documents.quality import judged

GRID: Mapping[str, Sequence[float]] = {
    "LEAST_STEEPNESS": (0.145, 0.16, 0.18, 0.2, 0.215, 0.23, 0.245),
    "LEAST_SOFT_STEEPNESS": (0.0, 0.14, 0.16, 0.18, 0.2),
    "MOST_UNSURE": (0.1, 0.15, 0.2, 0.3, 1.0),
    "LEAST_SMALL_PRINT": (0.0, 12.0, 14.0, 16.0, 18.0),
    "LEAST_SCORE": (0.8, 0.85, 0.9),
}
QUALITY = frozenset({"blurred", "small_text", "glare"})
SILENT_COST = 10
"""So many clean documents may be looked at in vain for one leak that nobody looks at."""


@dataclass(frozen=True)
class Verdicts:
    """What one choice of thresholds makes of some documents."""

    silent: int
    price: int

    @property
    def cost(self) -> int:
        return SILENT_COST * self.silent + self.price


def report(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Figures of issuers that had no part in the choice, and what all of them choose."""
    choices = list(_choices())
    reasons = [[_reasons(outcome, choice) for outcome in outcomes] for choice in choices]
    issuers = sorted({outcome.issuer for outcome in outcomes})
    silent = price = 0
    for issuer in issuers:
        inside = [at for at, outcome in enumerate(outcomes) if outcome.issuer != issuer]
        outside = [at for at, outcome in enumerate(outcomes) if outcome.issuer == issuer]
        best = min(range(len(choices)), key=lambda c: _verdicts(outcomes, reasons[c], inside).cost)
        left_out = _verdicts(outcomes, reasons[best], outside)
        silent, price = silent + left_out.silent, price + left_out.price
    everyone = range(len(outcomes))
    now = _verdicts(outcomes, [outcome.reasons for outcome in outcomes], everyone)
    best = min(range(len(choices)), key=lambda c: _verdicts(outcomes, reasons[c], everyone).cost)
    chosen = _verdicts(outcomes, reasons[best], everyone)
    yield f"\ncross-validation over {len(issuers)} issuers, {len(choices)} choices"
    yield f"as the thresholds are      silent {now.silent}, price {now.price}"
    yield f"chosen without the issuer  silent {silent}, price {price}"
    yield f"chosen by all              silent {chosen.silent}, price {chosen.price}"
    yield from (f"  {name} = {value}" for name, value in choices[best].items())


def _choices() -> Iterator[Mapping[str, float]]:
    """The laxest first: where two cost the same, fewer documents are asked about."""
    for values in product(*GRID.values()):
        yield dict(zip(GRID, values, strict=True))


def _reasons(outcome: Outcome, choice: Mapping[str, float]) -> tuple[str, ...]:
    others = tuple(reason for reason in outcome.reasons if reason not in QUALITY)
    before = {name: getattr(thresholds, name) for name in choice}
    try:
        for name, value in choice.items():
            setattr(thresholds, name, value)
        return (*others, *judged(outcome.measures))
    finally:
        for name, value in before.items():
            setattr(thresholds, name, value)


def _verdicts(
    outcomes: Sequence[Outcome], reasons: Sequence[Sequence[str]], among: Sequence[int]
) -> Verdicts:
    silent = sum(outcomes[at].leaks and not reasons[at] for at in among)
    price = sum(not outcomes[at].leaks and bool(reasons[at]) for at in among)
    return Verdicts(silent, price)
