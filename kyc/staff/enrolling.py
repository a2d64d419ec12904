"""Owns invitations, and making an account from one."""

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
from kyc.models import Staff, StaffInvitation, new_id
from kyc.staff import second_factor
from kyc.staff.passwords import hash_new
from kyc.tokens import Lookup, new_token
from storage.vault import Vault

INVITATION_LIFE = timedelta(hours=72)


@dataclass(frozen=True)
class Enrolment:
    """What the invited person fills in; `code` proves that their authenticator works."""

    login: str
    display_name: str
    password: str = field(repr=False)
    code: str = field(repr=False)


def invite(
    db: Session, vault: Vault, lookup: Lookup, role: Role, *, by: Actor, now: datetime
) -> str:
    """The token of a single-use link, good for 72 hours."""
    token = new_token()
    invitation = StaffInvitation(
        token_hash=lookup.token(token),
        role=role,
        invited_by=by.id,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    owner = _owner(invitation)
    give_field_key(vault, invitation, owner, now)
    invitation.totp_secret = second_factor.seal_secret(
        vault, invitation, owner, pyotp.random_base32()
    )
    db.add(invitation)
    operator = by.kind != "staff"
    action = Action.OPERATOR_ACCOUNT_INVITED if operator else Action.STAFF_ACCOUNT_INVITED
    record(db, action, actor=by, now=now, detail={"role": str(role)})
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
    return second_factor.open_secret(vault, invitation, _owner(invitation))


def enrol(
    db: Session,
    vault: Vault,
    lookup: Lookup,
    invitation: StaffInvitation,
    enrolment: Enrolment,
    now: datetime,
) -> tuple[Staff, list[str]]:
    """The account and its recovery codes. Raises InvalidInputError, ConflictError."""
    login = enrolment.login.strip().lower()
    if db.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise ConflictError("this sign-in name is taken: choose another")
    secret = invitation_secret(vault, invitation)
    step = second_factor.matching_step(secret, enrolment.code, now)
    if step is None:
        raise InvalidInputError("the six-digit code is not right: wait for the next one, try again")
    person = Staff(
        id=new_id("usr"),
        login=login,
        display_name=enrolment.display_name.strip(),
        role=invitation.role,
        password_hash=hash_new(enrolment.password, login=login),
        totp_last_step=step,
        created_at=now,
    )
    give_field_key(vault, person, person.id, now)
    person.totp_secret = second_factor.seal_secret(vault, person, person.id, secret)
    _use_up(db, invitation, now)
    db.add(person)
    db.flush()
    record(
        db,
        Action.STAFF_ACCOUNT_ENROLLED,
        actor=Actor("staff", person.id),
        now=now,
        detail={"role": person.role},
    )
    return person, second_factor.make_recovery_codes(db, lookup, person)


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


def _owner(invitation: StaffInvitation) -> str:
    """Names the invitation in what its secret is bound to."""
    return "inv_" + invitation.token_hash.hex()[:30]
