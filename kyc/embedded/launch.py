"""Owns the first instant of a child: it asks to die with its parent, then becomes its program.

Run as a file (`python -I -S launch.py PARENT_PID PROGRAM ARGUMENT...`), so that nothing of ours is
imported, and so that no Python code runs between fork and exec in the supervisor.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def become(parent: int, command: list[str]) -> None:
    """Replaces this process by `command`, which gets SIGTERM when process `parent` dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")
    if os.getppid() != parent:  # it died before it could be watched
        raise SystemExit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold plain images
    os.execv(command[0], command)  # noqa: S606 - the supervisor's own table of commands


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
