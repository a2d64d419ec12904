"""Owns what becomes of an account: disabled, enabled, another role, reported as compromised."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.audit import Action, Actor, record
from kyc.errors import ForbiddenError
from kyc.mails import owe_staff_mail
from kyc.models import RecoveryCode, SecurityKey, Staff, StaffInvitation
from kyc.staff.sessions import end_quietly, give_cases_back


def disable(db: Session, person: Staff, *, by: Actor, now: datetime) -> None:
    """Ends every session of this person, so that none comes back when the account does.

    The case they hold goes back into the queue.
    """
    if person.id == by.id:
        raise ForbiddenError("you cannot disable your own account")
    if person.disabled_at is None:
        person.disabled_at = now
        end_quietly(db, person.id, now)
        give_cases_back(db, person, by=by, now=now)
        action = _by(by, Action.STAFF_ACCOUNT_DISABLED, Action.OPERATOR_ACCOUNT_DISABLED)
        record(db, action, actor=by, now=now, object_id=person.id)


def enable(db: Session, person: Staff, *, by: Actor, now: datetime) -> None:
    if person.disabled_at is not None:
        person.disabled_at, person.failures, person.barred_until = None, 0, None
        action = _by(by, Action.STAFF_ACCOUNT_ENABLED, Action.OPERATOR_ACCOUNT_ENABLED)
        record(db, action, actor=by, now=now, object_id=person.id)


def change_role(db: Session, person: Staff, role: Role, *, by: Actor, now: datetime) -> None:
    """Acts on the person's next request; what they held as what they were goes back."""
    if person.id == by.id:
        raise ForbiddenError("you cannot change your own role")
    if person.role != role:
        before, person.role = person.role, role
        give_cases_back(db, person, by=by, now=now)
        record(
            db,
            Action.STAFF_ACCOUNT_RETITLED,
            actor=by,
            now=now,
            object_id=person.id,
            detail={"from_state": before, "role": str(role)},
        )


def report_compromised(db: Session, person: Staff, *, by: Actor, now: datetime) -> None:
    """Everything that opened this account is dead from now on, until a new invitation is used.

    Sessions end, keys, codes and app are forgotten, no password is right. Administrators are told.
    """
    if person.compromised_at is not None:
        return
    person.compromised_at = now
    person.totp_secret, person.totp_last_step = b"", 0
    for table in (SecurityKey, RecoveryCode):
        db.execute(delete(table).where(table.staff_id == person.id))
    _void_invitations(db, person, now)
    end_quietly(db, person.id, now)
    give_cases_back(db, person, by=by, now=now)
    action = _by(by, Action.STAFF_ACCOUNT_COMPROMISED, Action.OPERATOR_ACCOUNT_COMPROMISED)
    record(db, action, actor=by, now=now, object_id=person.id)
    for other in _administrators(db):
        owe_staff_mail(db, other, "compromised", now)
    if person.role != Role.ADMINISTRATOR:
        owe_staff_mail(db, person, "compromised_own", now)


def _void_invitations(db: Session, person: Staff, now: datetime) -> None:
    """A link to this account from before may be in the same wrong hands."""
    mine = update(StaffInvitation).where(
        StaffInvitation.staff_id == person.id, StaffInvitation.used_at.is_(None)
    )
    db.execute(mine.values(used_at=now))


def _administrators(db: Session) -> list[Staff]:
    active = select(Staff).where(Staff.role == Role.ADMINISTRATOR, Staff.disabled_at.is_(None))
    return list(db.scalars(active.order_by(Staff.id)))


def _by(actor: Actor, staff: Action, operator: Action) -> Action:
    return staff if actor.kind == "staff" else operator
