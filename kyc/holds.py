"""Owns the question whether a case is held, in SQL: who destroys by the clock must ask it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyc.errors import ConflictError
from kyc.models import LegalHold, RegulatoryAccess, RegulatoryHold


def not_held(
    session_id: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], at: datetime
) -> ColumnElement[bool]:
    """For a WHERE: no hold on this session reaches beyond `at`; where there is none, none does.

    On PostgreSQL it is asked of the statement's snapshot, and a hold may have been set before the
    rows were locked. So lock the sessions in that statement, and ask `held_among` in the next.
    """
    mine = select(LegalHold.id).where(LegalHold.session_id == session_id, *_in_force(at))
    return ~mine.exists()


def held_among(db: Session, session_ids: Iterable[str], at: datetime) -> set[str]:
    """Those of the sessions that are held; the caller has locked them."""
    mine = LegalHold.session_id.in_(set(session_ids))
    return set(db.scalars(select(LegalHold.session_id).where(mine, *_in_force(at))))


def held_until(db: Session, session_id: str, at: datetime) -> datetime | None:
    """When the last hold in force on this session ends; None when nothing holds it."""
    mine = LegalHold.session_id == session_id
    return db.scalar(select(func.max(LegalHold.until)).where(mine, *_in_force(at)))


def holds_until(db: Session, session_ids: Iterable[str], at: datetime) -> dict[str, datetime]:
    """As `held_until`, for many; a session that nothing holds is not among them."""
    mine = LegalHold.session_id.in_(set(session_ids))
    ends = select(LegalHold.session_id, func.max(LegalHold.until)).where(mine, *_in_force(at))
    return {row[0]: row[1] for row in db.execute(ends.group_by(LegalHold.session_id))}


def hold_beyond(
    session_id: InstrumentedAttribute[str], moment: datetime, at: datetime
) -> ColumnElement[bool]:
    """For a WHERE: a hold in force at `at` keeps this session until `moment` or longer."""
    mine = LegalHold.session_id == session_id
    return select(LegalHold.id).where(mine, LegalHold.until >= moment, *_in_force(at)).exists()


def held_cases(db: Session, at: datetime) -> int:
    """How many sessions are held."""
    query = select(func.count(LegalHold.session_id.distinct())).where(*_in_force(at))
    return db.scalar(query) or 0


def order_on(db: Session, session_id: str, at: datetime) -> RegulatoryHold | None:
    """The hold under an order that keeps this session, if one does."""
    return db.scalars(
        select(RegulatoryHold)
        .join(LegalHold, LegalHold.id == RegulatoryHold.hold_id)
        .where(LegalHold.session_id == session_id, *_in_force(at))
        .order_by(LegalHold.until.desc())
    ).first()


def purpose_under_order(db: Session, session_id: str, staff_id: str, at: datetime) -> str | None:
    """For what this person may see the images of a case under an order; None without an order.

    Raises ConflictError for everybody who is not named, or has chosen no purpose lately: neither a
    claim nor break-glass opens such a case (Regulation (EU) 2021/784, Art. 6).
    """
    order = order_on(db, session_id, at)
    if order is None:
        return None
    found = open_access(db, order.hold_id, staff_id, at)
    if found is None:
        raise ConflictError(
            "this case is kept under an order: only who is named for it opens its pictures, for a"
            " purpose"
        )
    return found[0].purpose


def open_access(
    db: Session, hold_id: str, staff_id: str, at: datetime
) -> tuple[RegulatoryAccess, str] | None:
    """What lets this reader see the images now, if anything does, and the case's id."""
    mine = (
        select(RegulatoryAccess, RegulatoryHold, LegalHold.session_id)
        .join(RegulatoryHold, RegulatoryHold.hold_id == RegulatoryAccess.hold_id)
        .join(LegalHold, LegalHold.id == RegulatoryHold.hold_id)
        .where(
            RegulatoryAccess.hold_id == hold_id,
            RegulatoryAccess.staff_id == staff_id,
            RegulatoryAccess.ends_at > at,
            *_in_force(at),
        )
        .order_by(RegulatoryAccess.opened_at.desc())
    )
    row = db.execute(mine).first()
    if row is None or staff_id not in row[1].readers:
        return None
    return row[0], row[2]


def _in_force(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return LegalHold.lifted_at.is_(None), LegalHold.until > at
