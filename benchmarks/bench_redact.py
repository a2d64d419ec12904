"""Owns the measurement of redaction: time, memory, and the share that the models themselves take.

    python benchmarks/bench_redact.py DIRECTORY [--models-dir var/models] [--rounds 1]

Prints one JSON object: seconds per picture (median, 95th percentile, processor), peak memory of
this process, and the ratio of all its processor time to that inside of the models' own run
calls. The decoder child's time is in the seconds, not in the processor time. A picture that is
refused is counted and left out.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kyc.documents.engine import Engine
from kyc.documents.pages import CopyMark, Kind
from kyc.documents.redaction import redact
from kyc.documents.text_boxes import TextBoxes
from kyc.documents.text_lines import TextLines
from kyc.errors import RefusedFileError
from kyc.policy.redaction import load_policy

MARK = CopyMark(("Copy for Example Hosting", "identity check, 2026-11-22, K7Q2"))
KIB_IN_A_MIB = 1024


class Timed:
    """A model session that adds up how long its runs take, each counted by its own thread."""

    def __init__(self, session: Any) -> None:
        self._session, self.seconds = session, 0.0

    def run(self, *arguments: Any) -> Any:
        start = time.thread_time()
        try:
            return self._session.run(*arguments)
        finally:
            self.seconds += time.thread_time() - start

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


def timed(models_dir: Path) -> tuple[Engine, Callable[[], float]]:
    """An engine of single-thread models, so that a thread's own clock sees all of their work."""
    engine = Engine.load(models_dir, threads=1)
    detector = Timed(engine.boxes.session)
    recogniser, turner = Timed(engine.lines.recogniser), Timed(engine.lines.turner)
    lines = TextLines(recogniser, turner, readers=1)
    sessions = (detector, recogniser, turner)
    watched = replace(engine, boxes=TextBoxes(detector), lines=lines)
    return watched, lambda: sum(session.seconds for session in sessions)


def run(engine: Engine, files: list[Path]) -> tuple[list[float], float, int]:
    """Wall seconds of each picture, processor seconds of all, and how many were refused."""
    walls, refused = [], 0
    before = time.process_time()
    for file in files:
        start = time.perf_counter()
        try:
            redact(
                file.read_bytes(),
                kind=Kind.DOCUMENT_FRONT,
                policy=load_policy("", ""),
                mark=MARK,
                claimed=None,
                engine=engine,
            )
        except RefusedFileError:
            refused += 1
            continue
        walls.append(time.perf_counter() - start)
    return walls, time.process_time() - before, refused


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure redaction over a directory of pictures.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--models-dir", type=Path, default=Path("var/models"))
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.directory.iterdir() if path.is_file())
    walls, processor, refused = run(Engine.load(arguments.models_dir), files * arguments.rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_IN_A_MIB
    watched, model_seconds = timed(arguments.models_dir)
    _, single, _ = run(watched, files)
    ordered = sorted(walls)
    print(
        json.dumps(
            {
                "pictures": len(walls),
                "refused": refused,
                "median_s": round(statistics.median(ordered), 3),
                "p95_s": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
                "processor_s": round(processor / len(walls), 3),
                "ratio_to_models": round(single / model_seconds(), 2),
                "peak_mib": peak,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
