"""Owns the clock: the real one, or for a demonstration the real one moved by a fixed span."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

Clock = Callable[[], datetime]

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Uptime(NamedTuple):
    """Seconds since this machine's last start, which has an id; sleep counts, see time(7)."""

    boot: str
    seconds: float


def real_uptime() -> Uptime | None:
    """A clock that nobody can set. None where the system does not tell which start it was."""
    try:
        return Uptime(_BOOT.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):
        return None


def real_clock() -> datetime:
    return datetime.now(UTC)


def moved_clock(offset: timedelta) -> Clock:
    """A clock that runs at the real speed, `offset` ahead; settings allow it in a demo only."""

    def now() -> datetime:
        return real_clock() + offset

    return now


def month_epoch(now: datetime) -> str:
    """The rolling key epoch: one key-encryption key serves one calendar month."""
    return now.strftime("%Y-%m")


def written(at: datetime | None) -> str | None:
    """To the second, UTC, as files for others have it (RFC 3339); None stays None."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
