"""Owns looking at an image: under a claim or break-glass, in budget, never without an event."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.alarms import AlarmKind, raise_alarm
from kyc.audit import Action, Actor, record
from kyc.db import lock
from kyc.errors import KycError, NotFoundError
from kyc.holds import purpose_under_order
from kyc.lifecycle import SEEN_BY_STAFF, ArtifactState
from kyc.models import Artifact, Staff
from kyc.restrictions import require_unrestricted
from kyc.review.break_glass import grant_of
from kyc.review.budget import (
    Allowance,
    FactorNeededError,
    SpentError,
    count_look,
    require_allowance,
)
from kyc.review.claims import my_claim, require_claim

SCREEN_SIDE = 1600
ZOOMED_SIDE = 2000

_ALARMS: dict[type[KycError], AlarmKind] = {
    FactorNeededError: AlarmKind.VIEWS_HOUR,
    SpentError: AlarmKind.VIEWS_DAY,
}


def look(
    db: Session, artifact_id: str, staff_id: str, allowance: Allowance, now: datetime
) -> Artifact:
    """Records the look, before a byte goes out; the caller opens the artifact after the commit.

    Raises NotFoundError for a picture as it was sent, RestrictedError, ConflictError without a
    live claim or break-glass grant, FactorNeededError and SpentError beyond the allowance. Whoever
    catches one of the last four records it with `record_refusal`, in a transaction of its own.
    """
    artifact = db.get(Artifact, artifact_id)
    if artifact is None or artifact.stage not in SEEN_BY_STAFF:
        raise NotFoundError("no such image")
    require_unrestricted(db, artifact.session_id)
    purpose = _purpose(db, artifact.session_id, staff_id, now)
    if artifact.state != ArtifactState.STORED:
        raise NotFoundError("the image has been destroyed")
    lock(db, db.get_one(Staff, staff_id))  # looks at once are counted one after the other
    require_allowance(db, staff_id, allowance, now)
    count_look(db, staff_id, now)
    record(
        db,
        Action.STAFF_ARTIFACT_VIEWED,
        actor=Actor("staff", staff_id),
        now=now,
        case=artifact.session_id,
        object_id=artifact.id,
        detail={"reason": purpose},
    )
    return artifact


def record_refusal(
    db: Session, artifact_id: str, staff_id: str, error: KycError, now: datetime
) -> None:
    """One event of a look that was refused; beyond the budget it alarms too."""
    artifact = db.get(Artifact, artifact_id)
    record(
        db,
        Action.STAFF_LOOK_REFUSED,
        actor=Actor("staff", staff_id),
        now=now,
        case=artifact.session_id if artifact else None,
        object_id=artifact.id if artifact else None,
        detail={"reason": error.code},
    )
    if type(error) in _ALARMS:
        raise_alarm(db, _ALARMS[type(error)], staff_id, now)


def _purpose(db: Session, session_id: str, staff_id: str, now: datetime) -> str:
    under_order = purpose_under_order(db, session_id, staff_id, now)
    if under_order is not None:
        return under_order
    if grant_of(db, session_id, staff_id, now) is not None:
        claim = my_claim(db, staff_id, now)
        if claim is None or claim.session_id != session_id:
            return "break_glass"
    require_claim(db, session_id, staff_id, now)
    return "review"


def record_view(db: Session, session_id: str, staff_id: str, now: datetime) -> None:
    """Records that the details of a case were shown to who works it. Raises RestrictedError."""
    require_unrestricted(db, session_id)
    actor = Actor("staff", staff_id)
    record(db, Action.STAFF_CASE_VIEWED, actor=actor, now=now, case=session_id)
