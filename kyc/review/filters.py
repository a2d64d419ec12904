"""Owns the filters of the queue: what each one means as a condition."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_

from kyc.lifecycle import UploadState
from kyc.models import Upload, VerificationSession
from kyc.review.duplicates import has_the_address_of_another, shows_the_same

MANY_ATTEMPTS = 3
OLD, LATE = timedelta(hours=4), timedelta(hours=24)


class Flag(StrEnum):
    ASKED_AGAIN = "asked_again"
    TO_CONFIRM = "to_confirm"
    DUPLICATE = "duplicate"


class Age(StrEnum):
    OLD = "old"
    LATE = "late"


_ASKS_OTHER_TABLES = frozenset({Flag.TO_CONFIRM, Flag.DUPLICATE})
FAR, NEAR = 2000, 250
"""A page costs the same in every queue since it looks no further than this. Country, document and
attempt stand in the indexes of the tabs; the other flags ask other tables about each case."""


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; an empty value narrows nothing.

    `country` is ISO 3166-1 alpha-2; an attempt of `MANY_ATTEMPTS` means that one or a later one.
    """

    country: str = ""
    document: str = ""
    attempt: int | None = None
    flag: Flag | None = None
    age: Age | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def reach(self) -> int:
        """How many cases of a tab are looked at for one page."""
        return NEAR if self.flag in _ASKS_OTHER_TABLES else FAR

    def latest(self, now: datetime) -> datetime | None:
        """Since when a case is counted at the latest."""
        return now - {Age.OLD: OLD, Age.LATE: LATE}[self.age] if self.age else None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What each case is asked."""
        found: list[ColumnElement[bool]] = []
        if self.country:
            found.append(VerificationSession.document_country == self.country)
        if self.document:
            found.append(VerificationSession.document_type == self.document)
        if self.attempt is not None:
            found.append(_attempt(self.attempt))
        if self.flag is not None:
            found.append(_flag(self.flag))
        return found


def doubtful() -> ColumnElement[bool]:
    """Confirmed by the customer although the program was not sure that all is covered."""
    return and_(
        Upload.state == UploadState.CONFIRMED,
        Upload.reasons.is_not(None),
        cast(Upload.reasons, String) != "[]",
    )


def _attempt(number: int) -> ColumnElement[bool]:
    column = VerificationSession.attempt
    return column >= number if number >= MANY_ATTEMPTS else column == number


def _flag(flag: Flag) -> ColumnElement[bool]:
    if flag == Flag.ASKED_AGAIN:
        return VerificationSession.attempt > 1
    if flag == Flag.DUPLICATE:
        return or_(shows_the_same(), has_the_address_of_another())
    return exists().where(and_(Upload.session_id == VerificationSession.id, doubtful()))
