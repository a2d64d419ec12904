"""Owns the OCR model files: where they come from, their pinned hashes, the cut recogniser."""

import hashlib
import importlib.util
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kyc.errors import ConfigurationError

PINNED = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx": (
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c"
    ),
}
"""The files inside the rapidocr 3.10.0 wheel (Apache-2.0), by SHA-256."""

CUT_NAME = "recogniser-cut-1.onnx"


@dataclass(frozen=True)
class ModelFiles:
    detector: Path
    recogniser: Path
    turner: Path


def model_files(models_dir: Path) -> ModelFiles:
    """Check the shipped models and make the cut recogniser when it is missing or damaged.

    Raises ConfigurationError when a shipped file is absent or has another hash.
    """
    detector, recogniser, turner = (_shipped(name) for name in PINNED)
    return ModelFiles(detector, _cut(recogniser, models_dir), turner)


def _shipped(name: str) -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise ConfigurationError("the rapidocr package is missing")
    path = Path(found.origin).parent / "models" / name
    if not path.is_file() or _sha256(path) != PINNED[name]:
        raise ConfigurationError(f"the model {name} is missing or not the pinned one")
    return path


def _cut(source: Path, models_dir: Path) -> Path:
    target = models_dir / CUT_NAME
    record = target.with_suffix(".sha256")
    expected = record.read_text().strip() if record.is_file() else ""
    if expected and target.is_file() and _sha256(target) == expected:
        return target
    from kyc.documents.glyphs import cut_head  # noqa: PLC0415 - onnx is needed only once

    cut = cut_head(source.read_bytes())
    models_dir.mkdir(parents=True, exist_ok=True)
    _write_whole(target, cut)
    _write_whole(record, hashlib.sha256(cut).hexdigest().encode())
    return target


def _write_whole(path: Path, data: bytes) -> None:
    """Appear under the final name complete or not at all, though several processes may try."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
