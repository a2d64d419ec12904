"""Owns what the decoder child gives up before it sees a byte of a customer's file (Linux)."""

import ctypes
import os
import resource
import struct
import sys

NOBODY = 65534
MEMORY = 1 << 30
CPU_SECONDS = 10
OPEN_FILES = 64

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
CLONE_NEWNET, CLONE_NEWUSER, CLONE_THREAD = 0x40000000, 0x10000000, 0x00010000
SECCOMP_MODE_FILTER = 2
ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
SYSCALL_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
X32_BIT = 0x40000000

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

DENIED = {
    "x86_64": (
        *(2, 85, 257, 437),  # open, creat, openat, openat2: everything needed is already loaded
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # socket family
        *(57, 58, 59, 322, 101, 310, 311, 62, 200, 234),  # fork, exec, ptrace, other's memory, kill
        *(76, 77, 82, 83, 86, 87, 88, 90, 92, 263, 264, 316),  # change the file system
        *(165, 166, 155, 161, 272, 308, 246, 321, 323, 298, 250, 248, 249),  # kernel surface
        *(425, 426, 427, 424, 434, 438),  # io_uring and pidfd
    ),
    "aarch64": (
        *(56, 437),
        *(198, 199, 200, 201, 202, 203, 206, 211, 212, 242, 269),
        *(221, 281, 117, 270, 271, 129, 130, 131),
        *(45, 46, 34, 35, 36, 37, 38, 276, 52, 53, 54, 55),
        *(40, 39, 41, 51, 97, 268, 104, 280, 282, 241, 217, 218, 219),
        *(425, 426, 427, 424, 434, 438),
    ),
}
"""System calls answered with EPERM, by number: linux/arch/*/syscall tables."""

CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435


def enter() -> None:
    """Give up time, memory, files, privileges and network; raises OSError when a must fails."""
    _limits()
    libc = ctypes.CDLL(None, use_errno=True)
    _leave_network(libc)
    _drop_user()
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _filter_syscalls(libc)


def _limits() -> None:
    for name, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(name, (soft, hard))


def _leave_network(libc: ctypes.CDLL) -> None:
    """An empty network namespace where the host allows one; the filter below holds without."""
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWNET | CLONE_NEWUSER
    libc.unshare(flags)


def _drop_user() -> None:
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _filter_syscalls(libc: ctypes.CDLL) -> None:
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in AUDIT_ARCH:
        return
    program = _program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0)


def _program(machine: str) -> bytes:
    """A deny list in classic BPF: a wrong architecture dies, a denied call fails with EPERM.

    Threads may be made (codecs use them), processes may not: clone is let through only with
    CLONE_THREAD, and clone3, whose flags a filter cannot read, does not exist.
    """
    denied = DENIED[machine]
    rows = [
        (LOAD, 0, 0, ARCH_AT),
        (JUMP_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, SYSCALL_AT),
        (JUMP_AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, KILL),
        (JUMP_EQUAL, 0, 1, CLONE3),
        (RETURN, 0, 0, ENOSYS),
    ]
    for number in denied:
        rows += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, EPERM)]
    rows += [
        (JUMP_EQUAL, 1, 0, CLONE[machine]),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
        (JUMP_BITS, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *row) for row in rows)
