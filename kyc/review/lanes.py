"""Owns who may take a case from which lane, and whose judgement it already has."""

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.models import GivenVerdict, Staff, VerificationSession
from kyc.policy.seats import Lane, Place, Seat


def place_of(session: VerificationSession) -> Place:
    return Place(Lane(session.review_lane), Seat(session.review_seat))


def lanes_of(role: str) -> tuple[Lane, ...]:
    """The lanes from which somebody of this role may claim."""
    both = (Lane.FIRST, Lane.SECOND)
    return (*both, Lane.SENIOR) if role == Role.SENIOR else both


def role_of(db: Session, staff_id: str) -> str:
    staff = db.get(Staff, staff_id)
    return staff.role if staff is not None else ""


def judged_by(staff_id: str) -> ColumnElement[bool]:
    """Whether this person has judged the session's attempt: then another one must."""
    return exists().where(
        and_(
            GivenVerdict.session_id == VerificationSession.id,
            GivenVerdict.attempt == VerificationSession.attempt,
            GivenVerdict.staff_id == staff_id,
            GivenVerdict.state != "taken_back",
        )
    )
