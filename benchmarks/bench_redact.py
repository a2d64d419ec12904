"""Owns the measurement of redaction: time, memory, the models' share, and Presidio beside it.

    python benchmarks/bench_redact.py DIRECTORY [--megapixels 12] [--presidio ENVIRONMENT]

Enlarges each picture to a photograph of 12 megapixels (`--megapixels 0`: leaves it as it is) and
prints one JSON object. Times run from the bytes of the file to the JPEG and include the jailed
decoder child; `processor_s` is that of both processes; `ratio_to_models` is all processor time of
this process by that inside of the models' own run calls, `ratio_with_decoder` adds the child's.
`looking_to_models` is that of looking alone, without decoding, copy mark and encoding. For these
three, all pictures were redacted once before, as a worker has that runs for weeks. The pictures are
redacted in turn until at least 50 are done; `peak_mib` is the process's most memory by then.
`cold_start_s` runs from the start of a process to its first redacted picture, models cut before.
With `--presidio` a virtual environment is made there, once, and Presidio's image redactor runs over
the same files after us; `ratios` are ours by theirs. A picture that is refused is counted and left
out.
"""

import argparse
import json
import math
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.presidio_peer import PeerMissingError, measure
from kyc.documents.engine import Engine
from kyc.documents.looks import look_twice
from kyc.documents.pages import CopyMark, Kind, Raw
from kyc.documents.redaction import redact
from kyc.documents.task import Task
from kyc.documents.text_boxes import TextBoxes
from kyc.documents.text_lines import TextLines
from kyc.errors import RefusedFileError
from kyc.policy.redaction import load_policy

MARK = CopyMark(("Copy for Example Hosting", "identity check, 2026-11-22, K7Q2"))
THREADS = 2
KIB_IN_A_MIB = 1024
LONGEST_SIDE, QUALITY = 8000, 90
LEAST_RUN = 50
COLD = "--first"


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


def processor(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def once(engine: Engine, file: Path) -> None:
    redact(
        file.read_bytes(),
        kind=Kind.DOCUMENT_FRONT,
        policy=load_policy("", ""),
        mark=MARK,
        claimed=None,
        engine=engine,
    )


def run(engine: Engine, files: Sequence[Path]) -> tuple[list[float], int]:
    """Wall seconds of each picture, and how many were refused."""
    walls, refused = [], 0
    for file in files:
        start = time.perf_counter()
        try:
            once(engine, file)
        except RefusedFileError:
            refused += 1
            continue
        walls.append(time.perf_counter() - start)
    return walls, refused


def looking_alone(engine: Engine, files: Sequence[Path]) -> float:
    """Processor seconds of `look_twice` over all files that are not refused."""
    task = Task(Kind.DOCUMENT_FRONT, load_policy("", ""), None, (), None)
    spent = 0.0
    for file in files:
        with suppress(RefusedFileError):
            page = engine.decoder.decode(Raw(file.read_bytes())).page
            start = time.process_time()
            look_twice(page, task, engine)
            spent += time.process_time() - start
    return spent


def enlarge(source: Path, target: Path, megapixels: float) -> None:
    """Every picture as the JPEG that a camera with so many pixels would have made of it."""
    for file in sorted(path for path in source.iterdir() if path.is_file()):
        picture = Image.open(file).convert("RGB")
        factor = (megapixels * 1e6 / (picture.width * picture.height)) ** 0.5
        factor = min(factor, LONGEST_SIDE / max(picture.size))
        size = (round(picture.width * factor), round(picture.height * factor))
        picture.resize(size).save(target / f"{file.stem}.jpg", quality=QUALITY)


def cold_start(models_dir: Path, file: Path) -> float:
    """Seconds from the start of a process to its first redacted picture; the best of three."""
    command = [sys.executable, __file__, str(file), "--models-dir", str(models_dir), COLD]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def ours(models_dir: Path, files: list[Path]) -> dict[str, float]:
    own, child = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    engine = Engine.load(models_dir, THREADS)
    run(engine, files[:1])
    in_turn = files * math.ceil(LEAST_RUN / len(files))
    before = processor(own), processor(child)
    walls, refused = run(engine, in_turn)
    spent = processor(own) - before[0], processor(child) - before[1]
    peak = resource.getrusage(own).ru_maxrss // KIB_IN_A_MIB
    watched, model_seconds = timed(models_dir)
    done = len(run(watched, files)[0])
    warm, before = model_seconds(), (processor(own), processor(child))
    run(watched, files)
    single = processor(own) - before[0], processor(child) - before[1]
    models = model_seconds() - warm
    looking = looking_alone(watched, files) / (model_seconds() - warm - models)
    return {
        "refused": refused,
        **_times(walls, sum(spent)),
        "models_s": round(models / done, 3),
        "looking_to_models": round(looking, 2),
        "ratio_to_models": round(single[0] / models, 2),
        "ratio_with_decoder": round(sum(single) / models, 2),
        "peak_mib": peak,
        "cold_start_s": round(cold_start(models_dir, files[0]), 2),
    }


def theirs(environment: Path, pictures: Path) -> dict[str, float]:
    answer = measure(environment, pictures, THREADS)
    return {
        **_times(answer["walls"], answer["processor"]),
        "peak_mib": answer["peak_mib"],
        "cold_start_s": round(answer["cold_start_s"], 2),
    }


def _times(walls: list[float], spent: float) -> dict[str, float]:
    ordered = sorted(walls)
    return {
        "pictures": len(ordered),
        "median_s": round(statistics.median(ordered), 3),
        "p95_s": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
        "processor_s": round(spent / len(ordered), 3),
    }


def compared(models_dir: Path, pictures: Path, environment: Path | None) -> dict[str, Any]:
    files = sorted(path for path in pictures.iterdir() if path.is_file())
    result: dict[str, Any] = {"kyc": ours(models_dir, files)}
    if environment is None:
        return {**result, "presidio": "not measured: name a directory by --presidio"}
    try:
        result["presidio"] = theirs(environment, pictures)
    except PeerMissingError as error:
        return {**result, "presidio": f"not measured: {error}"}
    mine, peer = result["kyc"], result["presidio"]
    names = ("median_s", "p95_s", "processor_s", "peak_mib", "cold_start_s")
    return {**result, "ratios": {name: round(mine[name] / peer[name], 2) for name in names}}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure redaction over a directory of pictures.")
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--models-dir", type=Path, default=Path("var/models"))
    parser.add_argument("--megapixels", type=float, default=12.0, help="0 leaves them as they are")
    parser.add_argument("--presidio", type=Path, help="environment to measure Presidio in")
    parser.add_argument(COLD, action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.first:
        once(Engine.load(asked.models_dir, THREADS), asked.pictures)
        return
    with tempfile.TemporaryDirectory() as made:
        pictures = asked.pictures
        if asked.megapixels:
            pictures = Path(made)
            arguments = (asked.pictures, pictures, asked.megapixels)
            drawing = multiprocessing.get_context("spawn").Process(target=enlarge, args=arguments)
            drawing.start()
            drawing.join()
        print(json.dumps(compared(asked.models_dir, pictures, asked.presidio), indent=1))


if __name__ == "__main__":
    main()
