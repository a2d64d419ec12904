"""Owns the tests that a process which sees documents leaves no memory behind when it crashes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOW = """
import resource
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
"""
STATE = """
import ctypes, resource
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(resource.getrlimit(resource.RLIMIT_CORE), dumpable, end="")
"""
REFUSED = "(0, 0) 0"


def _run(script: str, directory: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=directory,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    crash = (
        "from kyc.coredumps import refuse_core_dumps; refuse_core_dumps(); import os; os.abort()"
    )
    ended = _run(ALLOW + crash, tmp_path)
    assert ended.returncode == -6
    assert list(tmp_path.iterdir()) == []


def test_neither_a_file_nor_a_collector_may_be_given_the_memory(tmp_path: Path) -> None:
    refuse = "from kyc.coredumps import refuse_core_dumps; refuse_core_dumps()"
    assert _run(ALLOW + refuse + STATE, tmp_path).stdout == REFUSED
    assert _run(ALLOW + STATE, tmp_path).stdout.endswith(" 1")


@pytest.mark.parametrize(
    "start",
    [
        "from kyc.wsgi import application as start",
        "from workers.__main__ import main as start",
    ],
)
def test_web_and_worker_refuse_before_anything_else(start: str, tmp_path: Path) -> None:
    """The settings lead nowhere, so that starting ends early; it must have refused by then."""
    script = f"{ALLOW}{start}\ntry: start()\nexcept BaseException: pass{STATE}"
    ended = _run(script, tmp_path, KYC_PORT="none", KYC_DATA_DIR=str(tmp_path))
    assert ended.stdout == REFUSED, ended.stderr
