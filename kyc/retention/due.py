"""Owns the question what is due for destruction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, VerificationSession

_LIVE = (ArtifactState.STORING, ArtifactState.STORED)


@dataclass(frozen=True)
class DueGroup:
    """How many things of one kind fall due under one rule, and the first of those moments."""

    kind: str
    rule: str
    first_due_at: datetime
    count: int


def due_artifacts(db: Session, now: datetime, limit: int) -> Sequence[Artifact]:
    """Artifacts whose time is over, oldest due first; those being purged come again."""
    return db.scalars(
        select(Artifact)
        .where(Artifact.state.in_(_LIVE), Artifact.destroy_at <= now)
        .order_by(Artifact.destroy_at, Artifact.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def purging_artifacts(db: Session, limit: int) -> Sequence[Artifact]:
    return db.scalars(
        select(Artifact)
        .where(Artifact.state == ArtifactState.PURGING)
        .order_by(Artifact.destroy_at, Artifact.id)
        .limit(limit)
    ).all()


def due_records(db: Session, now: datetime, limit: int) -> Sequence[VerificationSession]:
    """Sessions whose details are to be destroyed; never before their images are."""
    return db.scalars(
        select(VerificationSession)
        .where(
            VerificationSession.record_destroy_at <= now,
            VerificationSession.record_destroyed_at.is_(None),
        )
        .order_by(VerificationSession.record_destroy_at, VerificationSession.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def groups(db: Session, until: datetime) -> list[DueGroup]:
    """What falls due up to `until`, by kind and rule, soonest first."""
    images = (
        select(Artifact.kind, Artifact.destroy_rule, func.min(Artifact.destroy_at), func.count())
        .where(Artifact.state.in_(_LIVE), Artifact.destroy_at <= until)
        .group_by(Artifact.kind, Artifact.destroy_rule)
    )
    records = (
        select(
            VerificationSession.record_rule,
            func.min(VerificationSession.record_destroy_at),
            func.count(),
        )
        .where(
            VerificationSession.record_destroy_at <= until,
            VerificationSession.record_destroyed_at.is_(None),
        )
        .group_by(VerificationSession.record_rule)
    )
    found = [DueGroup(k, r or "", at, n) for k, r, at, n in db.execute(images) if at]
    found += [DueGroup("record", r or "", at, n) for r, at, n in db.execute(records) if at]
    return sorted(found, key=lambda group: (group.first_due_at, group.kind, group.rule))


def overdue(db: Session, before: datetime) -> int:
    """How many artifacts should have been destroyed before `before` and still have a key."""
    return (
        db.scalar(
            select(func.count())
            .select_from(Artifact)
            .where(Artifact.state.in_(_LIVE), Artifact.destroy_at < before)
        )
        or 0
    )
