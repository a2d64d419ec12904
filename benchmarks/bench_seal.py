"""Owns the figures of sealing: speed as a share of the bare cipher, and peak memory.

    python -m benchmarks.bench_seal [--tink DIRECTORY]

With --tink, Google's Tink (streaming AEAD, AES256_GCM_HKDF_1MB) is measured beside it, in an
environment of its own that is made in DIRECTORY.

One run measures both in turn, so that a noisy machine disturbs them alike; medians of several
rounds. Peak memory is what a call holds beside its argument, its result included, as a multiple of
the plaintext.
"""

import argparse
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.envelope import Binding, new_data_key, open_sealed, seal

MEGABYTE = 1_000_000
SIZES = (0.3, 2, 10, 50)
ROUNDS = 9
ROUND_SECONDS = 0.05
"""A round repeats its call for about so long: a single call is too short to be timed."""


@dataclass(frozen=True)
class Result:
    megabytes: float
    speed: float  # MB/s
    share: float  # of the bare cipher's speed, same direction
    peak: float  # times the plaintext's length


TINK = "tink==1.16.1"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tink", type=Path, metavar="DIRECTORY")
    peer: Path | None = parser.parse_args().tink
    print("direction  MB    MB/s   share of bare AES-256-GCM   peak memory / plaintext")
    for megabytes in SIZES:
        for direction, result in _measure(megabytes):
            print(
                f"{direction:9} {result.megabytes:4} {result.speed:7.0f}"
                f"   {result.share:24.0%}   {result.peak:23.2f}"
            )
        if peer is not None:
            _print_tink(peer, megabytes)


def _print_tink(directory: Path, megabytes: float) -> None:
    python, size = directory / "bin" / "python", int(megabytes * MEGABYTE)
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", TINK], check=True)
    plaintext, bare, nonce = os.urandom(size), AESGCM(new_data_key()), bytes(12)
    repeats = max(1, int(ROUND_SECONDS / _seconds(lambda: bare.encrypt(nonce, plaintext, None), 1)))
    script = Path(__file__).with_name("tink_seal.py")
    command = [str(python), str(script), str(size), str(repeats), str(ROUNDS)]
    before = _bare_seconds(bare, nonce, plaintext, repeats)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = json.loads(done.stdout)
    floor = median([before, _bare_seconds(bare, nonce, plaintext, repeats)])
    for direction in ("seal", "open"):
        speed, share = megabytes / seconds[direction], floor / seconds[direction]
        print(f"{direction + ' Tink':9} {megabytes:4} {speed:7.0f}   {share:24.0%}")


def _bare_seconds(bare: AESGCM, nonce: bytes, plaintext: bytes, repeats: int) -> float:
    return median(
        _seconds(lambda: bare.encrypt(nonce, plaintext, None), repeats) for _ in range(ROUNDS)
    )


def _measure(megabytes: float) -> list[tuple[str, Result]]:
    plaintext = os.urandom(int(megabytes * MEGABYTE))
    key, nonce = new_data_key(), bytes(12)
    binding = Binding("ses_1", "art_1", "selfie", "redacted", "image/jpeg", len(plaintext))
    bare, sealed = AESGCM(key), seal(key, binding, plaintext)
    encrypted = bare.encrypt(nonce, plaintext, None)
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "seal": (
            lambda: seal(key, binding, plaintext),
            lambda: bare.encrypt(nonce, plaintext, None),
        ),
        "open": (
            lambda: open_sealed(key, binding, sealed),
            lambda: bare.decrypt(nonce, encrypted, None),
        ),
    }
    return [(name, _compare(megabytes, *pair)) for name, pair in pairs.items()]


def _compare(megabytes: float, ours: Callable[[], object], bare: Callable[[], object]) -> Result:
    repeats = max(1, int(ROUND_SECONDS / _seconds(bare, 1)))
    rounds = [(_seconds(ours, repeats), _seconds(bare, repeats)) for _ in range(ROUNDS)]
    return Result(
        megabytes=megabytes,
        speed=megabytes / median(our for our, _ in rounds),
        share=median(theirs / our for our, theirs in rounds),
        peak=_peak(ours) / (megabytes * MEGABYTE),
    )


def _seconds(call: Callable[[], object], repeats: int) -> float:
    begin = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - begin) / repeats


def _peak(call: Callable[[], object]) -> int:
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
