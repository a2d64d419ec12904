"""Owns noticing that a case shows what another account's case shows too, or its e-mail address.

Everything is compared by keyed hashes; nothing here says that two cases are one person.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kyc.lifecycle import Status
from kyc.models import SeenHash, VerificationSession
from kyc.seen import SeenKind

_SEEN = (Status.PROCESSING, Status.REQUIRES_INPUT, Status.VERIFIED, Status.REJECTED)
MOST_NAMED = 10
"""So many of the other cases are named, the newest first."""


def possible_duplicates(db: Session, sessions: Sequence[VerificationSession]) -> set[str]:
    """The ids of those that share an address or anything seen with another; two queries for all."""
    hashes = {session.email_hash for session in sessions if session.email_hash is not None}
    shared = _shared(db, hashes)
    found = {session.id for session in sessions if session.email_hash in shared}
    ids = [session.id for session in sessions]
    query = select(VerificationSession.id).where(VerificationSession.id.in_(ids), shows_the_same())
    return found | set(db.scalars(query))


def is_possible_duplicate(db: Session, session: VerificationSession) -> bool:
    return bool(possible_duplicates(db, [session]))


def cases_like(db: Session, session: VerificationSession) -> int:
    """How many other cases have this session's address."""
    if session.email_hash is None:
        return 0
    query = select(VerificationSession.id, VerificationSession.status).where(
        VerificationSession.email_hash == session.email_hash
    )
    others = [status for other, status in db.execute(query) if other != session.id]
    return sum(status in _SEEN for status in others)


def cases_showing(
    db: Session, session: VerificationSession, kind: SeenKind
) -> Sequence[VerificationSession]:
    """Other accounts' cases that show the same of this kind: one more than are named, at most."""
    mine, other, me = aliased(SeenHash), aliased(SeenHash), aliased(VerificationSession)
    same = (
        select(other.session_id)
        .join(mine, _same(mine, other))
        .where(mine.session_id == session.id, mine.kind == kind)
    )
    query = (
        select(VerificationSession)
        .join(me, me.id == session.id)
        .where(VerificationSession.id.in_(same), _counts(me, VerificationSession))
        .order_by(VerificationSession.created_at.desc(), VerificationSession.id)
    )
    return db.scalars(query.limit(MOST_NAMED + 1)).all()


def shows_the_same() -> ColumnElement[bool]:
    """Whether another account's case shows a file, number or person of the session's."""
    mine, other, twin = aliased(SeenHash), aliased(SeenHash), aliased(VerificationSession)
    found = (
        select(mine.session_id)
        .join(other, _same(mine, other))
        .join(twin, twin.id == other.session_id)
        .where(mine.session_id == VerificationSession.id, _counts(VerificationSession, twin))
        .correlate(VerificationSession)
    )
    return exists(found)


def has_the_address_of_another() -> ColumnElement[bool]:
    twin = aliased(VerificationSession)
    found = (
        select(twin.id)
        .where(
            twin.email_hash == VerificationSession.email_hash,
            twin.id != VerificationSession.id,
            _is_seen(twin),
        )
        .correlate(VerificationSession)
    )
    return exists(found)


def _same(mine: type[SeenHash], other: type[SeenHash]) -> ColumnElement[bool]:
    return and_(
        other.hash == mine.hash, other.kind == mine.kind, other.session_id != mine.session_id
    )


def _counts(
    session: type[VerificationSession], other: type[VerificationSession]
) -> ColumnElement[bool]:
    """Sent or being filled in, for another account.

    The business's own reference says which account it is; where one of the two has none, the
    address does. What has neither is nobody's.
    """
    named = and_(session.client_reference_id.is_not(None), other.client_reference_id.is_not(None))
    by_reference = session.client_reference_id != other.client_reference_id
    by_address = or_(
        session.email_hash.is_(None),
        other.email_hash.is_(None),
        session.email_hash != other.email_hash,
    )
    return and_(_is_seen(other), case((named, by_reference), else_=by_address))


def _is_seen(session: type[VerificationSession]) -> ColumnElement[bool]:
    """In a form that no index has: a plan must go by the hash, not by a status that most share."""
    return case((session.status.in_(_SEEN), 1), else_=0) == 1


def _shared(db: Session, hashes: Collection[bytes]) -> set[bytes | None]:
    """The status is looked at here, so that the database goes by the hash and by nothing else."""
    if not hashes:
        return set()
    query = select(VerificationSession.email_hash, VerificationSession.status).where(
        VerificationSession.email_hash.in_(hashes)
    )
    found = Counter(hashed for hashed, status in db.execute(query) if status in _SEEN)
    return {hashed for hashed, cases in found.items() if cases > 1}
