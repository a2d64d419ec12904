"""Owns the measurement of what redaction covers, damages and lets through, on labelled pictures.

    python -m benchmarks.bench_recall --count 120 --seed 7001
    python -m benchmarks.bench_recall --directory DIR      # images/ and labels/ of one's own
    python -m benchmarks.bench_recall --count 200 --seed 7001 --cross-validate

Prints field recall, damage, leaks and, what matters most, leaks that end `complete`; then the
price: clean documents that end `confirm`. A field is hidden when at least 90 % of its characters
lie under a fill; text to keep is damaged when over 10 % of its characters are touched, a portrait
when over 5 % of it is. Everything of `redact` is run but the burning and encoding of the result.
`--answers FILE` keeps what the models answered: a changed rule is scored again in a fraction of
the time, and the pictures are decoded in this process instead of in the jail.
`--cross-validate` chooses the thresholds of `kyc.documents.thresholds` on all issuers but one,
measures them on that one, and prints what all issuers together would choose.
"""

import argparse
import importlib
import json
import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import cross_validation
from benchmarks.kept_answers import remembering
from benchmarks.outcomes import Outcome, outcome_of, table
from kyc.documents import decoder, wire
from kyc.documents.engine import Engine
from kyc.documents.formats import inspect
from kyc.documents.looks import look_twice
from kyc.documents.pages import Claimed, Kind, Pages, Raw, Size
from kyc.documents.task import Task
from kyc.policy.redaction import load_policy
from kyc.specimens.sets import STATEMENT, write_set

TODAY = date(2026, 11, 22)
_warm: dict[str, Any] = {}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure recall over labelled pictures.")
    parser.add_argument("--directory", type=Path, help="images/ and labels/; else a set is drawn")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7001)
    parser.add_argument("--condition", help="one for all drawn pictures; else every in turn")
    parser.add_argument("--models-dir", type=Path, default=Path("var/models"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--answers", type=Path, help="file of the models' answers")
    parser.add_argument("--json", type=Path, help="also write every picture's outcome here")
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as drawn:
        directory = arguments.directory or Path(drawn)
        if arguments.directory is None:
            write_set(directory, arguments.count, arguments.seed, arguments.condition)
        outcomes = measured(directory, arguments.models_dir, arguments.processes, arguments.answers)
    print("\n".join(table(outcomes)))
    if arguments.cross_validate:
        print("\n".join(cross_validation.report(outcomes)))
    if arguments.json:
        rows = [outcome.as_row() for outcome in outcomes]
        arguments.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def measured(
    directory: Path, models_dir: Path, processes: int, answers: Path | None = None
) -> list[Outcome]:
    """The outcome of every labelled picture, in the order of their names."""
    return measured_labels(
        sorted((directory / "labels").glob("*.json")), models_dir, processes, answers
    )


def measured_labels(
    labels: Sequence[Path], models_dir: Path, processes: int, answers: Path | None = None
) -> list[Outcome]:
    """The outcome of each label's picture, in their order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _warm_up, (models_dir, answers)) as pool:
        return list(pool.map(_measure, labels, chunksize=2))


def _warm_up(models_dir: Path, answers: Path | None) -> None:
    engine = Engine.load(models_dir, threads=1)
    _warm["engine"] = remembering(engine, answers) if answers else engine
    _warm["is_kept"] = answers is not None


def _measure(path: Path) -> Outcome:
    label = json.loads(path.read_text(encoding="utf-8"))
    untrusted = (path.parent.parent / "images" / label["file"]).read_bytes()
    engine: Engine = _warm["engine"]
    pages = _decoded(untrusted) if _warm["is_kept"] else engine.decoder.decode(Raw(untrusted), 1)
    return outcome_of(label, look_twice(pages.page, _task(label), engine), pages.scale)


def _decoded(untrusted: bytes) -> Pages:
    """The same pixels as the jailed child's; pictures for a benchmark are our own."""
    kind = inspect(untrusted).format.value
    modules = {name: importlib.import_module(name) for name in decoder.PRELOAD[kind]}
    answer = decoder.decode(modules, kind, untrusted, 1, wire.MAX_LONG_SIDE)
    return Pages(np.array(answer.picture, np.uint8), 1, Size(*answer.source))


def _task(label: dict[str, Any]) -> Task:
    kind = Kind(label.get("kind") or _guessed(label["file"]))
    statement = STATEMENT if kind is Kind.SELFIE_STATEMENT else ()
    return Task(kind, load_policy("", label.get("document", "")), _claimed(label), statement, TODAY)


def _claimed(label: dict[str, Any]) -> Claimed | None:
    """What the holder would have typed, as everywhere in the service."""
    if "holder" in label:
        return Claimed(*label["holder"])
    names = [field["ocr_text"] or "" for field in label["fields"] if field["kind"] == "name"]
    return Claimed(" ".join(names), "", "") if names else None


def _guessed(name: str) -> Kind:
    if "selfie" in name:
        return Kind.SELFIE_STATEMENT
    return Kind.DOCUMENT_BACK if "back" in name else Kind.DOCUMENT_FRONT


if __name__ == "__main__":
    main()
