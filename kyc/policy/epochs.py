"""Owns which key epoch a thing belongs to: the month in which it is to be forgotten."""

import re
from datetime import UTC, datetime, timedelta

from kyc.clock import month_epoch

GRACE = timedelta(days=1)
"""A month's key is kept so long after its end: clocks differ, and a transaction may still run."""

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


def epoch_for(now: datetime, *clocks: datetime | None) -> str:
    """The month of the latest of the moments: when it is due, and until when it is held.

    What has no day yet, since the relationship runs, belongs to the month of `now`; so does what
    should be gone already. STORAGE: keys by expiry epoch.
    """
    return month_epoch(max([now, *(moment for moment in clocks if moment is not None)]))


def span_of(epoch: str) -> tuple[datetime, datetime] | None:
    """Start and end of the epoch's month, the end excluded; None for a name of another form."""
    match = _MONTH.fullmatch(epoch)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if not 1 <= year < 9999:
        return None
    start = datetime(year, month, 1, tzinfo=UTC)
    return start, start.replace(year=year + month // 12, month=month % 12 + 1)


def destroyed_on(epoch: str, idle_since: datetime, window: timedelta) -> datetime | None:
    """When an epoch that no row needs is to be destroyed; None for one that is not a month.

    Not before its month is over, nor before the last backup that needs its key is `window` old.
    """
    span = span_of(epoch)
    return max(idle_since + window, span[1] + GRACE) if span else None
