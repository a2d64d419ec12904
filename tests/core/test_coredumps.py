"""Owns the tests that a process which sees documents leaves no memory behind when it crashes."""

import os
import resource
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
CANARY = "PASSPORT-KQ7-4PX-990600"
HELD = f"""
held = "".join({list(CANARY)!r})
import os; os.abort()
"""
"""A process that holds what it read from a document and crashes."""

REFUSE = "from kyc.coredumps import refuse_core_dumps; refuse_core_dumps()"


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


def _writes_cores() -> bool:
    """Whether this machine writes a crash's memory into the directory it happens in."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    room = resource.getrlimit(resource.RLIMIT_CORE)[1]
    return "/" not in pattern and "|" not in pattern and room == resource.RLIM_INFINITY


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    ended = _run(ALLOW + REFUSE + HELD, tmp_path)
    assert ended.returncode == -6
    assert list(tmp_path.iterdir()) == []


def test_the_same_crash_unrefused_leaves_what_was_read_wherever_a_machine_writes_cores(
    tmp_path: Path,
) -> None:
    """Without this the test above might hold because nothing writes cores here at all."""
    ended = _run(ALLOW + HELD, tmp_path)
    assert ended.returncode == -6
    cores = list(tmp_path.iterdir())
    assert bool(cores) is _writes_cores()
    assert all(CANARY.encode() in core.read_bytes() for core in cores)


def test_neither_a_file_nor_a_collector_may_be_given_the_memory(tmp_path: Path) -> None:
    assert _run(ALLOW + REFUSE + STATE, tmp_path).stdout == REFUSED
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
