"""Owns that no process that sees a document can leave its memory on a disk."""

import ctypes
import resource
import sys

PR_SET_DUMPABLE = 4  # prctl(2)


def refuse_core_dumps() -> None:
    """No core file, and none to a program that collects them: those ignore the limit (core(5)).

    Nor may another process of the same user read this one's memory (ptrace(2)). The limit holds
    everywhere; the rest is Linux's.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE) was refused")
