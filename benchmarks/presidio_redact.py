"""Owns Presidio's side of the comparison; runs in an environment of its own, without kyc.

    python presidio_redact.py DIRECTORY

Presidio's image redactor with Tesseract, all of Presidio's default recognisers, and a blank English
pipeline of spaCy in place of a trained one: names, places and organisations, which need a trained
model, are not looked for, so Presidio has less to do than usual. As Presidio does, it looks once.
Prints one JSON object: seconds for each picture from the file to a JPEG in memory, processor
seconds of all (Tesseract's processes included), peak memory of the process without Tesseract's, and
seconds from its start to the first redacted picture.
"""

import importlib
import io
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

START = time.time() - time.process_time()
KIB_IN_A_MIB = 1024
QUALITY = 88


def redactor() -> Any:
    analyzer: Any = importlib.import_module("presidio_analyzer")
    nlp: Any = importlib.import_module("presidio_analyzer.nlp_engine")
    images: Any = importlib.import_module("presidio_image_redactor")
    pipeline = nlp.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    pipeline.nlp = {"en": importlib.import_module("spacy").blank("en")}
    engine = analyzer.AnalyzerEngine(nlp_engine=pipeline, supported_languages=["en"])
    return images.ImageRedactorEngine(
        image_analyzer_engine=images.ImageAnalyzerEngine(analyzer_engine=engine)
    )


def redact(engine: Any, file: Path) -> bytes:
    picture = importlib.import_module("PIL.Image").open(file).convert("RGB")
    out = io.BytesIO()
    engine.redact(picture, (0, 0, 0)).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    files = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_file())
    engine = redactor()
    redact(engine, files[0])
    cold = time.time() - START
    before, walls = processor_seconds(), []
    for file in files:
        start = time.perf_counter()
        redact(engine, file)
        walls.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_IN_A_MIB
    print(
        json.dumps(
            {
                "walls": walls,
                "processor": processor_seconds() - before,
                "peak_mib": peak,
                "cold_start_s": cold,
            }
        )
    )


if __name__ == "__main__":
    main()
