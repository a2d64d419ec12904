"""Owns looking at an image: only under the viewer's claim, and never without an event."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.errors import NotFoundError
from kyc.lifecycle import ArtifactState, Stage
from kyc.models import Artifact
from kyc.review.claims import require_claim

SCREEN_SIDE = 1600
ZOOMED_SIDE = 2000


def look(db: Session, artifact_id: str, staff_id: str, now: datetime) -> Artifact:
    """Records the look, before a byte goes out; the caller opens the artifact after the commit.

    Raises NotFoundError for what is not a review copy, ConflictError without a live claim.
    """
    artifact = db.get(Artifact, artifact_id)
    if artifact is None or artifact.stage != Stage.REVIEW:
        raise NotFoundError("no such image")
    require_claim(db, artifact.session_id, staff_id, now)
    if artifact.state != ArtifactState.STORED:
        raise NotFoundError("the image has been destroyed")
    record(
        db,
        Action.STAFF_ARTIFACT_VIEWED,
        actor=Actor("staff", staff_id),
        now=now,
        case=artifact.session_id,
        object_id=artifact.id,
        detail={"reason": "review"},
    )
    return artifact


def record_view(db: Session, session_id: str, staff_id: str, now: datetime) -> None:
    """Records that the details of a case were shown to who works it."""
    actor = Actor("staff", staff_id)
    record(db, Action.STAFF_CASE_VIEWED, actor=actor, now=now, case=session_id)
