"""Owns the measurement of hard cases, one by one: covered, or at least asked about.

    python -m benchmarks.bench_hard --count 13 --seed 886000

Draws each case (`kyc.specimens`), one picture under each condition in turn, and prints for each
case: pictures, how many of the fields that make it hard and of all fields are covered, fields to
keep that were damaged, pictures with a leak, and those of them that end `complete`, which are what
must not be. `--keep DIR` leaves pictures, labels and outcomes there; `--case NAME` takes one alone.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_recall import measured_labels
from benchmarks.outcomes import Outcome
from kyc.specimens.sets import write_set

APART = 100
"""Seeds between two cases, so that no person is drawn twice."""


@dataclass(frozen=True)
class Case:
    """What to draw, and the kinds of the fields that make it hard."""

    layout: str | None = None
    condition: str | None = None
    kinds: tuple[str, ...] = ()


CASES = {
    "perforated number": Case("perforated", None, ("perf",)),
    "punched through both pages": Case("punched_through", None, ("perf",)),
    "vertical number": Case("vertical", None, ("vertical",)),
    "ghost number": Case("ghost", None, ("ghost",)),
    "ghost number under a big word": Case("ghost_under_word", None, ("ghost",)),
    "code that does not decode": Case("smeared_code", None, ("barcode",)),
    "hologram over the number": Case("overprinted", None, ("docno",)),
    "aslant under a hologram": Case("engraved", None, ("docno",)),
    "number glued to a date": Case("glued", None, ("docno",)),
    "dates under an overprint": Case("dates_overprinted"),
    "motion blur": Case(None, "shaken"),
    "glare": Case(None, "glaring"),
    "two cards on one sheet": Case("two_cards"),
    "both sides on one sheet": Case("both_sides"),
    "page spread": Case("spread"),
    "photo of a screen": Case(None, "screen"),
    "held in a hand": Case(None, "held"),
    "visa, rows of 44": Case("visa"),
    "visa, rows of 36": Case("small_visa"),
    "card of 105 by 74 mm": Case("large_card"),
    "Greek and Cyrillic": Case("own_script"),
    "old French card": Case("french_card"),
    "licence with a row": Case("licence_row"),
    "licence with letters for captions": Case("lettered_licence"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure hard cases one by one.")
    parser.add_argument("--count", type=int, default=13, help="pictures a case")
    parser.add_argument("--seed", type=int, default=886000)
    parser.add_argument("--case", choices=CASES, action="append")
    parser.add_argument("--models-dir", type=Path, default=Path("var/models"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--answers", type=Path, help="file of the models' answers")
    parser.add_argument("--keep", type=Path, help="directory for the pictures and outcomes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as drawn:
        place = arguments.keep or Path(drawn)
        names = arguments.case or list(CASES)
        labels = [_drawn(place, name, arguments.count, arguments.seed) for name in names]
        outcomes = measured_labels(
            [path for case in labels for path in case],
            arguments.models_dir,
            arguments.processes,
            arguments.answers,
        )
    print("\n".join(table(names, outcomes, arguments.count)))
    if arguments.keep:
        rows = [outcome.as_row() for outcome in outcomes]
        (arguments.keep / "outcomes.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")


def _drawn(place: Path, name: str, count: int, seed: int) -> list[Path]:
    """The labels of a case's pictures; what was drawn before is not drawn again."""
    case, number = CASES[name], list(CASES).index(name)
    home = place / name.replace(" ", "_").replace(",", "")
    if not home.exists():
        write_set(home, count, seed + APART * number, case.condition, case.layout, in_a_row=1)
    return sorted((home / "labels").glob("*.json"))[:count]


def table(names: Sequence[str], outcomes: Sequence[Outcome], count: int) -> Iterator[str]:
    """A row for each case, `count` outcomes each; then every leak that ends `complete`."""
    yield f"{'case':<32}pictures   hard fields  all fields  damaged  leaking  complete"
    for at, name in enumerate(names):
        yield _row(name, outcomes[at * count : (at + 1) * count])
    for one in outcomes:
        if one.leaks and one.complete:
            yield f"complete: {one.name}: {' '.join(one.score.leaked)}"


def _row(name: str, found: Sequence[Outcome]) -> str:
    hidden = [kind for one in found for kind in one.score.hidden]
    leaked = [kind for one in found for kind in one.score.leaked]
    kept = [kind for one in found for kind in one.score.kept]
    damaged = sum(len(one.score.damaged) for one in found)
    hard = CASES[name].kinds
    covered, missed = (sum(kind in hard for kind in kinds) for kinds in (hidden, leaked))
    leaks = [one for one in found if one.leaks]
    silent = sum(one.complete for one in leaks)
    first = f"{covered} of {covered + missed}" if hard else "-"
    every = f"{len(hidden)} of {len(hidden) + len(leaked)}"
    share = 100 * damaged / max(1, damaged + len(kept))
    return (
        f"{name:<32}{len(found):>8}{first:>14}{every:>12}{share:>7.1f} %{len(leaks):>9}{silent:>10}"
    )


if __name__ == "__main__":
    main()
