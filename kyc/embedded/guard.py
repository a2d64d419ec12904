"""Owns what happens after the supervisor is gone, however it went: no process and no socket stays.

Run as a file beside the supervisor, which writes one line for each thing to clear (`session PID`,
`forget PID`, `path PATH`) into its standard input. The end of that input is the supervisor's end.
It inherits the lock of the data directory, so that the next start waits until all is cleared.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PATIENCE = 10.0
"""Seconds that orphans have between SIGTERM and SIGKILL."""


def session_members(session: int) -> list[int]:
    """The live processes of a session (children start their own, so grandchildren are found)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # it ended while we looked
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] not in {"Z", "X"}:
                found.append(int(entry.name))
    return found


def signal_session(session: int, number: signal.Signals) -> list[int]:
    """Sends a signal to each live process of a session; says which there were."""
    members = session_members(session)
    for pid in members:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return members


def end_sessions(sessions: Iterable[int], patience: float) -> None:
    """Ends all processes of these sessions: SIGTERM first, SIGKILL after `patience` seconds."""
    deadline = time.monotonic() + patience
    for session in sessions:
        signal_session(session, signal.SIGTERM)
    while any(session_members(session) for session in sessions):
        if time.monotonic() > deadline:
            for session in sessions:
                signal_session(session, signal.SIGKILL)
        time.sleep(0.05)


def clear(paths: Iterable[str]) -> None:
    """Removes files and directories; what is already gone is fine."""
    for path in paths:
        if Path(path).is_dir() and not Path(path).is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            Path(path).unlink(missing_ok=True)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it ends when its supervisor has ended
    sessions: set[int] = set()
    paths: set[str] = set()
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "session":
            sessions.add(int(rest))
        elif word == "forget":
            sessions.discard(int(rest))
        elif word == "path":
            paths.add(rest)
    end_sessions(sessions, PATIENCE)
    clear(paths)


if __name__ == "__main__":
    main()
