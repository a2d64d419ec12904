"""Owns the sessions of staff: live, locked or over, renewed, listed, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.errors import NotFoundError
from kyc.models import Claim, Staff, StaffSession
from kyc.tokens import Lookup, new_token

REFERENCE_LENGTH = 32


@dataclass(frozen=True)
class Limits:
    """How long a session may be idle before it locks, and how long it may last in all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class Live:
    """A session that is not over; a locked one opens nothing until a factor is given again."""

    session: StaffSession
    person: Staff
    locked: bool


def begin_session(
    db: Session, lookup: Lookup, person: Staff, now: datetime, client: str = ""
) -> str:
    """A session that may do nothing before the second factor; returns the cookie's token."""
    token = new_token()
    session = StaffSession(
        token_hash=lookup.token(token),
        staff_id=person.id,
        created_at=now,
        seen_at=now,
        client=client[:60],
    )
    db.add(session)
    return token


def renew(db: Session, lookup: Lookup, old: StaffSession, factor: str, now: datetime) -> str:
    """The token of a session in place of `old`, with a factor given now (ASVS 7.2.4).

    It ends when the old one would have ended: the password was given no later.
    """
    old.ended_at = now
    token = new_token()
    session = StaffSession(
        token_hash=lookup.token(token),
        staff_id=old.staff_id,
        created_at=old.created_at,
        seen_at=now,
        second_factor_at=now,
        factor=factor,
        client=old.client,
    )
    db.add(session)
    db.flush()
    return token


def live_session(
    db: Session, lookup: Lookup, untrusted_token: str, limits: Limits, now: datetime
) -> Live | None:
    """The session and its person, unless it has ended, is too old, or the person may not come in.

    One that idled out is locked; it is over where no factor was given yet.
    """
    session = db.get(StaffSession, lookup.token(untrusted_token))
    if session is None or session.ended_at is not None:
        return None
    if now - session.created_at > limits.absolute:
        return None
    idle = session.locked_at is not None or now - session.seen_at > limits.idle
    if idle and session.second_factor_at is None:
        return None
    person = db.get_one(Staff, session.staff_id)
    return Live(session, person, idle) if may_come_in(person) else None


def may_come_in(person: Staff) -> bool:
    return person.disabled_at is None and person.compromised_at is None


def lock_session(db: Session, session: StaffSession, now: datetime) -> None:
    """Shuts it until a factor is given again; locking twice changes nothing."""
    if session.locked_at is None and session.ended_at is None:
        session.locked_at = now
        actor = Actor("staff", session.staff_id)
        record(db, Action.STAFF_SESSION_LOCKED, actor=actor, now=now)


def end_session(db: Session, session: StaffSession, now: datetime) -> None:
    if session.ended_at is None:
        session.ended_at = now
        actor = Actor("staff", session.staff_id)
        record(db, Action.STAFF_SIGN_OUT_DONE, actor=actor, now=now)


def open_sessions(
    db: Session, staff_id: str, limits: Limits, now: datetime
) -> Sequence[StaffSession]:
    """Those with which something can be done, or could after unlocking; the newest first."""
    mine = select(StaffSession).where(
        StaffSession.staff_id == staff_id,
        StaffSession.ended_at.is_(None),
        StaffSession.second_factor_at.is_not(None),
        StaffSession.created_at >= now - limits.absolute,
    )
    return db.scalars(mine.order_by(StaffSession.seen_at.desc())).all()


def reference_of(session: StaffSession) -> str:
    """Names a session on a page; nobody can sign in with it."""
    return session.token_hash.hex()[:REFERENCE_LENGTH]


def end_named(db: Session, staff_id: str, reference: str, *, by: Actor, now: datetime) -> None:
    """Ends one session of this person. Raises NotFoundError when there is none of that name."""
    mine = select(StaffSession).where(
        StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None)
    )
    for session in db.scalars(mine):
        if reference_of(session) == reference:
            session.ended_at = now
            record(db, Action.STAFF_SESSION_ENDED, actor=by, now=now, object_id=staff_id)
            return
    raise NotFoundError("there is no such session any more")


def end_all(
    db: Session, staff_id: str, *, by: Actor, now: datetime, but: bytes | None = None
) -> int:
    """Ends every session of this person, but the one of that hash; how many there were."""
    ended = end_quietly(db, staff_id, now, but)
    if ended:
        record(
            db,
            Action.STAFF_SESSION_ENDED,
            actor=by,
            now=now,
            object_id=staff_id,
            detail={"sessions": ended},
        )
    return ended


def end_quietly(db: Session, staff_id: str, now: datetime, but: bytes | None = None) -> int:
    """As `end_all`, as a part of another act that is recorded by its own event."""
    mine = update(StaffSession).where(
        StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None)
    )
    if but is not None:
        mine = mine.where(StaffSession.token_hash != but)
    return len(db.scalars(mine.values(ended_at=now).returning(StaffSession.token_hash)).all())


def give_cases_back(db: Session, person: Staff, *, by: Actor, now: datetime) -> None:
    """What this person held goes back into the queue."""
    held = delete(Claim).where(Claim.staff_id == person.id).returning(Claim.session_id)
    for session_id in db.scalars(held).all():
        record(db, Action.STAFF_CLAIM_RELEASED, actor=by, now=now, case=session_id)
