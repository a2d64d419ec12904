"""Owns the census of epochs: which keys there are, what needs each, since when nothing does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.holds import not_held
from kyc.jobs import OwedJobName
from kyc.keeping.rows import COLUMNS
from kyc.models import KeyEpoch, OwedJob, VerificationSession
from kyc.policy.epochs import destroyed_on
from storage.boxes import recipient_of
from storage.recipients import Keys


@dataclass(frozen=True)
class Need:
    """How many rows need an epoch's key, by kind, and how many of those are of held cases."""

    rows: Counter[str] = field(default_factory=Counter)
    held: int = 0

    @property
    def total(self) -> int:
        return self.rows.total()


@dataclass(frozen=True)
class Counted:
    """One epoch as it stands; `due` is when its key is destroyed, None while it is needed."""

    name: str
    made_at: datetime
    need: Need
    idle_since: datetime | None
    due: datetime | None
    destroyed_at: datetime | None
    has_key: bool

    @property
    def is_lost(self) -> bool:
        """Rows need a key that is not there: a key store that is lost or not the right one."""
        return self.need.total > 0 and not self.has_key


def need_of(db: Session, epoch: str, now: datetime) -> Need:
    need, held = Counter[str](), 0
    for column in COLUMNS:
        mine = (column.epoch == epoch, column.needs(now))
        need[column.kind] += db.scalar(select(func.count()).where(*mine)) or 0
        if column.session is not None:
            kept = ~not_held(column.session, now)
            held += db.scalar(select(func.count()).where(*mine, kept)) or 0
    need["typed"] = _typed(db, epoch)
    return Need(+need, held)


def _typed(db: Session, epoch: str) -> int:
    """Details still in the box that intake put them into: no worker has taken them over yet.

    Their job is owed for as long as that takes, so only its sessions are looked at.
    """
    waiting = (
        select(VerificationSession.details)
        .join(OwedJob, OwedJob.subject_id == VerificationSession.id)
        .where(
            OwedJob.name == OwedJobName.TAKE_OVER,
            OwedJob.done_at.is_(None),
            VerificationSession.details.is_not(None),
        )
    )
    return sum(recipient_of(details or b"") == epoch for details in db.scalars(waiting))


def epochs_in_rows(db: Session) -> set[str]:
    """Every epoch that a wrapped key names, whether its key is there or not."""
    found: set[str] = set()
    for column in COLUMNS:
        found |= set(db.scalars(select(column.epoch).where(column.key.is_not(None)).distinct()))
    return found


def note_epochs(db: Session, keys: Keys, now: datetime) -> None:
    """Notes keys that are new, and since when each is needed by nothing. Idempotent.

    Raises KeyStoreError: a store that cannot be read must not look like an empty one.
    """
    keys.check()
    known = {epoch.name: epoch for epoch in db.scalars(select(KeyEpoch).with_for_update())}
    for name in keys.epochs():
        if name not in known:
            known[name] = KeyEpoch(name=name, made_at=now)
            db.add(known[name])
            record(
                db, Action.SYSTEM_KEY_EPOCH_CREATED, actor=SYSTEM, now=now, detail={"epoch": name}
            )
    for epoch in known.values():
        if epoch.destroyed_at is not None:
            continue
        if need_of(db, epoch.name, now).total:
            epoch.idle_since = None
        elif epoch.idle_since is None:
            epoch.idle_since = now
    db.flush()


def counted(db: Session, keys: Keys, now: datetime, window: timedelta) -> Sequence[Counted]:
    """All epochs, by name: those with a key, those that rows name, those destroyed."""
    there = set(keys.epochs())
    known = {epoch.name: epoch for epoch in db.scalars(select(KeyEpoch))}
    return [
        _counted(db, name, known.get(name), now, window, has_key=name in there)
        for name in sorted(there | set(known) | epochs_in_rows(db))
    ]


def _counted(
    db: Session,
    name: str,
    known: KeyEpoch | None,
    now: datetime,
    window: timedelta,
    *,
    has_key: bool,
) -> Counted:
    idle = known.idle_since if known else None
    need = need_of(db, name, now)
    is_idle = known is not None and known.destroyed_at is None and not need.total
    return Counted(
        name=name,
        made_at=known.made_at if known else now,
        need=need,
        idle_since=idle,
        due=destroyed_on(name, idle, window) if is_idle and idle else None,
        destroyed_at=known.destroyed_at if known else None,
        has_key=has_key,
    )
