"""Owns the tests of what the decoder child can no longer do, run inside a real jail."""

import os
import signal
import subprocess
import sys

import pytest

from kyc.documents.sandbox import ENVIRONMENT, PROJECT

PRELUDE = """
import sys; sys.path.insert(0, {project!r})
import ctypes, os, resource, socket, threading, time
from kyc.documents import jail
jail.enter()
"""

FORBIDDEN = {
    "a socket": "socket.socket()",
    "a pair of sockets": "socket.socketpair()",
    "a file": "open('/etc/hostname')",
    "a new file": "open('/tmp/kyc-jail', 'w')",
    "a process": "os.fork()",
    "a program": "os.execv('/bin/true', ['/bin/true'])",
    "a directory": "os.mkdir('/tmp/kyc-jail')",
    "a signal to another process": "os.kill(os.getppid(), 0)",
    "the first user": "os.setuid(0) if os.getuid() else os.open('/', 0)",
    "a higher limit": "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))",
}


def _jailed(script: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-I", "-c", PRELUDE.format(project=str(PROJECT)) + script],
        env=ENVIRONMENT,
        capture_output=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_child_cannot_have(what: str) -> None:
    act = f"try:\n    {FORBIDDEN[what]}\nexcept (OSError, ValueError): print('refused')"
    assert _jailed(act).stdout == b"refused\n"


def test_the_child_may_use_threads() -> None:
    act = "t = threading.Thread(target=print, args=('ran',)); t.start(); t.join()"
    assert _jailed(act).stdout == b"ran\n"


def test_the_child_cannot_take_more_than_a_gibibyte() -> None:
    assert b"MemoryError" in _jailed("bytearray(1 << 30)").stderr


def test_the_child_ends_when_its_processor_time_is_up() -> None:
    ended = _jailed("resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass")
    assert ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_the_child_has_no_environment_to_tell() -> None:
    told = _jailed("print(sorted(os.environ))").stdout.decode()
    assert eval(told) == sorted(ENVIRONMENT)  # noqa: S307 - the output of our own script


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to become")
def test_the_child_is_nobody_when_started_as_root() -> None:
    assert _jailed("print(os.getuid(), os.getgid(), os.getgroups())").stdout == (
        b"65534 65534 []\n"
    )


def test_a_core_dump_and_a_file_have_no_room() -> None:
    limits = "resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE"
    told = _jailed(f"print([resource.getrlimit(n)[1] for n in ({limits})])").stdout
    assert told == b"[0, 0, 64]\n"
