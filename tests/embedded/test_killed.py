"""Owns the promise that nothing stays behind, whichever way the supervisor goes."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kyc.embedded import places
from kyc.embedded.guard import session_members

Start = Callable[[str], "subprocess.Popen[str]"]
Until = Callable[..., None]

HOUSE = """
import os, sys
from pathlib import Path
from kyc.embedded import places
from kyc.embedded.child import Part
from kyc.embedded.supervisor import Supervisor

DEAF = '''
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0: os.setpgid(0, 0)
print("deaf", flush=True)
time.sleep(100)
'''
data = Path("data").resolve()
places.make_private(data)
with places.locked(data) as lock:
    where = places.prepare(data)
    with Supervisor(where.log, print, held=(lock,)) as supervisor:
        supervisor.remove_at_end(where.run)
        polite = Part("polite", ("/bin/sleep", "100"), {})
        deaf = Part("deaf", (sys.executable, "-c", DEAF), {}, stop_within=0.5)
        pids = [supervisor.start(part).pid for part in (polite, deaf)]
        while (where.log / "deaf.log").read_text().count("deaf") < 2: pass
        print(*pids, flush=True)
        supervisor.watch()
print("end", flush=True)
"""


@pytest.fixture
def house(start_script: Start) -> "subprocess.Popen[str]":
    return start_script(HOUSE)


@pytest.fixture
def sessions(house: "subprocess.Popen[str]") -> list[int]:
    """The sessions of its two children; the second is deaf to SIGTERM and has a child."""
    assert house.stdout is not None
    found = [int(word) for word in house.stdout.readline().split()]
    assert [len(session_members(session)) for session in found] == [1, 2]
    return found


def test_a_killed_supervisor_leaves_no_process_and_no_socket_directory(
    house: "subprocess.Popen[str]", sessions: list[int], tmp_path: Path, until: Until
) -> None:
    house.kill()
    house.wait()
    until(lambda: not any(session_members(session) for session in sessions), seconds=20)
    until(lambda: not (tmp_path / "data" / "run").exists())


def test_the_next_house_waits_until_a_killed_one_has_cleared_up(
    house: "subprocess.Popen[str]", sessions: list[int], tmp_path: Path
) -> None:
    house.kill()
    house.wait()
    with places.locked(tmp_path / "data"):
        assert not any(session_members(session) for session in sessions)


def test_a_polite_child_dies_with_the_supervisor_even_when_the_guard_is_killed_first(
    house: "subprocess.Popen[str]", sessions: list[int], until: Until
) -> None:
    os.kill(house.pid, signal.SIGSTOP)
    for pid in _children(house.pid) - set(sessions):
        os.kill(pid, signal.SIGKILL)
    house.kill()
    house.wait()
    until(lambda: not session_members(sessions[0]))
    for pid in session_members(sessions[1]):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_within_bounds(
    house: "subprocess.Popen[str]", sessions: list[int], tmp_path: Path, number: signal.Signals
) -> None:
    house.send_signal(number)
    printed, _ = house.communicate(timeout=15)
    assert printed == "deaf did not stop in time and was killed\nend\n"
    assert house.returncode == 0
    assert not any(session_members(session) for session in sessions)
    assert not (tmp_path / "data" / "run").exists()


def test_ctrl_c_reaches_the_children_only_through_the_supervisor(
    house: "subprocess.Popen[str]", sessions: list[int]
) -> None:
    assert all(os.getpgid(session) != os.getpgid(house.pid) for session in sessions)


def _children(pid: int) -> set[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(word) for word in text.split()}
