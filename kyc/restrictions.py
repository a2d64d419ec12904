"""Owns the question whether a case is restricted: whoever looks or decides must ask it."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyc.db import lock
from kyc.errors import ConflictError
from kyc.models import Restriction, VerificationSession


class RestrictedError(ConflictError):
    """The case is restricted (GDPR Art. 18): it is kept, and nothing else is done with it."""

    code = "restricted"

    def __init__(self) -> None:
        super().__init__(
            "the processing of this case is restricted: nobody looks at it or decides it until a"
            " privacy officer lifts that"
        )


def not_restricted(session_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """For a WHERE. As with holds, lock the sessions in that statement and ask again in the next."""
    mine = select(Restriction.id).where(Restriction.session_id == session_id, _IN_FORCE)
    return ~mine.exists()


def restriction_on(db: Session, session_id: str) -> Restriction | None:
    """The restriction in force on this case, if there is one."""
    return db.scalars(
        select(Restriction).where(Restriction.session_id == session_id, _IN_FORCE)
    ).one_or_none()


def restricted_among(db: Session, session_ids: Iterable[str]) -> set[str]:
    """Those of the cases that are restricted."""
    mine = Restriction.session_id.in_(set(session_ids))
    return set(db.scalars(select(Restriction.session_id).where(mine, _IN_FORCE)))


def require_unrestricted(db: Session, session_id: str) -> None:
    """Raises RestrictedError. The session is held until the transaction ends.

    So a look or a verdict and a restriction that is being set wait for each other: what is
    committed first counts, and nothing begins after a restriction.
    """
    session = db.get(VerificationSession, session_id)
    if session is not None:
        lock(db, session)
    if restriction_on(db, session_id) is not None:
        raise RestrictedError


_IN_FORCE = Restriction.lifted_at.is_(None)
