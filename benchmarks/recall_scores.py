"""Owns the scores of one picture's redaction by its labels, and the table of many."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kyc.documents.geometry import mask_of
from kyc.documents.pages import Quad

HARD = frozenset({"perf", "vertical", "ghost", "micro"})
"""Kinds that are counted apart from ordinary fields; as leaks they count as all others."""

HIDDEN, CELL_HIDDEN = 0.9, 0.6
DAMAGED, CELL_TOUCHED, PORTRAIT_DAMAGED = 0.1, 0.3, 0.05
UNREADABLE_KINDS = {"mrz": 40, "barcode": 20}


@dataclass(frozen=True)
class Outcome:
    """One picture: per field its kind and whether it was hidden or damaged, and the reasons."""

    name: str
    issuer: str
    layout: str
    condition: str
    sensitive: tuple[tuple[str, bool], ...]
    essential: tuple[tuple[str, bool], ...]
    reasons: tuple[str, ...]
    measures: Mapping[str, float]

    @property
    def leaks(self) -> bool:
        return not all(hidden for _, hidden in self.sensitive)

    @property
    def complete(self) -> bool:
        return not self.reasons

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def outcome_of(
    label: Mapping[str, Any],
    quads: Sequence[Quad],
    reasons: Sequence[str],
    measures: Mapping[str, float],
) -> Outcome:
    fills = mask_of(quads, label["height"], label["width"]) > 0
    sensitive, essential = [], []
    for field in label["fields"]:
        if field["cls"] == "sensitive":
            sensitive.append((field["kind"], _is_hidden(field, fills)))
        else:
            essential.append((field["kind"], _is_damaged(field, fills)))
    parts = Path(label["file"]).stem.split("_")
    return Outcome(
        name=label["file"],
        issuer=label.get("issuer", parts[0]),
        layout=label.get("layout", "_".join(parts[1:-1])),
        condition=label.get("condition", "published"),
        sensitive=tuple(sensitive),
        essential=tuple(essential),
        reasons=tuple(reasons),
        measures=dict(measures),
    )


def _is_hidden(field: Mapping[str, Any], fills: Any) -> bool:
    cells = _cells(field, UNREADABLE_KINDS.get(field["kind"]) or _length(field, 4))
    return sum(_share(cell, fills) >= CELL_HIDDEN for cell in cells) >= HIDDEN * len(cells)


def _is_damaged(field: Mapping[str, Any], fills: Any) -> bool:
    if field["kind"] == "portrait":
        return _share(np.array(field["quad"], float), fills) > PORTRAIT_DAMAGED
    cells = _cells(field, _length(field, 6))
    return sum(_share(cell, fills) > CELL_TOUCHED for cell in cells) > DAMAGED * len(cells)


def _length(field: Mapping[str, Any], least: int) -> int:
    if field.get("ocr_text"):
        return max(least, len(field["ocr_text"]))
    quad = np.array(field["quad"], float)
    sides = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    return int(np.clip(round(max(sides) / (0.55 * min(sides))), least, 24))


def _cells(field: Mapping[str, Any], count: int) -> list[Quad]:
    """The field cut along its longer side into one slim cell a character."""
    quad = np.array(field["quad"], float)
    if np.linalg.norm(quad[3] - quad[0]) > np.linalg.norm(quad[1] - quad[0]):
        quad = np.roll(quad, -1, axis=0)
    at = np.linspace(0.02, 0.98, count + 1)[:, None]
    top = quad[0] + at * (quad[1] - quad[0])
    bottom = quad[3] + at * (quad[2] - quad[3])
    upper, lower = top + 0.15 * (bottom - top), top + 0.85 * (bottom - top)
    return [np.array([upper[i], upper[i + 1], lower[i + 1], lower[i]]) for i in range(count)]


def _share(quad: Quad, fills: Any) -> float:
    low = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    high = np.ceil(quad.max(axis=0)).astype(int) + 1
    view = fills[low[1] : high[1], low[0] : high[0]]
    if not view.size:
        return 0.0
    shape = np.zeros(view.shape, np.uint8)
    cv2.fillPoly(shape, [np.round(quad - low).astype(np.int32)], 1)
    return float(view[shape > 0].mean())


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The figures as lines of text."""
    fields = [field for outcome in outcomes for field in outcome.sensitive]
    ordinary = [hidden for kind, hidden in fields if kind not in HARD]
    hard = [hidden for kind, hidden in fields if kind in HARD]
    kept = [damaged for outcome in outcomes for _, damaged in outcome.essential]
    leaks = [outcome for outcome in outcomes if outcome.leaks]
    silent = [outcome for outcome in leaks if outcome.complete]
    clean = [outcome for outcome in outcomes if not outcome.leaks]
    asked = [outcome for outcome in clean if not outcome.complete]
    yield f"pictures                        {len(outcomes)}"
    yield f"ordinary field recall           {_ratio(ordinary)}"
    yield f"hard field recall               {_ratio(hard)}"
    yield f"essential damage                {_ratio(kept)}"
    yield f"documents with a leak           {len(leaks)}"
    yield f"leaks that end complete         {len(silent)}"
    yield f"clean that end confirm (price)  {len(asked)} of {len(clean)}"
    yield from _by_kind(outcomes)
    for aspect in ("layout", "condition", "issuer"):
        yield from _by_aspect(outcomes, aspect)
    yield f"\nreasons on clean: {dict(Counter(r for o in asked for r in o.reasons))}"
    for outcome in leaks:
        missed = ",".join(kind for kind, hidden in outcome.sensitive if not hidden)
        yield f"LEAK {outcome.name} {missed} -> {','.join(outcome.reasons) or 'COMPLETE'}"
    for outcome in outcomes:
        hit = ",".join(kind for kind, damaged in outcome.essential if damaged)
        if hit:
            yield f"DAMAGE {outcome.name} {hit}"


def _ratio(flags: Sequence[bool]) -> str:
    share = sum(flags) / len(flags) if flags else float("nan")
    return f"{share:.4f}  ({sum(flags)}/{len(flags)})"


def _by_kind(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for side, word in (("sensitive", "hidden"), ("essential", "damaged")):
        flags: dict[str, list[bool]] = defaultdict(list)
        for outcome in outcomes:
            for kind, flag in getattr(outcome, side):
                flags[kind].append(flag)
        found = (f"{kind} {sum(flags[kind])}/{len(flags[kind])}" for kind in sorted(flags))
        yield f"{word}: " + ", ".join(found)


def _by_aspect(outcomes: Sequence[Outcome], aspect: str) -> Iterator[str]:
    yield f"\n{aspect:<20}pictures  recall  leaks  silent  price"
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[getattr(outcome, aspect)].append(outcome)
    for name, group in sorted(groups.items()):
        flags = [hidden for one in group for _, hidden in one.sensitive]
        leaks = sum(one.leaks for one in group)
        silent = sum(one.leaks and one.complete for one in group)
        price = sum(not one.leaks and not one.complete for one in group)
        recall = sum(flags) / max(1, len(flags))
        yield f"{name:<20}{len(group):>8}  {recall:.3f}  {leaks:>5}  {silent:>6}  {price:>5}"
