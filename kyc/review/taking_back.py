"""Owns taking a verdict back while nothing has come of it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.db import changed_one
from kyc.errors import ConflictError, NotFoundError
from kyc.models import Claim, GivenVerdict, VerificationSession
from kyc.restrictions import require_unrestricted
from kyc.review.claims import release

TAKE_BACK = timedelta(seconds=10)
"""For so long after a verdict nothing is sent and the customer's page stays as it was."""


def pending_verdict(db: Session, staff_id: str, now: datetime) -> GivenVerdict | None:
    """The newest verdict of this person that can surely still be taken back."""
    return db.scalars(
        select(GivenVerdict)
        .where(
            GivenVerdict.staff_id == staff_id,
            GivenVerdict.state == "pending",
            GivenVerdict.at > now - TAKE_BACK,
        )
        .order_by(GivenVerdict.at.desc())
        .limit(1)
    ).one_or_none()


def take_back(db: Session, verdict_id: str, staff_id: str, now: datetime) -> GivenVerdict:
    """Undoes the verdict: the case is claimed by the same person again, in the lane it was in.

    A case that they took up meanwhile goes back to the queue. Raises NotFoundError for a verdict
    that is not theirs, RestrictedError, ConflictError once it has taken effect.
    """
    verdict = db.get(GivenVerdict, verdict_id)
    if verdict is None or verdict.staff_id != staff_id:
        raise NotFoundError("no such verdict")
    session = db.get_one(VerificationSession, verdict.session_id)
    require_unrestricted(db, session.id)
    undone = (
        update(GivenVerdict)
        .where(GivenVerdict.id == verdict_id, GivenVerdict.state == "pending")
        .values(state="taken_back", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    if not changed_one(db, undone):
        raise ConflictError("it is too late to take this back: it has taken effect")
    db.refresh(verdict)
    _claim_again(db, verdict, now)
    session.review_lane = verdict.lane
    session.version += 1
    record(
        db,
        Action.STAFF_VERDICT_TAKEN_BACK,
        actor=Actor("staff", staff_id),
        now=now,
        case=session.id,
        object_id=verdict.id,
    )
    return verdict


def undo_pending(db: Session, session: VerificationSession, now: datetime) -> None:
    """Takes back what has not taken effect, whoever gave it: the case is where it was, unclaimed.

    The caller has locked the session.
    """
    pending = (GivenVerdict.session_id == session.id, GivenVerdict.state == "pending")
    for verdict in db.scalars(select(GivenVerdict).where(*pending).with_for_update()):
        verdict.state, verdict.settled_at = "taken_back", now
        session.review_lane = verdict.lane
        session.version += 1
        record(
            db,
            Action.SYSTEM_VERDICT_TAKEN_BACK,
            actor=SYSTEM,
            now=now,
            case=session.id,
            object_id=verdict.id,
        )


def _claim_again(db: Session, verdict: GivenVerdict, now: datetime) -> None:
    """One open claim at a time: what was taken up in between is released first."""
    other = db.scalars(select(Claim).where(Claim.staff_id == verdict.staff_id)).one_or_none()
    if other is not None and other.expires_at > now:
        release(db, other.session_id, verdict.staff_id, now)
    db.flush()
    db.execute(delete(Claim).where(Claim.staff_id == verdict.staff_id))
    db.add(
        Claim(
            session_id=verdict.session_id,
            staff_id=verdict.staff_id,
            claimed_at=verdict.claimed_at,
            expires_at=verdict.claim_expires_at,
        )
    )
    db.flush()
