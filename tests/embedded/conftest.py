"""Owns the small programs and the supervisors that these tests start."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kyc.embedded.child import Part
from kyc.embedded.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Waits until a condition holds; fails after ten seconds."""

    def wait(condition: Callable[[], object], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)

    return wait


@pytest.fixture
def program() -> Callable[..., Part]:
    """A Part that runs a few lines of Python."""

    def make(name: str, code: str, *, stop_within: float = 5.0, start_within: float = 10.0) -> Part:
        command = (sys.executable, "-c", textwrap.dedent(code))
        return Part(
            name,
            command,
            {"PYTHONUNBUFFERED": "1"},
            start_within=start_within,
            stop_within=stop_within,
        )

    return make


@pytest.fixture
def said() -> list[str]:
    """What the supervisor told the operator."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, said.append) as running:
        yield running


@pytest.fixture
def start_script(tmp_path: Path) -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    """Starts a Python program of its own that imports kyc, for what must die or be signalled."""
    with ExitStack() as stack:

        def start(code: str) -> "subprocess.Popen[str]":
            file = tmp_path / "script.py"
            file.write_text(textwrap.dedent(code), encoding="utf-8")
            process = subprocess.Popen(
                [sys.executable, str(file)],
                env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A data directory with a path that leaves room for a socket's name."""
    directory = Path(tempfile.mkdtemp(prefix="kyc-t-", dir="/tmp"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)
