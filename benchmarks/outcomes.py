"""Owns what became of labelled pictures, and the table of many: by layout, condition, issuer."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kyc.documents.pages import Findings
from kyc.documents.scoring import Score, parse_label, scored, summary


@dataclass(frozen=True)
class Outcome:
    """One picture: how it was drawn and taken, its score, the reasons, what was measured."""

    name: str
    issuer: str
    layout: str
    condition: str
    score: Score
    reasons: tuple[str, ...]
    measures: Mapping[str, float]

    @property
    def leaks(self) -> bool:
        return bool(self.score.leaked)

    @property
    def complete(self) -> bool:
        return not self.reasons

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def outcome_of(label: Mapping[str, Any], findings: Findings, scale: float) -> Outcome:
    """`scale` is the label's pixels per pixel of the findings."""
    quads = [region.scaled(scale).quad for region in findings.regions]
    parts = Path(label["file"]).stem.split("_")
    return Outcome(
        name=label["file"],
        issuer=label.get("issuer", parts[0]),
        layout=label.get("layout", "_".join(parts[1:-1])),
        condition=label.get("condition", "published"),
        score=scored(parse_label(label), quads, is_complete=not findings.reasons),
        reasons=findings.reasons,
        measures=dict(findings.measures),
    )


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The figures as lines of text."""
    yield from summary([outcome.score for outcome in outcomes])
    for aspect in ("layout", "condition", "issuer"):
        yield from _by_aspect(outcomes, aspect)
    asked = [one for one in outcomes if not one.leaks and not one.complete]
    yield f"\nreasons on clean: {dict(Counter(r for one in asked for r in one.reasons))}"
    for one in outcomes:
        if one.leaks:
            yield f"why {one.name}: {' '.join(one.reasons) or 'COMPLETE'}"


def _by_aspect(outcomes: Sequence[Outcome], aspect: str) -> Iterator[str]:
    yield f"\n{aspect:<20}pictures  recall  damage  leaks  silent  price"
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[getattr(outcome, aspect)].append(outcome)
    for name, group in sorted(groups.items()):
        hidden, leaked = (sum(len(getattr(one.score, n)) for one in group) for n in _COVER)
        kept, damaged = (sum(len(getattr(one.score, n)) for one in group) for n in _KEEP)
        leaks = sum(one.leaks for one in group)
        silent = sum(one.leaks and one.complete for one in group)
        price = sum(not one.leaks and not one.complete for one in group)
        recall, damage = hidden / max(1, hidden + leaked), damaged / max(1, kept + damaged)
        figures = f"{recall:.3f}  {damage:6.3f}  {leaks:>5}  {silent:>6}  {price:>5}"
        yield f"{name:<20}{len(group):>8}  {figures}"


_COVER, _KEEP = ("hidden", "leaked"), ("kept", "damaged")
