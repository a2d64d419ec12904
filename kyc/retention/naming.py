"""Owns finding verifications by what people have in hand: the id, or the business's reference."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kyc.errors import ConflictError, NotFoundError
from kyc.models import VerificationSession


def sessions_named(db: Session, name: str) -> Sequence[VerificationSession]:
    """All that bear this id or reference, oldest first. Raises NotFoundError for none."""
    named = or_(VerificationSession.id == name, VerificationSession.client_reference_id == name)
    found = db.scalars(
        select(VerificationSession).where(named).order_by(VerificationSession.created_at)
    ).all()
    if not found:
        raise NotFoundError("no verification has this id or reference")
    return found


def session_named(db: Session, name: str) -> VerificationSession:
    """The one that bears it. Raises ConflictError when a reference stands for several."""
    found = sessions_named(db, name)
    if len(found) > 1:
        ids = ", ".join(session.id for session in found)
        raise ConflictError(
            f"this reference stands for {len(found)} verifications: name one, {ids}"
        )
    return found[0]
