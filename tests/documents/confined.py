"""Owns a process in which a socket means death: `python -m tests.documents.confined FILE MODELS`.

It redacts the picture after a seccomp filter was set that kills the process, and every child, at
the first call for a socket from any library, and after all of OpenCV's face classes were taken
away. It prints the report. `--socket` and `--face` show that the traps work.
"""

import ctypes
import json
import platform
import socket
import struct
import sys
from pathlib import Path

import cv2

SOCKET_CALLS = {"x86_64": (41, 42, 53), "aarch64": (198, 203, 199)}
"""socket, connect, socketpair: linux/arch/*/syscall tables."""

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000

FACE_WORDS = ("face", "cascade", "facemark", "landmark", "keypointsmodel")
HARMLESS = {"FontFace", "getFontScaleFromHeight"}


def die_at_sockets() -> None:
    """From now on a call for a socket ends the process with SIGSYS, in its children as well."""
    machine = platform.machine()
    rows = [
        (LOAD, 0, 0, 4),
        (JUMP_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, 0),
    ]
    for number in SOCKET_CALLS[machine]:
        rows += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, KILL_PROCESS)]
    rows.append((RETURN, 0, 0, ALLOW))
    program = b"".join(struct.pack("<HBBI", *row) for row in rows)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(rows), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, FILTER, header, 0, 0):
        raise OSError(ctypes.get_errno(), "the filter was refused")


def face_names() -> list[str]:
    """What OpenCV offers that has to do with faces, by its names."""
    named = [name for name in dir(cv2) if any(word in name.lower() for word in FACE_WORDS)]
    return sorted(set(named) - HARMLESS)


def take_faces_away() -> list[str]:
    taken = face_names()
    for name in taken:
        delattr(cv2, name)
    return taken


def main(picture: str, models: str) -> None:
    from kyc.documents.engine import Engine  # noqa: PLC0415 - after the traps are set
    from kyc.documents.pages import Kind  # noqa: PLC0415
    from kyc.documents.redaction import redact  # noqa: PLC0415
    from kyc.documents.report import as_report  # noqa: PLC0415
    from kyc.policy.redaction import load_policy  # noqa: PLC0415

    done = redact(
        Path(picture).read_bytes(),
        engine=Engine.load(Path(models)),
        kind=Kind.DOCUMENT_FRONT,
        policy=load_policy("", "passport"),
        mark=None,
        claimed=None,
    )
    sys.stdout.write(json.dumps(as_report(done)) + "\n")


if __name__ == "__main__":
    die_at_sockets()
    gone = take_faces_away()
    if sys.argv[1] == "--socket":
        socket.socket()
    elif sys.argv[1] == "--face":
        getattr(cv2, gone[0])
    else:
        main(*sys.argv[1:])
