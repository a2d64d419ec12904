"""Owns what people change about their own account; each change is mailed to them."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.db import lock
from kyc.errors import InvalidInputError, TooManyError
from kyc.mails import owe_staff_mail
from kyc.models import SecurityKey, Staff, StaffSession
from kyc.staff import factors, second_factor, security_keys
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from kyc.staff.passwords import ALWAYS, PasswordRules, hash_new, is_right
from kyc.staff.security_keys import NewKey
from kyc.staff.sessions import end_quietly
from kyc.staff.signing_in import is_barred, note_failure


def add_key(db: Session, person: Staff, new: NewKey, name: str, now: datetime) -> SecurityKey:
    """Raises InvalidInputError for a bad name, ConflictError for a key that is in use."""
    key = security_keys.add_key(db, person, new, name, now)
    _tell(db, person, Action.STAFF_FACTOR_ADDED, "factor_added", now, "security_key")
    return key


def remove_key(db: Session, means: Means, person: Staff, key_id: str, now: datetime) -> None:
    """Raises NotFoundError for a key of somebody else, ConflictError for the last factor."""
    lock(db, person)
    factors.remove_key(db, means, person, key_id)
    _tell(db, person, Action.STAFF_FACTOR_REMOVED, "factor_removed", now, "security_key")


def remove_app(db: Session, person: Staff, now: datetime) -> None:
    """Raises ConflictError when there is no security key to sign in with instead."""
    lock(db, person)
    factors.remove_app(db, person)
    _tell(db, person, Action.STAFF_FACTOR_REMOVED, "factor_removed", now, "totp")


def renew_codes(db: Session, means: Means, person: Staff, now: datetime) -> list[str]:
    """Eight new recovery codes; those from before work no more."""
    codes = second_factor.make_recovery_codes(db, means.lookup, person)
    _tell(db, person, Action.STAFF_FACTOR_RENEWED, "codes_renewed", now, "recovery_code")
    return codes


def change_password(
    db: Session,
    session: StaffSession,
    old: str,
    new: str,
    *,
    now: datetime,
    rules: PasswordRules = ALWAYS,
) -> bool:
    """False when the old one is wrong, which counts as a failure to sign in.

    Every other session ends. Raises InvalidInputError for a new one that breaks a rule or is the
    old one, TooManyError while the account is barred.
    """
    person = db.get_one(Staff, session.staff_id)
    if is_barred(person, now):
        raise TooManyError("too many failures: wait a few minutes", limit="sign_in")
    actor = Actor("staff", person.id)
    if not is_right(person.password_hash, old):
        lock(db, person)
        note_failure(person, now)
        record(db, Action.STAFF_PASSWORD_REFUSED, actor=actor, now=now)
        return False
    if old == new:
        raise InvalidInputError("the new password is the present one: choose another")
    person.password_hash = hash_new(new, login=person.login, rules=rules)
    person.password_set_at = now
    end_quietly(db, person.id, now, but=session.token_hash)
    record(db, Action.STAFF_PASSWORD_CHANGED, actor=actor, now=now)
    owe_staff_mail(db, person, "password_changed", now)
    return True


def change_email(db: Session, means: Means, person: Staff, address: str, now: datetime) -> None:
    """The address before and the new one are told. Raises InvalidInputError for what is none."""
    owe_staff_mail(db, person, "email_left", now)
    write_address(means, person, address)
    record(db, Action.STAFF_EMAIL_CHANGED, actor=Actor("staff", person.id), now=now)
    owe_staff_mail(db, person, "email_changed", now)


def _tell(
    db: Session, person: Staff, action: Action, mail: str, now: datetime, method: str
) -> None:
    actor = Actor("staff", person.id)
    record(db, action, actor=actor, now=now, detail={"method": method})
    owe_staff_mail(db, person, mail, now)
