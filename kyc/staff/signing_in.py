"""Owns sign-in: password, then second factor, with a growing pause after failures."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import VISITOR, Action, Actor, record
from kyc.db import lock
from kyc.errors import TooManyError
from kyc.mails import owe_staff_mail
from kyc.models import Staff, StaffSession
from kyc.staff.factors import Factor, Given, Means, right_factor
from kyc.staff.passwords import is_right
from kyc.staff.sessions import may_come_in, renew

FREE_FAILURES = 5
LONGEST_BAR = timedelta(minutes=15)


def check_password(db: Session, login: str, password: str, now: datetime) -> Staff | None:
    """The person, or None: whatever the cause, it looks and takes the same from outside.

    An unknown name, a wrong password, an account that is disabled or reported as compromised, and
    one that is barred for a while after repeated failures; what comes while it is barred does not
    bar it for longer.
    """
    person = db.scalars(select(Staff).where(Staff.login == login.strip().lower())).one_or_none()
    right = is_right(person.password_hash if person else None, password)
    barred = person is not None and is_barred(person, now)
    if person is not None and right and not barred and may_come_in(person):
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


def pass_second_factor(
    db: Session,
    means: Means,
    session: StaffSession,
    given: Given,
    now: datetime,
    action: Action = Action.STAFF_SIGN_IN_DONE,
) -> str | None:
    """The token of the renewed session; None when what was given is wrong or was used before.

    Signs in, unlocks or confirms, which `action` tells; a renewed session is never locked.
    Raises TooManyError while the account is barred.
    """
    person = db.get_one(Staff, session.staff_id)
    if is_barred(person, now):
        raise TooManyError("too many failures: wait a few minutes", limit="sign_in")
    factor, wrong = right_factor(db, means, person, given, now)
    actor = Actor("staff", person.id)
    if factor is None:
        lock(db, person)
        note_failure(person, now)
        why = {"reason": wrong}
        record(db, Action.STAFF_SECOND_FACTOR_REFUSED, actor=actor, now=now, detail=why)
        return None
    person.failures, person.barred_until = 0, None
    token = renew(db, means.lookup, session, factor, now)
    record(db, action, actor=actor, now=now, detail={"method": str(factor)})
    if factor == Factor.RECOVERY:
        owe_staff_mail(db, person, "code_used", now)
    return token


def is_barred(person: Staff, now: datetime) -> bool:
    return person.barred_until is not None and person.barred_until > now


def note_failure(person: Staff, now: datetime) -> None:
    """Every failure after the fifth bars the account for longer, never for ever."""
    person.failures += 1
    beyond = person.failures - FREE_FAILURES
    if beyond >= 0:
        person.barred_until = now + min(timedelta(seconds=15 * 2 ** min(beyond, 10)), LONGEST_BAR)
