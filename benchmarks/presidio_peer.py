"""Owns the environment in which Presidio is measured, apart from ours: its OpenCV is another."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGES = ("presidio-image-redactor==0.0.62", "presidio-analyzer==2.2.366")
SCRIPT = Path(__file__).with_name("presidio_redact.py")


class PeerMissingError(Exception):
    """Presidio cannot be measured here; the message says what is missing."""


def measure(environment: Path, pictures: Path, threads: int) -> dict[str, Any]:
    """What `presidio_redact.py` prints over the same files, in an environment made for it.

    Raises PeerMissingError when Tesseract or a package cannot be had.
    """
    if shutil.which("tesseract") is None:
        raise PeerMissingError("tesseract is not on the path: install the package tesseract-ocr")
    python = _python(environment)
    limits = {"PATH": _path(), "OMP_THREAD_LIMIT": str(threads), "HOME": str(environment)}
    done = subprocess.run(
        [str(python), "-W", "ignore", str(SCRIPT), str(pictures)],
        env=limits,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PeerMissingError(f"Presidio did not run: {done.stderr.strip()[-400:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _path() -> str:
    tesseract = shutil.which("tesseract")
    return str(Path(tesseract).parent) if tesseract else ""


def _python(environment: Path) -> Path:
    python = environment / "bin" / "python"
    made = environment / "packages.txt"
    if made.is_file() and made.read_text().split() == list(PACKAGES):
        return python
    for command in (
        [sys.executable, "-m", "venv", str(environment)],
        [str(python), "-m", "pip", "install", "-q", *PACKAGES],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PeerMissingError(f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}")
    made.write_text("\n".join(PACKAGES))
    return python
