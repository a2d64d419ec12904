"""Owns what the supervisor promises of the parts that it keeps running."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kyc.embedded.child import Part
from kyc.embedded.guard import session_members
from kyc.embedded.supervisor import PartFailedError, StoppedError, Supervisor

Until = Callable[[Callable[[], object]], None]
MakePart = Callable[..., Part]

SLEEP = "import time; time.sleep(100)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(100)
"""


def test_a_part_that_died_runs_again_and_the_operator_is_told(
    supervisor: Supervisor, program: MakePart, said: list[str], tmp_path: Path
) -> None:
    supervisor.start(program("mayfly", "print('born', flush=True); exit(3)"))
    _watch_until(supervisor, lambda: (tmp_path / "mayfly.log").read_text() == "born\nborn\n")
    assert said[0].startswith("mayfly ended with exit code 3; starting it again in 0.5 s")
    assert said[1] == "mayfly runs again"


def test_each_further_death_waits_twice_as_long(
    supervisor: Supervisor, program: MakePart, said: list[str]
) -> None:
    supervisor.start(program("mayfly", "exit(1)"))
    _watch_until(supervisor, lambda: len(said) >= 5)
    pauses = [line.split(" again in ")[1].split(" s")[0] for line in said if " again in " in line]
    assert pauses == ["0.5", "1", "2"]


def test_a_killed_part_is_named_with_its_signal(
    supervisor: Supervisor, program: MakePart, said: list[str]
) -> None:
    child = supervisor.start(program("victim", SLEEP))
    os.kill(child.pid, signal.SIGKILL)
    _watch_until(supervisor, lambda: said)
    assert said[0].startswith("victim was killed by SIGKILL")


def test_what_a_dead_part_left_running_is_ended_before_it_runs_again(
    supervisor: Supervisor, program: MakePart, said: list[str], tmp_path: Path, until: Until
) -> None:
    horse = tmp_path / "horse"
    code = f"""
    import os, time
    pid = os.fork()
    if pid: open('{horse}', 'w').write(str(pid))
    else: os.setpgid(0, 0)
    time.sleep(100)
    """
    child = supervisor.start(program("worker", code))
    until(lambda: horse.exists() and horse.read_text())
    os.kill(child.pid, signal.SIGKILL)
    _watch_until(supervisor, lambda: said)
    until(lambda: not session_members(child.pid))


def test_parts_stop_in_reverse_order(program: MakePart, tmp_path: Path, until: Until) -> None:
    log = tmp_path / "order"
    code = f"""
    import signal, sys, time
    def end(*_):
        open('{log}', 'a').write(NAME)
        sys.exit()
    signal.signal(signal.SIGTERM, end)
    print('up', flush=True)
    time.sleep(100)
    """
    with Supervisor(tmp_path, lambda _: None) as supervisor:
        for name in "abc":
            supervisor.start(program(name, code.replace("NAME", repr(name))))
        until(lambda: all((tmp_path / f"{name}.log").read_text() for name in "abc"))
    assert log.read_text() == "cba"


def test_a_part_that_does_not_stop_is_killed_when_its_time_is_over(
    program: MakePart, said: list[str], tmp_path: Path, until: Until
) -> None:
    with Supervisor(tmp_path, said.append) as supervisor:
        child = supervisor.start(program("mule", STUBBORN, stop_within=0.3))
        until((tmp_path / "mule.log").read_text)
    assert said == ["mule did not stop in time and was killed"]
    assert child.exit_code() == -signal.SIGKILL


def test_a_part_that_dies_at_its_start_is_reported_with_its_last_words(
    supervisor: Supervisor, program: MakePart
) -> None:
    part = program("broken", "print('no such table'); exit(4)")
    supervisor.start(part)
    with pytest.raises(PartFailedError, match=r"exit code 4 at its start\.\n    no such table"):
        supervisor.until_ready(part, _never)


def test_a_part_that_is_not_ready_in_time_is_reported(
    supervisor: Supervisor, program: MakePart
) -> None:
    part = program("slow", SLEEP, start_within=0.3)
    supervisor.start(part)
    with pytest.raises(PartFailedError, match=r"not ready within 0 s \(not yet\)"):
        supervisor.until_ready(part, _never)


def test_readiness_is_asked_until_it_is_given(supervisor: Supervisor, program: MakePart) -> None:
    part = program("server", SLEEP)
    supervisor.start(part)
    answers = iter([ConnectionError(), ConnectionError(), None])

    def probe() -> None:
        if error := next(answers):
            raise error

    assert 0 < supervisor.until_ready(part, probe) < 5


def test_a_step_that_fails_stops_the_start(supervisor: Supervisor, program: MakePart) -> None:
    with pytest.raises(PartFailedError, match="migrate ended with exit code 1"):
        supervisor.run(program("migrate", "exit(1)"))


def test_a_step_that_ends_well_lets_the_start_go_on(
    supervisor: Supervisor, program: MakePart, tmp_path: Path
) -> None:
    supervisor.run(program("migrate", "print('done')"))
    assert (tmp_path / "migrate.log").read_text() == "done\n"


def test_a_step_that_never_ends_is_ended(supervisor: Supervisor, program: MakePart) -> None:
    with pytest.raises(PartFailedError, match="migrate did not end"):
        supervisor.run(program("migrate", SLEEP, start_within=0.2))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_watch(
    supervisor: Supervisor, program: MakePart, number: signal.Signals
) -> None:
    supervisor.start(program("calm", SLEEP))
    os.kill(os.getpid(), number)
    supervisor.watch()


def test_a_signal_during_the_start_ends_the_start(
    supervisor: Supervisor, program: MakePart
) -> None:
    part = program("slow", SLEEP)
    supervisor.start(part)
    os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(StoppedError):
        supervisor.until_ready(part, _never)


def test_a_second_ctrl_c_waits_for_nothing(program: MakePart, tmp_path: Path, until: Until) -> None:
    with Supervisor(tmp_path, lambda _: None) as supervisor:
        supervisor.start(program("mule", STUBBORN, stop_within=60))
        until((tmp_path / "mule.log").read_text)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5


def test_a_guard_that_was_killed_is_replaced_and_knows_everything(
    tmp_path: Path, program: MakePart, until: Until
) -> None:
    left = tmp_path / "left"
    left.mkdir()
    with Supervisor(tmp_path, lambda _: None) as supervisor:
        supervisor.remove_at_end(left)
        supervisor.start(program("calm", SLEEP))
        first = supervisor._guard.pid
        os.kill(first, signal.SIGKILL)
        _watch_until(supervisor, lambda: supervisor._guard.pid != first)
    assert not left.exists()


def _never() -> None:
    raise ConnectionError("not yet")


def _watch_until(supervisor: Supervisor, condition: Callable[[], object]) -> None:
    """Runs the supervisor's rounds as `watch` does, until something happened."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        supervisor._look()
        time.sleep(0.02)
