"""Owns the parent's side of decoding: start a jailed child, feed it, believe only pixels."""

import contextlib
import importlib.util
import os
import selectors
import subprocess
import sys
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kyc.documents import wire
from kyc.documents.formats import MAX_SIDE, inspect
from kyc.documents.pages import Pages, Raw, Size
from kyc.errors import RefusedFileError

WALL_SECONDS = 20.0
CHUNK = 1 << 20
"""Also a pipe's own size, the most that Linux gives to anybody: nine megabytes are soon across."""

BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from kyc.documents.decoder import main; main()"
PROJECT = Path(__file__).resolve().parents[2]
CODECS = ("PIL", "pillow_heif", "pypdfium2")
ENVIRONMENT = {
    "PATH": "/nonexistent",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""Without a home Python would look for one in the user database, which may mean a socket.

Huge pages spare the child thousands of page faults, which took it as long as decoding does.
"""


def decoder_command() -> tuple[str, ...]:
    """Isolated mode: no user site, no PYTHON* variables, no current directory on the path.

    No site either, which would run what any package put there: the codecs are named instead.
    """
    codecs = (importlib.util.find_spec(name) for name in CODECS)
    places = {str(Path(found.origin).parents[1]) for found in codecs if found and found.origin}
    return (sys.executable, "-I", "-S", "-B", "-c", BOOT, str(PROJECT), *sorted(places))


Child = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Decoder:
    """Decodes each file in a child process of its own; the child's command is a parameter.

    After `prepare` the next file's child is always started before that file comes: it has loaded
    what most files need and waits, outside of the jail but without a byte of anybody's. It ends
    with this object, and by itself when its input is closed.
    """

    command: tuple[str, ...] = field(default_factory=decoder_command)
    wall_seconds: float = WALL_SECONDS
    waiting: list[Child] = field(default_factory=list, repr=False, compare=False)

    def prepare(self) -> None:
        """Start the child of the next file now, and of each further one when a file is done."""
        weakref.finalize(self, _end, self.waiting)
        self.waiting.append(self._start())

    def decode(self, raw: Raw, page: int = 1) -> Pages:
        """Return one page of the file as clean pixels, or raise RefusedFileError.

        Codes: those of formats.inspect, and encrypted_pdf, no_such_page, too_many_pdf_pages,
        decoder_failed (the child died, hung, or said something that it may not say).
        """
        kind = inspect(raw.untrusted).format
        if not 1 <= page <= 0xFFFF:
            raise RefusedFileError("no_such_page")
        request = wire.REQUEST.pack(
            wire.ASK,
            wire.FORMATS.index(kind),
            page,
            wire.MAX_LONG_SIDE,
            len(raw.untrusted),
        )
        return _believe(self._converse(request + raw.untrusted))

    def _converse(self, request: bytes) -> bytearray:
        prepared = bool(self.waiting)
        child = self._next()
        try:
            return _exchange(child, request, time.monotonic() + self.wall_seconds)
        finally:
            _end([child])
            if prepared:
                self.waiting.append(self._start())

    def _next(self) -> Child:
        """The child that waits, unless it died meanwhile or another thread was quicker."""
        with contextlib.suppress(IndexError):
            child = self.waiting.pop()
            if child.poll() is None:
                return child
            _end([child])
        return self._start()

    def _start(self) -> Child:
        return subprocess.Popen(  # noqa: S603 - a fixed command, nothing of it from outside
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            pipesize=CHUNK,
        )


def _end(children: list[Child]) -> None:
    for child in children:
        child.kill()
        with child:
            pass


def _exchange(child: Child, request: bytes, deadline: float) -> bytearray:
    """Write the request and read the answer at once, so that neither side can block the other."""
    assert child.stdin is not None
    assert child.stdout is not None
    unsent, answer = memoryview(request), bytearray()
    with selectors.DefaultSelector() as ready:
        for stream, event in (
            (child.stdin, selectors.EVENT_WRITE),
            (child.stdout, selectors.EVENT_READ),
        ):
            os.set_blocking(stream.fileno(), False)
            ready.register(stream, event)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise RefusedFileError("decoder_failed", "the decoder ran out of time")
            for key, _ in ready.select(left):
                if key.fileobj is child.stdout:
                    if not _take(key.fd, answer):
                        return answer
                    continue
                unsent = _give(key.fd, unsent)
                if not unsent:
                    ready.unregister(child.stdin)
                    child.stdin.close()


def _take(descriptor: int, answer: bytearray) -> bool:
    """Add what the child wrote; False at its end. One byte over the announced length refuses."""
    piece = os.read(descriptor, CHUNK)
    answer += piece
    if len(answer) >= wire.REPLY.size and len(answer) > _announced(answer):
        raise RefusedFileError("decoder_failed", "the decoder said too much")
    return bool(piece)


def _give(descriptor: int, unsent: memoryview) -> memoryview:
    try:
        return unsent[os.write(descriptor, unsent[:CHUNK]) :]
    except BrokenPipeError:
        return unsent[:0]


def _announced(answer: bytearray) -> int:
    """Length of the whole answer by its header, each field range-checked."""
    magic, verdict, width, height, source_width, source_height, count = wire.REPLY.unpack_from(
        answer
    )
    if magic != wire.ANSWER or verdict >= len(wire.VERDICTS):
        raise RefusedFileError("decoder_failed", "the decoder answered out of form")
    if verdict:
        return wire.REPLY.size
    sides_hold = (
        1 <= width <= wire.MAX_LONG_SIDE
        and 1 <= height <= wire.MAX_LONG_SIDE
        and width <= source_width <= MAX_SIDE
        and height <= source_height <= MAX_SIDE
        and 1 <= count <= wire.MAX_PDF_PAGES
    )
    if not sides_hold:
        raise RefusedFileError("decoder_failed", "the decoder lied about sizes")
    return int(wire.REPLY.size + width * height * 3)


def _believe(answer: bytearray) -> Pages:
    if len(answer) < wire.REPLY.size or len(answer) != _announced(answer):
        raise RefusedFileError("decoder_failed", "the decoder ended early")
    _, verdict, width, height, *source, count = wire.REPLY.unpack_from(answer)
    if verdict:
        raise RefusedFileError(wire.VERDICTS[verdict])
    pixels = np.frombuffer(answer, np.uint8, offset=wire.REPLY.size)
    pixels.setflags(write=False)
    return Pages(pixels.reshape(height, width, 3), count, Size(*source))
