"""Owns one child process: its start, its bounded log, its end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kyc.embedded import launch
from kyc.embedded.guard import signal_session
from kyc.embedded.log_files import KEPT_DAYS, LogFile


@dataclass(frozen=True)
class Part:
    """One program of the house and the bounds of its behaviour."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    directory: Path | None = None
    """Where it runs; None is where `kyc up` was called, so that relative settings keep meaning."""
    start_within: float = 60.0
    stop_within: float = 15.0
    is_shown: bool = False
    """Its output goes to the terminal instead of a log."""


class Child:
    """A running Part, in its own session, with its output in LOG_DIR/NAME.log."""

    def __init__(self, part: Part, log_dir: Path, log_days: int = KEPT_DAYS) -> None:
        self.part = part
        self.log = log_dir / f"{part.name}.log"
        self._log_file = LogFile(self.log, log_days)
        self._log_file.bound()
        self.started = time.monotonic()
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def terminate(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        try:
            self._process.wait(max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill_rest(self) -> None:
        """SIGKILL for what is left of its session, itself or processes that it started."""
        while signal_session(self.pid, signal.SIGKILL):
            self.wait(0.05)
        self._process.wait()

    def bound_log(self) -> None:
        """Moves what is long or of yesterday aside; the child goes on appending to the file."""
        if not self.part.is_shown:
            self._log_file.bound()

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, for the message that says why it did not start."""
        if self.part.is_shown:
            return ""
        text = self.log.read_text(encoding="utf-8", errors="replace")[-8_000:]
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])

    def _start(self) -> "subprocess.Popen[bytes]":
        start = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
        output = None if self.part.is_shown else os.open(self.log, _APPEND, 0o600)
        try:
            return subprocess.Popen(  # noqa: S603 - commands come from our own table
                [*start, *self.part.command],
                env=dict(self.part.environment),
                cwd=self.part.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0o077,
            )
        finally:
            if output is not None:
                os.close(output)


_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
