"""Owns noticing that the same e-mail address has been verified, or is being, in another case.

Addresses are compared by their keyed hash; nothing here says that two cases are one person.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.lifecycle import Status
from kyc.models import VerificationSession

_SEEN = (Status.PROCESSING, Status.REQUIRES_INPUT, Status.VERIFIED, Status.REJECTED)


def possible_duplicates(db: Session, sessions: Sequence[VerificationSession]) -> set[str]:
    """The ids of those whose address another case has too; one query for all."""
    hashes = {session.email_hash for session in sessions if session.email_hash is not None}
    shared = _shared(db, hashes)
    return {session.id for session in sessions if session.email_hash in shared}


def cases_like(db: Session, session: VerificationSession) -> int:
    """How many other cases have this session's address."""
    if session.email_hash is None:
        return 0
    query = select(func.count()).where(
        VerificationSession.email_hash == session.email_hash,
        VerificationSession.id != session.id,
        VerificationSession.status.in_(_SEEN),
    )
    return db.scalar(query) or 0


def _shared(db: Session, hashes: Collection[bytes]) -> set[bytes | None]:
    query = (
        select(VerificationSession.email_hash)
        .where(VerificationSession.email_hash.in_(hashes), VerificationSession.status.in_(_SEEN))
        .group_by(VerificationSession.email_hash)
        .having(func.count() > 1)
    )
    return set(db.scalars(query))
