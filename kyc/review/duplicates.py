"""Owns noticing that the same e-mail address has been verified, or is being, in another case.

Addresses are compared by their keyed hash; nothing here says that two cases are one person.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import select
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
    query = select(VerificationSession.id, VerificationSession.status).where(
        VerificationSession.email_hash == session.email_hash
    )
    others = [status for other, status in db.execute(query) if other != session.id]
    return sum(status in _SEEN for status in others)


def _shared(db: Session, hashes: Collection[bytes]) -> set[bytes | None]:
    """The status is looked at here, so that the database goes by the hash and by nothing else."""
    if not hashes:
        return set()
    query = select(VerificationSession.email_hash, VerificationSession.status).where(
        VerificationSession.email_hash.in_(hashes)
    )
    found = Counter(hashed for hashed, status in db.execute(query) if status in _SEEN)
    return {hashed for hashed, cases in found.items() if cases > 1}
