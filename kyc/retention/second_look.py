"""Owns the second look: whether what was proven to be gone has stayed away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact
from kyc.retention.deployment import Deployment
from storage.objects import Absence

log = structlog.get_logger("kyc.purge")

SLICE = 1000
SPAN = timedelta(days=3)
"""A daily run so looks at each at least once a day or more after its purge, if one run fails."""

_NOTHING = Absence(0, 0, 0)


def look_again(deployment: Deployment) -> int:
    """Lists again what was purged lately and removes what came back; returns how much did.

    Raises StorageError when the store is away: the next day's run looks at the same.
    """
    since, after, returned = deployment.now() - SPAN, "", 0
    while True:
        with deployment.reading() as db:
            purged = _purged(db, since, after)
        if not purged:
            return returned
        after = purged[-1].id
        returned += _look_at(deployment, {artifact.object_name: artifact for artifact in purged})


def _look_at(deployment: Deployment, purged: Mapping[str, Artifact]) -> int:
    shredded = deployment.vault.shred_all(purged)
    for name in shredded.left:
        log.error("purged_object_is_back", artifact=purged[name].id, removed=False)
    back = {name: absence for name, absence in shredded.gone.items() if absence != _NOTHING}
    if not back:
        return len(shredded.left)
    with deployment.transaction() as db:
        for name, absence in back.items():
            log.error("purged_object_is_back", artifact=purged[name].id, removed=True)
            _record(db, purged[name], absence, deployment.now())
    return len(back) + len(shredded.left)


def _purged(db: Session, since: datetime, after: str) -> Sequence[Artifact]:
    return db.scalars(
        select(Artifact)
        .where(
            Artifact.state == ArtifactState.PURGED,
            Artifact.purged_at >= since,
            Artifact.id > after,
        )
        .order_by(Artifact.id)
        .limit(SLICE)
    ).all()


def _record(db: Session, artifact: Artifact, absence: Absence, now: datetime) -> None:
    record(
        db,
        Action.SYSTEM_PURGE_CAME_BACK,
        actor=SYSTEM,
        now=now,
        case=artifact.session_id,
        object_id=artifact.id,
        detail={
            "versions": absence.versions,
            "markers": absence.markers,
            "uploads": absence.uploads,
        },
    )
