"""Owns the clock of a request: when its answer is due by law, and when officers are reminded."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from kyc.models import PrivacyRequest
from kyc.policy.rights import ALARM_DAYS, ALARMS_BEFORE_END, MONTHS, MONTHS_MORE, TARGET

DAY_ENDS_IN_THE_EAST = time(21, tzinfo=UTC)
"""Midnight of Helsinki, Athens and Nicosia in summer: no day of the Union ends before."""


def due_by_law(received_at: datetime, months: int = MONTHS) -> datetime:
    """GDPR Art. 12(3), counted by Regulation (EEC, Euratom) No 1182/71, Art. 3(1) and 3(2)(c).

    The day of receipt does not count, and the period ends with the last hour of the day of the
    same date, or of the last day of a month that lacks it. It is not prolonged over a weekend or
    holiday (Art. 3(4)), and the day ends where it ends first, so that nobody is ever told a later
    moment than the law's.
    """
    day = _months_on(received_at.astimezone(UTC).date(), months)
    return datetime.combine(day, DAY_ENDS_IN_THE_EAST)


def extended_due(received_at: datetime) -> datetime:
    """Two further months, counted from receipt as one period of three (EDPB Guidelines 01/2022)."""
    return due_by_law(received_at, MONTHS + MONTHS_MORE)


def target_of(received_at: datetime) -> datetime:
    return received_at + TARGET


def alarms_of(request: PrivacyRequest) -> list[datetime]:
    """When officers are reminded of it while it is not answered, in order."""
    if request.extended_at is not None:
        return [request.due_at - before for before in ALARMS_BEFORE_END]
    days = (request.received_at + timedelta(days=number) for number in ALARM_DAYS)
    return [min(day, request.due_at) for day in days]


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
