"""Owns model answers kept on disk, so that a changed rule is scored again without the models.

An answer is found by the model and a hash of its exact input: where a change makes other crops or
another view, the model runs. What is kept is what the readers use: the best class of each step of
the recogniser, and half precision of the detector's map.
"""

import hashlib
import sqlite3
import zlib
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from kyc.documents.engine import Engine
from kyc.documents.text_boxes import TextBoxes
from kyc.documents.text_lines import TextLines

WIDE = 100
"""More classes than this are a recogniser's glyphs, of which only the best is read."""

BUSY_S = 60.0
Floats = npt.NDArray[np.float32]


class KeptAnswers:
    """A table of answers, shared by processes."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._table = sqlite3.connect(file, BUSY_S, check_same_thread=False, isolation_level=None)
        self._table.execute("PRAGMA journal_mode=WAL")
        self._table.execute("PRAGMA synchronous=OFF")
        self._table.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, kept BLOB)")

    def get(self, key: bytes) -> Floats | None:
        with self._lock:
            row = self._table.execute("SELECT kept FROM answers WHERE key = ?", (key,)).fetchone()
        return _unpacked(row[0]) if row else None

    def put(self, key: bytes, answer: Floats) -> None:
        with self._lock:
            self._table.execute("REPLACE INTO answers VALUES (?, ?)", (key, _packed(answer)))


class Remembering:
    """A model session that runs only for an input that it has no answer to yet."""

    def __init__(self, session: Any, name: str, kept: KeptAnswers) -> None:
        self._session, self._name, self._kept = session, name.encode(), kept

    def run(self, outputs: Any, inputs: dict[str, Floats]) -> list[Floats]:
        (given,) = inputs.values()
        shape = str(given.shape).encode()
        key = hashlib.blake2b(given.tobytes() + shape, key=self._name, digest_size=16).digest()
        answer = self._kept.get(key)
        if answer is None:
            answer = self._session.run(outputs, inputs)[0]
            self._kept.put(key, answer)
        return [answer]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


def remembering(engine: Engine, file: Path) -> Engine:
    """The engine with its models' answers kept in `file`."""
    kept = KeptAnswers(file)
    detector = Remembering(engine.boxes.session, "detector", kept)
    recogniser = Remembering(engine.lines.recogniser, "recogniser", kept)
    turner = Remembering(engine.lines.turner, "turner", kept)
    lines = TextLines(recogniser, turner, readers=1)
    return replace(engine, boxes=TextBoxes(detector), lines=lines)


def _packed(answer: Floats) -> bytes:
    if answer.shape[-1] > WIDE and answer.ndim == 3:
        best = answer.argmax(axis=2)
        sure = np.take_along_axis(answer, best[..., None], axis=2)
        body = best.astype(np.uint16).tobytes() + sure.astype(np.float32).tobytes()
        kind = 1
    else:
        body, kind = zlib.compress(answer.astype(np.float16).tobytes(), 1), 0
    head = np.array([kind, answer.ndim, *answer.shape], np.int32).tobytes()
    return bytes(head + body)


def _unpacked(kept: bytes) -> Floats:
    kind, axes = np.frombuffer(kept, np.int32, 2)
    shape = tuple(int(n) for n in np.frombuffer(kept, np.int32, int(axes), 8))
    body = kept[8 + 4 * int(axes) :]
    if kind == 0:
        flat = np.frombuffer(zlib.decompress(body), np.float16)
        return flat.astype(np.float32).reshape(shape)
    steps = shape[0] * shape[1]
    best = np.frombuffer(body, np.uint16, steps).astype(np.int64)
    sure = np.frombuffer(body, np.float32, steps, 2 * steps)
    answer = np.zeros((steps, shape[2]), np.float32)
    answer[np.arange(steps), best] = sure
    return answer.reshape(shape)
