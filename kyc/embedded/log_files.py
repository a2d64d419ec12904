"""Owns the logs that the program writes itself: one a day, bounded, forgotten in time."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

LOG_LIMIT = 5_000_000
"""Bytes of a log before it moves to NAME.log.1, where it replaces the one before."""

KEPT_DAYS = 14


class LogFile:
    """NAME.log of the day; what is older lies beside it as NAME.log.YYYY-MM-DD.

    Request logs hold network addresses, so nothing in here gets older than `days`: a file of a
    former day, and the overflow NAME.log.1, go `days` after the day they are of.
    """

    def __init__(
        self, path: Path, days: int = KEPT_DAYS, clock: Callable[[], float] = time.time
    ) -> None:
        self.path, self._days, self._clock = path, days, clock
        self._day = _day(path.stat().st_mtime) if path.exists() else self._today()
        self._forgotten: date | None = None

    def bound(self) -> None:
        """Moves a long log, or one of a former day, aside; who appends to it goes on doing so."""
        today = self._today()
        if self.path.exists() and self.path.stat().st_size:
            if self._day != today:
                self._move(f"{self.path.name}.{self._day.isoformat()}")
            elif self.path.stat().st_size >= LOG_LIMIT:
                self._move(f"{self.path.name}.1")
        self._day = today
        if self._forgotten != today:
            self._forget(today)
            self._forgotten = today

    def _move(self, name: str) -> None:
        aside = self.path.with_name(name)
        shutil.copyfile(self.path, aside)
        moment = self._clock()
        os.utime(aside, (moment, moment))
        os.truncate(self.path, 0)

    def _forget(self, today: date) -> None:
        for file in self.path.parent.glob(f"{self.path.name}.*"):
            if today - _day_of(file) >= timedelta(days=self._days):
                file.unlink(missing_ok=True)

    def _today(self) -> date:
        return _day(self._clock())


def _day_of(file: Path) -> date:
    """The day in its name; the overflow has none there and is of the day it was moved on."""
    try:
        return date.fromisoformat(file.suffix.removeprefix("."))
    except ValueError:
        return _day(file.stat().st_mtime)


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
