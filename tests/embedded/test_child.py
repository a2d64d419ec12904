"""Owns what each child process is given and denied."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kyc.embedded import guard, launch, log_files
from kyc.embedded.child import Child, Part

MakePart = Callable[..., Part]
Until = Callable[[Callable[[], object]], None]


def test_its_environment_is_only_what_it_was_given(tmp_path: Path) -> None:
    command = (sys.executable, "-I", "-c", "import os; print(sorted(os.environ))")
    _run(Part("bare", command, {"KYC_PORT": "1", "LC_ALL": "C"}), tmp_path)
    assert (tmp_path / "bare.log").read_text() == "['KYC_PORT', 'LC_ALL']\n"


def test_it_writes_no_core_file_and_cannot_allow_itself_to(
    program: MakePart, tmp_path: Path
) -> None:
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    _run(program("limits", code), tmp_path)
    assert (tmp_path / "limits.log").read_text() == "(0, 0)\n"


def test_it_has_a_session_of_its_own_so_that_ctrl_c_reaches_only_the_supervisor(
    program: MakePart, tmp_path: Path
) -> None:
    running = _run(program("alone", "import os; print(os.getsid(0))"), tmp_path)
    assert int((tmp_path / "alone.log").read_text()) == running.pid


def test_what_it_writes_is_private(program: MakePart, tmp_path: Path) -> None:
    _run(program("writer", f"open('{tmp_path}/made', 'w').close()"), tmp_path)
    for name in ("made", "writer.log"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_its_log_is_bounded_and_goes_on(program: MakePart, tmp_path: Path, until: Until) -> None:
    code = f"""
    print('x' * {log_files.LOG_LIMIT}, flush=True)
    input_done = open('{tmp_path}/go').read
    import os, time
    while os.path.exists('{tmp_path}/go'): time.sleep(0.02)
    print('after', flush=True)
    """
    (tmp_path / "go").touch()
    running = Child(program("talker", code), tmp_path)
    log = tmp_path / "talker.log"
    until(lambda: log.stat().st_size > log_files.LOG_LIMIT)
    running.bound_log()
    (tmp_path / "go").unlink()
    assert running.wait(10)
    assert log.read_text() == "after\n"
    assert (tmp_path / "talker.log.1").stat().st_size == log_files.LOG_LIMIT + 1


def test_a_child_whose_parent_is_already_gone_does_not_start() -> None:
    start = [sys.executable, "-I", "-S", launch.__file__]
    orphan = subprocess.run([*start, "1", "/bin/echo", "started"], capture_output=True, check=False)
    assert (orphan.returncode, orphan.stdout) == (1, b"")


def test_sessions_are_ended_even_when_deaf(program: MakePart, tmp_path: Path, until: Until) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)"
    running = Child(program("mule", code + "; time.sleep(100)"), tmp_path)
    until((tmp_path / "mule.log").read_text)
    guard.end_sessions([running.pid], patience=0.2)
    assert running.wait(5)
    assert guard.session_members(running.pid) == []


def test_the_guard_clears_files_directories_and_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "inside").touch()
    (tmp_path / "file").touch()
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    guard.clear(str(tmp_path / name) for name in ("dir", "file", "link", "missing"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


@pytest.fixture(autouse=True)
def _allow_core_files() -> None:
    """So that the limit which a child shows is the child's own."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def _run(part: Part, log_dir: Path) -> Child:
    running = Child(part, log_dir)
    assert running.wait(10)
    assert running.exit_code() == os.EX_OK, running.last_words()
    return running
