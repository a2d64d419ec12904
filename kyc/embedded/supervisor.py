"""Owns the watch over the children: start in order, restart what dies, stop in reverse."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from kyc.embedded import guard
from kyc.embedded.child import Child, Part
from kyc.embedded.log_files import KEPT_DAYS
from kyc.errors import KycError

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
"""Seconds of life after which a child's earlier deaths are forgotten."""
TICK = 0.1
_Handler = Callable[[int, FrameType | None], object] | int | None


class PartFailedError(KycError):
    """A part of the house did not start, or did not become ready in time."""

    code = "part_failed"


class StoppedError(KycError):
    """The operator asked to stop while the house was still starting."""

    code = "stopped"


@dataclass
class _Post:
    """What the supervisor remembers of one part across its restarts."""

    part: Part
    child: Child | None
    pause: float = FIRST_PAUSE
    due: float = 0.0


class Supervisor:
    """Starts parts, watches them and leaves nothing behind. Use as a context: leaving it stops all.

    SIGINT, SIGTERM and SIGHUP ask it to stop; a second Ctrl-C waits for nothing.
    `held` are file descriptors (the lock of the data directory) that stay open until the last
    process has ended, also when the supervisor itself is killed.
    """

    def __init__(
        self,
        log_dir: Path,
        say: Callable[[str], None],
        held: tuple[int, ...] = (),
        log_days: int = KEPT_DAYS,
    ) -> None:
        self._log_dir, self._log_days = log_dir, log_days
        self._say = say
        self._held = held
        self._posts: list[_Post] = []
        self._paths: list[Path] = []
        self._handlers: dict[signal.Signals, _Handler] = {}
        self._is_asked = False
        self._is_hurried = False
        self._guard = self._start_guard()

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def remove_at_end(self, path: Path) -> None:
        """Clears a file or directory when everything has stopped, however it stopped."""
        self._paths.append(path)
        self._tell(f"path {path}")

    def start(self, part: Part) -> Child:
        """Starts a part that shall keep running."""
        child = self._spawn(part)
        self._posts.append(_Post(part, child))
        return child

    def until_ready(self, part: Part, probe: Callable[[], object]) -> float:
        """Waits until `probe` no longer raises; seconds that it took since the part's start.

        Raises PartFailedError with the end of its log when the part dies or its time is over,
        StoppedError when a signal came meanwhile.
        """
        child = next(post.child for post in self._posts if post.part is part)
        assert child is not None
        while True:
            self._check_asked()
            code = child.exit_code()
            if code is not None:
                raise PartFailedError(f"{_ending(part, code)} at its start.\n{child.last_words()}")
            self._look()
            try:
                probe()
            except Exception as error:  # whatever a server not yet up answers
                if time.monotonic() - child.started > part.start_within:
                    raise PartFailedError(
                        f"{part.name} was not ready within {part.start_within:.0f} s"
                        f" ({error}); see {child.log}\n{child.last_words()}"
                    ) from error
                time.sleep(TICK / 2)
            else:
                return time.monotonic() - child.started

    def run(self, part: Part) -> None:
        """Runs a part that ends by itself. Raises PartFailedError unless it ends well."""
        child = self._spawn(part)
        try:
            while child.exit_code() is None:
                self._check_asked()
                self._look()
                if time.monotonic() - child.started > part.start_within:
                    raise PartFailedError(f"{part.name} did not end; see {child.log}")
                time.sleep(TICK / 2)
            if code := child.exit_code():
                raise PartFailedError(
                    f"{_ending(part, code)}.\n{child.last_words()}\n    ({child.log})"
                )
        finally:
            self._end(child)

    def watch(self) -> None:
        """Keeps everything running until a signal asks to stop."""
        while not self._is_asked:
            self._look()
            time.sleep(TICK)

    def stop(self) -> None:
        """Stops all parts, the last started first, each within its time; then clears up."""
        for post in reversed(self._posts):
            if post.child is not None:
                self._end(post.child)
        self._posts.clear()
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait()
        guard.clear([str(path) for path in self._paths])

    def _look(self) -> None:
        for post in self._posts:
            if post.child is None:
                self._start_again(post)
            elif (code := post.child.exit_code()) is not None:
                self._bury(post, post.child, code)
            else:
                post.child.bound_log()
        if self._guard.poll() is not None:
            self._replace_guard()

    def _bury(self, post: _Post, child: Child, code: int) -> None:
        self._end(child)
        now = time.monotonic()
        if now - child.started > HEALTHY_AFTER:
            post.pause = FIRST_PAUSE
        self._say(
            f"{_ending(post.part, code)}; starting it again in {post.pause:g} s (see {child.log})"
        )
        post.child, post.due = None, now + post.pause
        post.pause = min(post.pause * 2, LONGEST_PAUSE)

    def _start_again(self, post: _Post) -> None:
        if time.monotonic() < post.due:
            return
        post.child = self._spawn(post.part)
        self._say(f"{post.part.name} runs again")

    def _spawn(self, part: Part) -> Child:
        child = Child(part, self._log_dir, self._log_days)
        self._tell(f"session {child.pid}")
        return child

    def _end(self, child: Child) -> None:
        child.terminate()
        deadline = time.monotonic() + child.part.stop_within
        while not child.wait(TICK):
            if self._is_hurried or time.monotonic() > deadline:
                self._say(f"{child.part.name} did not stop in time and was killed")
                break
        child.kill_rest()
        self._tell(f"forget {child.pid}")

    def _ask(self, number: int, _: FrameType | None) -> None:
        self._is_hurried = self._is_asked and number == signal.SIGINT
        self._is_asked = True

    def _check_asked(self) -> None:
        if self._is_asked:
            raise StoppedError("asked to stop")

    def _tell(self, line: str) -> None:
        assert self._guard.stdin is not None
        try:
            self._guard.stdin.write(os.fsencode(f"{line}\n"))
            self._guard.stdin.flush()
        except BrokenPipeError:
            self._replace_guard()
            self._tell(line)

    def _start_guard(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            env={},
            pass_fds=self._held,
            start_new_session=True,
        )

    def _replace_guard(self) -> None:
        self._guard.wait()
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard = self._start_guard()
        children = [post.child for post in self._posts if post.child is not None]
        for line in (*(f"session {c.pid}" for c in children), *(f"path {p}" for p in self._paths)):
            self._tell(line)


def _ending(part: Part, code: int) -> str:
    how = (
        f"was killed by {signal.Signals(-code).name}"
        if code < 0
        else f"ended with exit code {code}"
    )
    return f"{part.name} {how}"
