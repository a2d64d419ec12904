"""Owns what is left of somebody who was erased: keyed hashes by which a return is noticed.

They are hashes of the hashes that the case had, under a purpose of their own: whoever has only the
database can neither find a person by them nor join them to any case.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.audit.values import Value
from kyc.models import SeenHash, Tombstone, VerificationSession
from kyc.policy.erasure import TOMBSTONE_MONTHS
from kyc.policy.retention import months_after
from kyc.seen import SeenKind
from kyc.tokens import Lookup

ADDRESS = "address"
KINDS = (ADDRESS, SeenKind.DOCUMENT_NUMBER, SeenKind.PERSON)


def bury(db: Session, lookup: Lookup, session: VerificationSession, now: datetime) -> int:
    """Leaves a tombstone of each kind that the case has shown; returns how many.

    Only of a case that was sent for review: nobody was deceived by one that was not. It takes the
    place of an earlier one of the same.
    """
    if session.submitted_at is None:
        return 0
    found = list(_hashes(db, lookup, session))
    db.execute(delete(Tombstone).where(Tombstone.hash.in_([hashed for _kind, hashed in found])))
    ends_at = months_after(now, TOMBSTONE_MONTHS)
    db.add_all(
        Tombstone(kind=kind, hash=hashed, made_at=now, ends_at=ends_at) for kind, hashed in found
    )
    db.flush()
    return len(found)


def returning(
    db: Session, lookup: Lookup, session: VerificationSession, now: datetime
) -> list[str]:
    """What of this case somebody showed who was erased since: kinds of `KINDS`, in that order."""
    kinds = {hashed: kind for kind, hashed in _hashes(db, lookup, session)}
    mine = Tombstone.hash.in_(kinds), Tombstone.ends_at > now
    met = {kinds[hashed] for hashed in db.scalars(select(Tombstone.hash).where(*mine))}
    return [kind for kind in KINDS if kind in met]


def forget_tombstones(db: Session, now: datetime) -> int:
    """Those whose time is over; one event for all."""
    done = db.execute(delete(Tombstone).where(Tombstone.ends_at <= now))
    assert isinstance(done, CursorResult)
    if done.rowcount:
        detail = {"count": done.rowcount}
        record(db, Action.SYSTEM_TOMBSTONES_FORGOTTEN, actor=SYSTEM, now=now, detail=detail)
    return done.rowcount


def forget_address(
    db: Session,
    lookup: Lookup,
    address: str,
    *,
    request: tuple[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> int:
    """Carries an objection out (GDPR Art. 21): that of the address, and those of the same erasure.

    Returns how many. They were made in one moment, which is all that joins them. That none was
    found is an event too, since it answers whether somebody was erased. `request` are the ids of
    the request that objects and of its case, where the event is found.
    """
    hashed = _hash(lookup, ADDRESS, lookup.email(address))
    moments = select(Tombstone.made_at).where(Tombstone.hash == hashed)
    done = db.execute(delete(Tombstone).where(Tombstone.made_at.in_(moments)))
    assert isinstance(done, CursorResult)
    detail: dict[str, Value] = {"count": done.rowcount}
    if request is not None:
        detail["request"] = request[0]
    action = Action(f"{by.kind}:tombstones:forgotten")
    record(db, action, actor=by, now=now, case=request[1] if request else None, detail=detail)
    return done.rowcount


def _hashes(
    db: Session, lookup: Lookup, session: VerificationSession
) -> Iterator[tuple[str, bytes]]:
    if session.email_hash is not None:
        yield ADDRESS, _hash(lookup, ADDRESS, session.email_hash)
    mine = SeenHash.session_id == session.id, SeenHash.kind.in_(KINDS)
    rows = select(SeenHash.kind, SeenHash.hash).where(*mine).distinct()
    for kind, hashed in db.execute(rows.order_by(SeenHash.kind, SeenHash.hash)):
        yield kind, _hash(lookup, kind, hashed)


def _hash(lookup: Lookup, kind: str, hashed: bytes) -> bytes:
    return lookup.hash("tombstone", f"{kind}/{hashed.hex()}")
