"""Owns the published public halves: workers write them, the customer-facing process reads."""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit import SYSTEM, Action, record
from kyc.clock import Clock, month_epoch
from kyc.db import reading
from kyc.models import IntakeKey
from kyc.tokens import Lookup
from storage.errors import NoRecipientError
from storage.recipients import Recipients

log = structlog.get_logger(__name__)

FRESH_SECONDS = 60.0
"""So long a process seals to a half that it has read without looking again."""


@dataclass
class Published:
    """The halves that workers have published, each proven by its mark; safe for threads."""

    sessions: sessionmaker[Session]
    lookup: Lookup
    now: Clock
    ticks: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def public_half(self, epoch: str) -> bytes:
        """Raises NoRecipientError where none is published, or a stranger wrote it."""
        read_at, half = self._known.get(epoch, (0.0, b""))
        if not half or self.ticks() - read_at > FRESH_SECONDS:
            half = self._read(epoch)
            self._known[epoch] = self.ticks(), half
        return half

    def check(self) -> None:
        self.public_half(month_epoch(self.now()))

    def _read(self, epoch: str) -> bytes:
        with reading(self.sessions) as db:
            row = db.get(IntakeKey, epoch)
        if row is None:
            raise NoRecipientError(
                f"no key to seal to is published for {epoch}: start a worker, which publishes it"
            )
        if not hmac.compare_digest(row.mac, _mark(self.lookup, epoch, row.public_half)):
            log.error("integrity_alarm", epoch=epoch, code="forged_recipient")
            raise NoRecipientError(f"the published key of {epoch} was not written by a worker")
        return row.public_half


def publish_due(db: Session, keys: Recipients, lookup: Lookup, now: datetime) -> list[str]:
    """Publishes this month's half and the next month's; returns those that had to be put right.

    A half that is not the one of our own key is an attack or a mix-up: it is replaced.
    """
    corrected = []
    for epoch in (month_epoch(now), month_epoch(now.replace(day=1) + timedelta(days=32))):
        if _publish(db, epoch, keys.public_half(epoch), lookup, now):
            corrected.append(epoch)
    return corrected


def forget_published(db: Session, epoch: str) -> None:
    """Nobody seals to this epoch any more; for when its key is destroyed."""
    db.execute(delete(IntakeKey).where(IntakeKey.epoch == epoch))


def _publish(db: Session, epoch: str, half: bytes, lookup: Lookup, now: datetime) -> bool:
    mark = _mark(lookup, epoch, half)
    row = db.get(IntakeKey, epoch, with_for_update=True)
    if row is None:
        db.add(IntakeKey(epoch=epoch, public_half=half, mac=mark, created_at=now))
        db.flush()
        _note(db, Action.SYSTEM_INTAKE_KEY_PUBLISHED, epoch, now)
        return False
    if (row.public_half, row.mac) == (half, mark):
        return False
    log.error("integrity_alarm", epoch=epoch, code="forged_recipient")
    row.public_half, row.mac, row.created_at = half, mark, now
    _note(db, Action.SYSTEM_INTAKE_KEY_CORRECTED, epoch, now)
    return True


def _note(db: Session, action: Action, epoch: str, now: datetime) -> None:
    record(db, action, actor=SYSTEM, now=now, detail={"epoch": epoch})


def _mark(lookup: Lookup, epoch: str, half: bytes) -> bytes:
    return lookup.hash("intake-key", f"{epoch}:{half.hex()}")
