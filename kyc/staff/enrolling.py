"""Owns invitations, and making or renewing an account from one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.audit import Action, Actor, record
from kyc.db import changed_one
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import give_field_key
from kyc.mails import owe_staff_mail
from kyc.models import Staff, StaffInvitation
from kyc.staff import second_factor
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means, owner_of
from kyc.staff.passwords import ALWAYS, PasswordRules, hash_new
from kyc.staff.security_keys import NewKey, add_key, keys_of
from kyc.staff.sessions import end_quietly
from kyc.tokens import Lookup, new_token
from storage.vault import Vault

INVITATION_LIFE = timedelta(hours=72)


@dataclass(frozen=True)
class Enrolment:
    """What the invited person fills in. `code` proves that their app works, `key` is their key.

    Login and name are not asked of who has an account already.
    """

    login: str
    display_name: str
    password: str = field(repr=False)
    email: str = field(repr=False)
    code: str = field(default="", repr=False)
    key: NewKey | None = None
    key_name: str = ""


def invite(
    db: Session,
    vault: Vault,
    lookup: Lookup,
    role: Role,
    *,
    by: Actor,
    now: datetime,
    person: Staff | None = None,
) -> str:
    """The token of a single-use link, good for 72 hours.

    With `person`, for the one who has this account and has lost access to it.
    """
    token = new_token()
    invitation = StaffInvitation(
        token_hash=lookup.token(token),
        role=role,
        invited_by=by.id,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
        staff_id=person.id if person else None,
    )
    owner = owner_of(invitation)
    give_field_key(vault, invitation, owner, now)
    invitation.totp_secret = second_factor.seal_secret(
        vault, invitation, owner, pyotp.random_base32()
    )
    db.add(invitation)
    action, about = _invited(by, person), person.id if person else None
    record(db, action, actor=by, now=now, object_id=about, detail={"role": str(role)})
    if person is not None:
        owe_staff_mail(db, person, "reinvited", now)
    return token


def open_invitation(
    db: Session, lookup: Lookup, untrusted_token: str, now: datetime
) -> StaffInvitation:
    """Raises NotFoundError for one that is unknown, used or too old."""
    invitation = db.get(StaffInvitation, lookup.token(untrusted_token))
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        raise NotFoundError("this invitation is used, expired or unknown")
    return invitation


def invitation_secret(vault: Vault, invitation: StaffInvitation) -> str:
    return second_factor.open_secret(vault, invitation, owner_of(invitation))


def account_id(invitation: StaffInvitation) -> str:
    """The account that the invitation makes or renews; known before, as keys are made for it."""
    return invitation.staff_id or "usr_" + invitation.token_hash.hex()[:30]


def enrol(
    db: Session,
    means: Means,
    invitation: StaffInvitation,
    enrolment: Enrolment,
    now: datetime,
    rules: PasswordRules = ALWAYS,
) -> tuple[Staff, list[str]]:
    """The account and its recovery codes. Raises InvalidInputError, ConflictError."""
    person = db.get(Staff, account_id(invitation)) if invitation.staff_id else None
    secret, step = _checked_app(means, invitation, enrolment, now)
    if person is None:
        person = _new_person(db, means, invitation, enrolment, now)
        action = Action.STAFF_ACCOUNT_ENROLLED
    else:
        owe_staff_mail(db, person, "renewed", now)
        _forget(db, person, now)
        action = Action.STAFF_ACCOUNT_RENEWED
    person.password_hash = hash_new(enrolment.password, login=person.login, rules=rules)
    person.password_set_at = now
    write_address(means, person, enrolment.email)
    if secret is not None:
        sealed = second_factor.seal_secret(means.vault, person, person.id, secret)
        person.totp_secret, person.totp_last_step = sealed, step
    _use_up(db, invitation, now)
    db.add(person)
    db.flush()
    if enrolment.key is not None:
        add_key(db, person, enrolment.key, enrolment.key_name or "First key", now)
    actor = Actor("staff", person.id)
    record(db, action, actor=actor, now=now, detail={"role": person.role})
    return person, second_factor.make_recovery_codes(db, means.lookup, person)


def _checked_app(
    means: Means, invitation: StaffInvitation, enrolment: Enrolment, now: datetime
) -> tuple[str | None, int]:
    """Secret and step of the app whose code was given; no secret where there is only a key."""
    if enrolment.key is None and means.demands_key(invitation.role):
        raise InvalidInputError("your role needs a security key: add one")
    if enrolment.key is not None and not enrolment.code:
        return None, 0
    secret = invitation_secret(means.vault, invitation)
    step = second_factor.matching_step(secret, enrolment.code, now)
    if step is None:
        raise InvalidInputError("the six-digit code is not right: wait for the next one, try again")
    return secret, step


def _new_person(
    db: Session, means: Means, invitation: StaffInvitation, enrolment: Enrolment, now: datetime
) -> Staff:
    login = enrolment.login.strip().lower()
    if db.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise ConflictError("this sign-in name is taken: choose another")
    person = Staff(
        id=account_id(invitation),
        login=login,
        display_name=enrolment.display_name.strip(),
        role=invitation.role,
        totp_secret=b"",
        totp_last_step=0,
        created_at=now,
    )
    give_field_key(means.vault, person, person.id, now)
    return person


def _forget(db: Session, person: Staff, now: datetime) -> None:
    """Nothing from before opens the account any more; what it did and may do stays."""
    for key in keys_of(db, person.id):
        db.delete(key)
    end_quietly(db, person.id, now)
    person.totp_secret, person.totp_last_step = b"", 0
    person.failures, person.barred_until, person.compromised_at = 0, None, None


def _use_up(db: Session, invitation: StaffInvitation, now: datetime) -> None:
    """One statement decides between two who open the same link."""
    use = (
        update(StaffInvitation)
        .where(
            StaffInvitation.token_hash == invitation.token_hash,
            StaffInvitation.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if not changed_one(db, use):
        raise ConflictError("this invitation has been used")


def _invited(by: Actor, person: Staff | None) -> Action:
    if by.kind == "staff":
        return Action.STAFF_ACCOUNT_REINVITED if person else Action.STAFF_ACCOUNT_INVITED
    return Action.OPERATOR_ACCOUNT_REINVITED if person else Action.OPERATOR_ACCOUNT_INVITED
