"""Owns what comes of a verdict once it can no longer be taken back."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.db import changed_one, lock
from kyc.flows import flow_of
from kyc.lifecycle import Status
from kyc.models import GivenVerdict, VerificationSession
from kyc.policy.four_eyes import CaseFacts, agree, draw, needs_second
from kyc.policy.seats import Lane, Place, Seat, Step, step_on
from kyc.restrictions import restriction_on
from kyc.review.deciding import Outcome
from kyc.review.duplicates import is_possible_duplicate
from kyc.review.effects import conclude
from kyc.review.taking_back import TAKE_BACK, undo_pending
from storage.vault import Vault

_TOLD = {
    Step.ASKS_SECOND: Action.SYSTEM_REVIEW_SECOND_ASKED,
    Step.DIFFERS: Action.SYSTEM_REVIEW_DIFFERED,
    Step.ESCALATES: Action.SYSTEM_REVIEW_ESCALATED,
}


def settle_verdict(
    db: Session, vault: Vault, verdict_id: str, *, key: bytes, lasts: timedelta, now: datetime
) -> None:
    """Lets a verdict take effect: a decision, a second pair of eyes, or a senior.

    Does nothing for a verdict that was taken back, has taken effect, or is too young. In a
    restricted case it is taken back. `key` is
    what the sample for a second look is drawn under.
    """
    verdict = db.get_one(GivenVerdict, verdict_id)
    session = db.get_one(VerificationSession, verdict.session_id)
    lock(db, session)
    if restriction_on(db, session.id) is not None:
        undo_pending(db, session, now)
        return
    if not _won(db, verdict, now):
        return
    if session.status != Status.PROCESSING:  # it lapsed in these ten seconds
        verdict.state = "void"
        return
    place = Place(Lane(verdict.lane), Seat(verdict.seat))
    first = _first(db, verdict) if verdict.seat == Seat.SECOND else None
    step = _step(db, session, verdict, first, key)
    following = step_on(place, step)
    if following is None:
        conclude(db, vault, session, [v for v in (first, verdict) if v], lasts, now)
    else:
        _move(db, session, verdict, following, _TOLD[step], now)


def _won(db: Session, verdict: GivenVerdict, now: datetime) -> bool:
    """Whether it is we who let it take effect: taking back asks the same row."""
    given = (
        update(GivenVerdict)
        .where(
            GivenVerdict.id == verdict.id,
            GivenVerdict.state == "pending",
            GivenVerdict.at <= now - TAKE_BACK,
        )
        .values(state="given", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    won = changed_one(db, given)
    db.refresh(verdict)
    return won


def _step(
    db: Session,
    session: VerificationSession,
    verdict: GivenVerdict,
    first: GivenVerdict | None,
    key: bytes,
) -> Step:
    if verdict.outcome == Outcome.ESCALATE:
        return Step.ESCALATES
    if first is not None:
        same = agree((first.outcome, first.items), (verdict.outcome, verdict.items))
        return Step.AGREES if same else Step.DIFFERS
    if verdict.seat == Seat.TIE:
        return Step.STANDS
    asked = needs_second(
        flow_of(db, session).four_eyes,
        _facts(db, session, verdict),
        draw(key, session.id, session.attempt),
    )
    return Step.ASKS_SECOND if asked else Step.STANDS


def _facts(db: Session, session: VerificationSession, verdict: GivenVerdict) -> CaseFacts:
    flagged = select(GivenVerdict.id).where(
        GivenVerdict.session_id == session.id,
        GivenVerdict.attempt == session.attempt,
        GivenVerdict.outcome == Outcome.ESCALATE,
        GivenVerdict.state == "given",
    )
    return CaseFacts(
        is_rejected=verdict.outcome == Outcome.REJECT,
        attempt=session.attempt,
        country=session.document_country or "",
        is_possible_duplicate=is_possible_duplicate(db, session),
        is_flagged=db.scalar(flagged.limit(1)) is not None,
    )


def _first(db: Session, verdict: GivenVerdict) -> GivenVerdict:
    return db.scalars(
        select(GivenVerdict).where(
            GivenVerdict.session_id == verdict.session_id,
            GivenVerdict.attempt == verdict.attempt,
            GivenVerdict.seat == Seat.FIRST,
            GivenVerdict.state == "given",
            GivenVerdict.outcome != Outcome.ESCALATE,
        )
    ).one()


def _move(
    db: Session,
    session: VerificationSession,
    verdict: GivenVerdict,
    to: Place,
    told: Action,
    now: datetime,
) -> None:
    session.review_lane, session.review_seat = to.lane, to.seat
    session.version += 1
    record(db, told, actor=SYSTEM, now=now, case=session.id, object_id=verdict.id)
