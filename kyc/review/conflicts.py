"""Owns conflicts of interest: nobody works the case of themselves or of somebody close."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.errors import ConflictError, NotFoundError
from kyc.models import Claim, Conflict, Staff, VerificationSession


def related(staff_id: str) -> ColumnElement[bool]:
    """Whether the session's person has this colleague's e-mail address, or they said so.

    The addresses are compared by their keyed hashes; what has none is nobody's.
    """
    declared = exists().where(
        Conflict.session_id == VerificationSession.id, Conflict.staff_id == staff_id
    )
    same = exists().where(Staff.id == staff_id, Staff.email_hash == VerificationSession.email_hash)
    return or_(declared, same)


def related_among(db: Session, session_ids: Collection[str], staff_id: str) -> set[str]:
    """Those of the cases whose person this colleague is related to."""
    query = select(VerificationSession.id).where(VerificationSession.id.in_(session_ids))
    return set(db.scalars(query.where(related(staff_id)))) if session_ids else set()


def require_unrelated(db: Session, session_id: str, staff_id: str) -> None:
    """Raises ConflictError for a case that somebody else must review."""
    query = select(related(staff_id)).where(VerificationSession.id == session_id)
    if db.scalar(query):
        raise ConflictError("you are related to the person of this case: somebody else reviews it")


def declare(db: Session, session_id: str, staff_id: str, now: datetime) -> None:
    """The case goes back if this person holds it, and is never offered to them again.

    Raises NotFoundError for no such case; declaring twice changes nothing.
    """
    if db.get(VerificationSession, session_id, with_for_update=True) is None:
        raise NotFoundError("no such case")
    if db.get(Conflict, (session_id, staff_id)) is not None:
        return
    db.add(Conflict(session_id=session_id, staff_id=staff_id, declared_at=now))
    claim = db.get(Claim, session_id)
    held = claim is not None and claim.staff_id == staff_id
    if held:
        db.delete(claim)
    record(
        db,
        Action.STAFF_CONFLICT_DECLARED,
        actor=Actor("staff", staff_id),
        now=now,
        case=session_id,
        detail={"released": held},
    )
