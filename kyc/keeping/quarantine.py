"""Owns the quarantine: what does not open as it was stored is marked, told once, never shown."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.db import changed_one
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact

log = structlog.get_logger("kyc.quarantine")


def quarantine(db: Session, artifact_id: str, code: str, now: datetime) -> bool:
    """Marks it in the caller's transaction; False when it was marked or destroyed before.

    Its clock runs on: it is destroyed on its day like any other, held or purged with its case.
    """
    mark = (
        update(Artifact)
        .where(
            Artifact.id == artifact_id,
            Artifact.state == ArtifactState.STORED,
            Artifact.quarantined_at.is_(None),
        )
        .values(quarantined_at=now, quarantine_code=code)
    )
    if not changed_one(db, mark):
        return False
    artifact = db.get_one(Artifact, artifact_id)
    log.error("integrity_alarm", artifact=artifact_id, code=code)
    record(
        db,
        Action.SYSTEM_ARTIFACT_QUARANTINED,
        actor=SYSTEM,
        now=now,
        case=artifact.session_id,
        object_id=artifact_id,
        detail={"code": code, "stage": str(artifact.stage), "kind": artifact.kind},
    )
    return True


def quarantined(db: Session) -> Sequence[Artifact]:
    """Those whose key is still there, the latest first."""
    held = (Artifact.quarantined_at.is_not(None), Artifact.state == ArtifactState.STORED)
    return db.scalars(
        select(Artifact).where(*held).order_by(Artifact.quarantined_at.desc(), Artifact.id)
    ).all()


def count_quarantined(db: Session) -> int:
    held = (Artifact.quarantined_at.is_not(None), Artifact.state == ArtifactState.STORED)
    return db.scalar(select(func.count()).where(*held)) or 0
