"""Owns sign-in: password, then second factor, with a growing pause after failures."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kyc.audit import VISITOR, Action, Actor, record
from kyc.db import lock
from kyc.errors import ForbiddenError, TooManyError
from kyc.models import Claim, Staff, StaffSession
from kyc.staff import second_factor
from kyc.staff.passwords import is_right
from kyc.tokens import Lookup, new_token
from storage.vault import Vault

FREE_FAILURES = 5
LONGEST_BAR = timedelta(minutes=15)


def check_password(db: Session, login: str, password: str, now: datetime) -> Staff | None:
    """The person, or None: whatever the cause, it looks and takes the same from outside.

    An unknown name, a wrong password, a disabled account, and one that is barred for a while after
    repeated failures; what comes while it is barred does not bar it for longer.
    """
    person = db.scalars(select(Staff).where(Staff.login == login.strip().lower())).one_or_none()
    right = is_right(person.password_hash if person else None, password)
    barred = person is not None and is_barred(person, now)
    if person is not None and right and not barred and person.disabled_at is None:
        return person
    if person is not None and not barred:
        lock(db, person)
        note_failure(person, now)
    record(
        db,
        Action.STAFF_SIGN_IN_REFUSED,
        actor=Actor("staff", person.id) if person else VISITOR,
        now=now,
    )
    return None


def begin_session(db: Session, lookup: Lookup, person: Staff, now: datetime) -> str:
    """A session that may do nothing before the second factor; returns the cookie's token."""
    token = new_token()
    session = StaffSession(
        token_hash=lookup.token(token), staff_id=person.id, created_at=now, seen_at=now
    )
    db.add(session)
    return token


def pass_second_factor(
    db: Session, vault: Vault, lookup: Lookup, session: StaffSession, code: str, now: datetime
) -> str | None:
    """The token of the renewed session; None when the code is wrong or was used before."""
    person = db.get_one(Staff, session.staff_id)
    if is_barred(person, now):
        raise TooManyError("too many failures: wait a few minutes", limit="sign_in")
    digits = "".join(code.split())
    right = second_factor.use_code(db, vault, person, digits, now)
    right = right or second_factor.use_recovery_code(db, lookup, person, code, now)
    actor = Actor("staff", person.id)
    if not right:
        lock(db, person)
        note_failure(person, now)
        record(db, Action.STAFF_SECOND_FACTOR_REFUSED, actor=actor, now=now)
        return None
    person.failures, person.barred_until = 0, None
    session.ended_at = now
    token = begin_session(db, lookup, person, now)
    renewed = db.get_one(StaffSession, lookup.token(token))
    renewed.second_factor_at = now
    record(db, Action.STAFF_SIGN_IN_DONE, actor=actor, now=now)
    return token


def is_barred(person: Staff, now: datetime) -> bool:
    return person.barred_until is not None and person.barred_until > now


def note_failure(person: Staff, now: datetime) -> None:
    """Every failure after the fifth bars the account for longer, never for ever."""
    person.failures += 1
    beyond = person.failures - FREE_FAILURES
    if beyond >= 0:
        person.barred_until = now + min(timedelta(seconds=15 * 2 ** min(beyond, 10)), LONGEST_BAR)


def live_session(
    db: Session,
    lookup: Lookup,
    untrusted_token: str,
    *,
    idle: timedelta,
    absolute: timedelta,
    now: datetime,
) -> tuple[StaffSession, Staff] | None:
    """The session and its person, when neither has ended, idled out or been disabled."""
    session = db.get(StaffSession, lookup.token(untrusted_token))
    if session is None or session.ended_at is not None:
        return None
    if now - session.seen_at > idle or now - session.created_at > absolute:
        return None
    person = db.get_one(Staff, session.staff_id)
    return None if person.disabled_at is not None else (session, person)


def end_session(db: Session, session: StaffSession, now: datetime) -> None:
    if session.ended_at is None:
        session.ended_at = now
        actor = Actor("staff", session.staff_id)
        record(db, Action.STAFF_SIGN_OUT_DONE, actor=actor, now=now)


def disable(db: Session, person: Staff, *, by: Actor, now: datetime) -> None:
    """Ends every session of this person, so that none comes back when the account does.

    The case they hold goes back into the queue.
    """
    if person.id == by.id:
        raise ForbiddenError("you cannot disable your own account")
    if person.disabled_at is None:
        person.disabled_at = now
        sessions = update(StaffSession).where(StaffSession.staff_id == person.id)
        db.execute(sessions.where(StaffSession.ended_at.is_(None)).values(ended_at=now))
        held = delete(Claim).where(Claim.staff_id == person.id).returning(Claim.session_id)
        for session_id in db.scalars(held).all():
            record(db, Action.STAFF_CLAIM_RELEASED, actor=by, now=now, case=session_id)
        action = _by(by, Action.STAFF_ACCOUNT_DISABLED, Action.OPERATOR_ACCOUNT_DISABLED)
        record(db, action, actor=by, now=now, object_id=person.id)


def enable(db: Session, person: Staff, *, by: Actor, now: datetime) -> None:
    if person.disabled_at is not None:
        person.disabled_at, person.failures, person.barred_until = None, 0, None
        action = _by(by, Action.STAFF_ACCOUNT_ENABLED, Action.OPERATOR_ACCOUNT_ENABLED)
        record(db, action, actor=by, now=now, object_id=person.id)


def _by(actor: Actor, staff: Action, operator: Action) -> Action:
    return staff if actor.kind == "staff" else operator
