"""Owns the end of an epoch: its key is destroyed when nothing needs it and no backup does."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.errors import ConflictError, NotFoundError
from kyc.intake_keys import forget_published
from kyc.keeping.census import need_of, note_epochs
from kyc.keeping.deployment import Deployment
from kyc.models import KeyEpoch
from kyc.policy.epochs import destroyed_on
from storage.errors import KeyGoneError, KeyStoreError, StorageError
from storage.keys import EPOCH_KEY_LENGTH
from storage.recipients import Keys

log = structlog.get_logger("kyc.keys")

_PROBE = b"kyc/destroyed/v1"


class KeyNotGoneError(StorageError):
    """The key provider still opens what an epoch wrapped that it was told to destroy."""

    code = "key_not_gone"


def destroy_epoch(
    deployment: Deployment, name: str, *, window: timedelta, by: Actor = SYSTEM
) -> None:
    """Destroys the epoch's key, proves that it is gone, writes that down.

    Raises ConflictError that says why it is too early, NotFoundError, KeyNotGoneError. A run that
    was cut short is ended by the next one; one that has ended changes nothing.
    """
    keys = deployment.vault.keys
    with deployment.transaction() as db:
        note_epochs(db, keys, deployment.now())
    with deployment.transaction() as db:
        epoch = _locked(db, name)
        if epoch.destroyed_at is not None:
            raise ConflictError(f"the key of {name} was destroyed on {epoch.destroyed_at:%Y-%m-%d}")
        _must_be_due(db, epoch, deployment.now(), window)
        epoch.destroy_begun_at = epoch.destroy_begun_at or deployment.now()
    _destroy(keys, name)
    with deployment.transaction() as db:
        epoch = _locked(db, name)
        if epoch.destroyed_at is None:
            epoch.destroyed_at = deployment.now()
            forget_published(db, name)
            _record(db, name, by, deployment.now())


def destroy_due(deployment: Deployment, window: timedelta) -> list[str]:
    """Every epoch whose day has come, and those whose destruction was cut short; their names."""
    now = deployment.now()
    with deployment.reading() as db:
        waiting = db.scalars(select(KeyEpoch).where(KeyEpoch.destroyed_at.is_(None))).all()
    done = []
    for epoch in waiting:
        if not _is_due(epoch, now, window):
            continue
        try:
            destroy_epoch(deployment, epoch.name, window=window)
        except ConflictError as error:
            log.warning("key_epoch_kept", epoch=epoch.name, reason=str(error))
        except StorageError as error:
            log.error("key_epoch_not_destroyed", epoch=epoch.name, code=error.code)
        else:
            done.append(epoch.name)
    return done


def destroyed_epochs(db: Session) -> Sequence[KeyEpoch]:
    return db.scalars(
        select(KeyEpoch).where(KeyEpoch.destroyed_at.is_not(None)).order_by(KeyEpoch.name)
    ).all()


def _is_due(epoch: KeyEpoch, now: datetime, window: timedelta) -> bool:
    if epoch.destroy_begun_at is not None:
        return True
    due = destroyed_on(epoch.name, epoch.idle_since, window) if epoch.idle_since else None
    return due is not None and due <= now


def _must_be_due(db: Session, epoch: KeyEpoch, now: datetime, window: timedelta) -> None:
    need = need_of(db, epoch.name, now)
    if need.total:
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(need.rows.items()))
        raise ConflictError(
            f"rows need the key of {epoch.name} ({counts}; {need.held} of held cases): what runs"
            " on is moved by `kyc keys rotate`, the rest goes on its day"
        )
    if epoch.destroy_begun_at is not None:
        return
    due = destroyed_on(epoch.name, epoch.idle_since or now, window)
    if due is None:
        raise ConflictError(f"{epoch.name} is no month, so nobody can say when its time is over")
    if due > now:
        raise ConflictError(
            f"backups that need the key of {epoch.name} may be kept until {due:%Y-%m-%d}"
            f" (KYC_BACKUP_DAYS={window.days}): it is destroyed by itself on that day"
        )


def _destroy(keys: Keys, name: str) -> None:
    """Wraps a probe first, and tries to open it afterwards: the proof asks the provider itself."""
    try:
        probe = keys.wrap(os.urandom(EPOCH_KEY_LENGTH), name, _PROBE)
    except KeyGoneError:
        probe = None  # a run before this one got so far
    keys.destroy(name)
    if name in keys.epochs():
        raise KeyNotGoneError(f"the key of {name} is still listed")
    if probe is None:
        return
    try:
        keys.unwrap(probe, _PROBE)
    except KeyGoneError:
        return
    except KeyStoreError as error:
        raise KeyNotGoneError(f"whether the key of {name} is gone cannot be told") from error
    raise KeyNotGoneError(f"the key of {name} still opens what it wrapped")


def _locked(db: Session, name: str) -> KeyEpoch:
    epoch = db.get(KeyEpoch, name, with_for_update=True)
    if epoch is None:
        raise NotFoundError(f"there is no key of an epoch {name}: `kyc keys list` shows all")
    return epoch


def _record(db: Session, name: str, by: Actor, now: datetime) -> None:
    record(
        db,
        Action(f"{by.kind}:key_epoch:destroyed"),
        actor=by,
        now=now,
        detail={"epoch": name},
    )
