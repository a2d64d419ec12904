"""Owns the test vectors: writes them anew, byte for byte, from the specifications in docs/formats.

    python -m tests.vectors.generate [DIRECTORY]

Its writers import nothing from storage, so that the vectors are a second opinion.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.vectors import box_cases, certificate_cases, key_cases, receipt_cases, sealed_cases
from tests.vectors.writer import Case

SOURCES: dict[str, tuple[Callable[[], Iterator[tuple[str, Case]]], ...]] = {
    "sealed-object": (
        sealed_cases.good,
        sealed_cases.wrong_lengths,
        sealed_cases.wrong_headers,
        sealed_cases.wrong_context,
        sealed_cases.wrong_chunks,
        sealed_cases.salamander,
    ),
    "key-store": (key_cases.wrappings, key_cases.key_files),
    "box": (box_cases.boxes, box_cases.halves),
    "receipt": (receipt_cases.receipts, receipt_cases.malformed),
    "certificate": (
        certificate_cases.certificates,
        certificate_cases.malformed,
        certificate_cases.proofs,
    ),
}


def write_all(directory: Path) -> None:
    for folder, sources in SOURCES.items():
        (directory / folder).mkdir(parents=True, exist_ok=True)
        for source in sources:
            for name, content in source():
                text = json.dumps(content, indent=1) + "\n"
                (directory / folder / f"{name}.json").write_text(text, encoding="ascii")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
