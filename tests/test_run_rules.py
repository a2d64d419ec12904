"""Owns the rules of a test run itself: nothing skipped in CI, nothing beyond this machine."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 (failed|error)"), ("", "1 skipped")])
@pytest.mark.parametrize(
    "text",
    [
        "import pytest\ndef test_nothing(): pytest.skip('not here')",
        "import pytest\n@pytest.mark.skip\ndef test_nothing(): pass",
    ],
)
def test_a_skip_fails_only_in_ci(tmp_path: Path, text: str, ci: str, outcome: str) -> None:
    assert re.search(outcome, _run(tmp_path, text, ci))


def test_a_module_that_skips_itself_fails_in_ci(tmp_path: Path) -> None:
    text = "import pytest\npytest.importorskip('no_such_module')\ndef test_nothing(): pass"
    assert "1 error" in _run(tmp_path, text, "true")


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with (
        socket.socket() as plug,
        pytest.raises(RuntimeError, match=r"wanted to connect to 192\.0\.2\.1"),
    ):
        plug.connect(("192.0.2.1", 80))


def _run(directory: Path, text: str, ci: str) -> str:
    file = directory / "test_inner.py"
    file.write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull, str(file)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.defpath, "CI": ci}
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout
