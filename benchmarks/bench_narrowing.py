"""Owns the measurement of retained copies: what of a portrait is left, and which names and dates.

    python benchmarks/bench_narrowing.py --count 63 --seed 9001
    python benchmarks/bench_narrowing.py --directory DIR      # images/ and labels/ of one's own

A portrait or signature leaks when more than 2 % of its area is left open; names and dates are kept
when at least 60 % of their area is. Names are known from the zone and, for drawn pictures, from
the labels, as a customer would type them.
"""

import argparse
import io
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from kyc.documents.coverage import Moment
from kyc.documents.engine import Engine
from kyc.documents.geometry import mask_of, share_covered
from kyc.documents.narrowing import narrow, stored_regions
from kyc.documents.pages import Claimed, Kind
from kyc.documents.redaction import redact
from kyc.policy.redaction import load_policy
from kyc.specimens.sets import STATEMENT, write_set

HIDDEN_KINDS = ("portrait", "signature")
KEPT_KINDS = ("name", "dob", "doe", "doi", "statement")
LEAK, KEPT = 0.02, 0.6
BLOCKS = 33
"""A JPEG rings into the blocks beside an edge: two of 16 px, and one."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what retained copies show.")
    parser.add_argument("--directory", type=Path, help="images/ and labels/; else a set is drawn")
    parser.add_argument("--count", type=int, default=63)
    parser.add_argument("--seed", type=int, default=9001)
    parser.add_argument("--models-dir", type=Path, default=Path("var/models"))
    arguments = parser.parse_args()
    engine = Engine.load(arguments.models_dir)
    with tempfile.TemporaryDirectory() as drawn:
        directory = arguments.directory or Path(drawn)
        if arguments.directory is None:
            write_set(directory, arguments.count, arguments.seed, None)
        labels = sorted((directory / "labels").glob("*.json"))
        tell([(path.stem, *one) for path in labels for one in measured(path, engine)], len(labels))


def measured(path: Path, engine: Engine) -> Iterator[tuple[str, float]]:
    """Kind and share left open of each labelled field of a retained copy."""
    label = json.loads(path.read_text(encoding="utf-8"))
    kind = Kind(label.get("kind") or _guessed(label["file"]))
    policy = load_policy("", label.get("document", ""))
    done = redact(
        (path.parent.parent / "images" / label["file"]).read_bytes(),
        engine=engine,
        kind=kind,
        policy=policy,
        mark=None,
        claimed=_claimed(label),
        statement=STATEMENT if kind is Kind.SELFIE_STATEMENT else (),
    )
    regions = stored_regions(done)
    copy = narrow(done.jpeg, regions, policy=policy, moment=Moment.RETENTION, kind=kind)
    assert copy is not None
    shown = [np.array(one["quad"]) for one in copy.regions if one.get("shown")]
    grey = np.asarray(Image.open(io.BytesIO(copy.jpeg)).convert("L"))
    around = cv2.dilate(mask_of(shown, *grey.shape), np.ones((BLOCKS, BLOCKS), np.uint8))
    outside = grey[around == 0]
    assert not outside.size or outside.max() < 40, path.name
    for field in label["fields"]:
        if field["kind"] in (*HIDDEN_KINDS, *KEPT_KINDS):
            yield field["kind"], share_covered(np.array(field["quad"]) / done.scale, shown)


def _claimed(label: dict[str, Any]) -> Claimed | None:
    texts = [one.get("ocr_text") or "" for one in label["fields"] if one["kind"] == "name"]
    return Claimed(" ".join(texts), "", "") if any(texts) else None


def _guessed(name: str) -> Kind:
    if "selfie" in name:
        return Kind.SELFIE_STATEMENT
    return Kind.DOCUMENT_BACK if "back" in name else Kind.DOCUMENT_FRONT


def tell(rows: list[tuple[str, str, float]], pictures: int) -> None:
    shares: dict[str, list[float]] = defaultdict(list)
    for name, kind, share in rows:
        shares[kind].append(share)
        if kind in HIDDEN_KINDS and share > LEAK:
            print(f"LEFT OPEN {name} {kind} {share:.3f}")
    print(f"pictures {pictures}")
    for kind in HIDDEN_KINDS:
        left = shares[kind]
        print(f"{kind:<10} leaks {sum(s > LEAK for s in left)} of {len(left)},"
              f" most left open {max(left, default=0):.3f}")  # fmt: skip
    for kind in KEPT_KINDS:
        kept = shares[kind]
        print(f"{kind:<10} kept {sum(s >= KEPT for s in kept)} of {len(kept)}")


if __name__ == "__main__":
    main()
