"""Owns claims: one reviewer works a case, one case a reviewer, until it is released or expires."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.errors import ConflictError, NotFoundError
from kyc.lifecycle import Status
from kyc.models import Claim, VerificationSession
from kyc.policy.seats import Lane
from kyc.restrictions import not_restricted, require_unrestricted, restricted_among
from kyc.review.conflicts import related, require_unrelated
from kyc.review.lanes import judged_by, lanes_of, role_of


def my_claim(db: Session, staff_id: str, now: datetime) -> Claim | None:
    """The case that this person holds now, if any."""
    claim = db.scalars(select(Claim).where(Claim.staff_id == staff_id)).one_or_none()
    return claim if claim is not None and claim.expires_at > now else None


def claim_next(db: Session, staff_id: str, lasts: timedelta, now: datetime) -> Claim | None:
    """The oldest case that this person may take, or the one held already; None when none waits."""
    held = my_claim(db, staff_id, now)
    if held is not None:
        return held
    _drop_expired(db, now)
    for lane in _lanes_by_age(db, staff_id, now):
        claim = _claim_from(db, lane, staff_id, lasts, now)
        if claim is not None:
            return claim
    return None


def _lanes_by_age(db: Session, staff_id: str, now: datetime) -> list[Lane]:
    """The lane with the oldest case first. One look into each: the index has them in order."""
    found = [
        (since, lane)
        for lane in lanes_of(role_of(db, staff_id))
        if (since := db.scalar(_free(lane, staff_id, VerificationSession.waiting_since, now)))
    ]
    return [lane for _, lane in sorted(found, key=lambda pair: pair[0])]


def _claim_from(
    db: Session, lane: Lane, staff_id: str, lasts: timedelta, now: datetime
) -> Claim | None:
    waiting = _free(lane, staff_id, VerificationSession.id, now)
    waiting = waiting.with_for_update(of=VerificationSession, skip_locked=True)
    while (session_id := db.scalar(waiting)) is not None:
        if restricted_among(db, [session_id]):  # since the question; the next one passes it by
            continue
        if _insert(db, session_id, staff_id, lasts, now):
            return db.get_one(Claim, session_id)
        held = my_claim(db, staff_id, now)
        if held is not None:  # another tab of this person was faster
            return held
    return None


def _free(
    lane: Lane, staff_id: str, wanted: InstrumentedAttribute[Any], now: datetime
) -> Select[tuple[Any]]:
    """`wanted` of the oldest case of the lane that nobody holds and this person may judge."""
    held = exists().where(Claim.session_id == VerificationSession.id, Claim.expires_at > now)
    free = (
        select(wanted)
        .where(
            VerificationSession.status == Status.PROCESSING,
            VerificationSession.review_lane == lane,
            ~held,
            ~related(staff_id),
            not_restricted(VerificationSession.id),
        )
        .order_by(VerificationSession.waiting_since, VerificationSession.id)
        .limit(1)
    )
    return free if lane == Lane.FIRST else free.where(~judged_by(staff_id))


def claim_named(
    db: Session, session_id: str, staff_id: str, lasts: timedelta, now: datetime
) -> Claim:
    """This very case. Raises ConflictError when somebody has it, or another one is held, or it
    is restricted."""
    session = db.get(VerificationSession, session_id, with_for_update=True)
    if session is None:
        raise NotFoundError("no such case")
    held = my_claim(db, staff_id, now)
    if held is not None and held.session_id == session_id:
        return held
    if held is not None:
        raise ConflictError("you hold another case", held=held.session_id)
    require_unrelated(db, session_id, staff_id)
    require_unrestricted(db, session_id)
    _require_lane(db, session, staff_id)
    _drop_expired(db, now)
    if not _insert(db, session_id, staff_id, lasts, now):
        elsewhere = my_claim(db, staff_id, now) is not None
        raise ConflictError("you hold another case" if elsewhere else "somebody else works it")
    return db.get_one(Claim, session_id)


def _require_lane(db: Session, session: VerificationSession, staff_id: str) -> None:
    """Raises ConflictError for a case that waits for nobody, or not for this person."""
    if session.status != Status.PROCESSING:
        raise ConflictError("the case does not wait for review")
    if session.review_lane == Lane.SETTLING:
        raise ConflictError("the case has just been judged; wait a few seconds")
    judged = select(judged_by(staff_id)).where(VerificationSession.id == session.id)
    if db.scalar(judged):
        raise ConflictError("you have judged this case: somebody else must look now")
    if session.review_lane not in lanes_of(role_of(db, staff_id)):
        raise ConflictError("this case waits for a senior reviewer")


def prolong(db: Session, session_id: str, staff_id: str, lasts: timedelta, now: datetime) -> Claim:
    """A heartbeat. Raises ConflictError when the claim has lapsed."""
    claim = require_claim(db, session_id, staff_id, now)
    claim.expires_at = now + lasts
    return claim


def release(db: Session, session_id: str, staff_id: str, now: datetime) -> None:
    """Gives the case back; releasing what is not held changes nothing."""
    claim = db.get(Claim, session_id)
    if claim is None or claim.staff_id != staff_id:
        return
    db.delete(claim)
    actor = Actor("staff", staff_id)
    record(db, Action.STAFF_CLAIM_RELEASED, actor=actor, now=now, case=session_id)


def require_claim(db: Session, session_id: str, staff_id: str, now: datetime) -> Claim:
    """The reviewer's own live claim on this case. Raises ConflictError when there is none."""
    claim = db.get(Claim, session_id)
    if claim is None or claim.staff_id != staff_id or claim.expires_at <= now:
        raise ConflictError("you do not hold this case, or your claim has lapsed")
    return claim


def _insert(db: Session, session_id: str, staff_id: str, lasts: timedelta, now: datetime) -> bool:
    """One statement decides: the keys of the table let one claim a case and a person stand."""
    dialect = db.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        insert(Claim)
        .values(session_id=session_id, staff_id=staff_id, claimed_at=now, expires_at=now + lasts)
        .on_conflict_do_nothing()
        .returning(Claim.session_id)
    )
    if db.scalar(statement) is None:
        return False
    actor = Actor("staff", staff_id)
    record(db, Action.STAFF_CLAIM_TAKEN, actor=actor, now=now, case=session_id)
    return True


def _drop_expired(db: Session, now: datetime) -> None:
    lapsed = db.scalars(
        delete(Claim).where(Claim.expires_at <= now).returning(Claim.session_id)
    ).all()
    for session_id in lapsed:
        record(db, Action.SYSTEM_CLAIM_EXPIRED, actor=SYSTEM, now=now, case=session_id)
