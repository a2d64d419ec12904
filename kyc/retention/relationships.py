"""Owns the end of a relationship, which starts the clock of an approved customer's details."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import OPERATOR, Action, Actor, record
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError
from kyc.flows import flow_of
from kyc.lifecycle import LIVE, Stage, Status
from kyc.models import Artifact, VerificationSession
from kyc.origins import HONEY
from kyc.policy.retention import Rules, due_at, years_of
from kyc.retention.naming import sessions_named

DAY = timedelta(days=1)
LONG = timedelta(days=730)
"""Two years: so long after an approval a person is asked whether the relationship goes on."""
MOST_MISSING = 500
RULE = "record_approved"
APPROVED, RETAINED = "approved", "retained"


@dataclass(frozen=True)
class Ended:
    """`destroy_at` is when the details go; `is_news` is false when all of it was known before."""

    session_id: str
    on: date
    destroy_at: datetime
    is_news: bool


def end_relationship(
    db: Session,
    name: str,
    on: date,
    *,
    years: int,
    now: datetime,
    corrects: bool = False,
    by: Actor = OPERATOR,
) -> list[Ended]:
    """Every approved verification of that id or reference; the same date again changes nothing.

    Raises NotFoundError; InvalidInputError for a date in the future or before the approval;
    ConflictError for one that is not approved, is forgotten already, or ended on another day
    (unless `corrects`).
    """
    if on > now.date():
        raise InvalidInputError(f"{on} is in the future: report the end on the day it has come")
    found = sessions_named(db, name)
    approved = [session for session in found if session.status == Status.VERIFIED]
    if not approved:
        raise ConflictError(
            f"it is {found[-1].status}, not verified: only an approved customer's details wait for"
            " the end of a relationship; nothing is to be done"
        )
    return list(_end(db, approved, on, years, now, corrects=corrects, by=by))


def without_end(db: Session, now: datetime, limit: int = MOST_MISSING) -> list[VerificationSession]:
    """Approved at least `LONG` ago, and no end of the relationship was ever reported; oldest first.

    Either they are customers still, or their end was forgotten: then nothing starts their clock.
    """
    row = VerificationSession
    return list(
        db.scalars(
            select(row)
            .where(
                row.status == Status.VERIFIED,
                row.decided_at <= now - LONG,
                row.relationship_ended_at.is_(None),
                row.record_destroyed_at.is_(None),
                row.origin != HONEY,
            )
            .order_by(row.decided_at, row.id)
            .limit(limit)
        )
    )


def _end(
    db: Session,
    approved: list[VerificationSession],
    on: date,
    years: int,
    now: datetime,
    *,
    corrects: bool,
    by: Actor,
) -> Iterator[Ended]:
    for session in approved:
        lock(db, session)
        _check(session, on, corrects=corrects)
        is_news = session.relationship_ended_at != _midnight(on)
        if is_news:
            _start_clock(db, session, on, years, now, by)
        assert session.record_destroy_at is not None
        yield Ended(session.id, on, session.record_destroy_at, is_news)


def _check(session: VerificationSession, on: date, *, corrects: bool) -> None:
    if session.record_destroyed_at is not None:
        raise ConflictError(f"the details of {session.id} are destroyed already")
    ended, decided = session.relationship_ended_at, session.decided_at
    if decided is not None and on < decided.date():
        raise InvalidInputError(
            f"{on} is before the approval on {decided:%Y-%m-%d}: check the date; for a customer who"
            " never began, give the day of the approval"
        )
    if ended is not None and ended != _midnight(on) and not corrects:
        raise ConflictError(
            f"its end on {ended:%Y-%m-%d} was reported before: if that was wrong, say so with"
            " --correct, or in the form"
        )


def _start_clock(
    db: Session, session: VerificationSession, on: date, years: int, now: datetime, by: Actor
) -> None:
    """Years from the end of that day, but never shorter than the case's images are kept.

    The flow's own number, or `years` where it leaves them to the deployment.
    """
    known = session.relationship_ended_at
    rules = flow_of(db, session).retention
    images = _images_until(db, session, after_end(rules, RETAINED, _midnight(on), years))
    by_rule = after_end(rules, RULE, _midnight(on), years)
    session.relationship_ended_at = _midnight(on)
    session.record_rule = RULE
    session.record_destroy_at = max([by_rule, *images])
    record(
        db,
        Action(f"{by.kind}:relationship:{'corrected' if known else 'ended'}"),
        actor=by,
        now=now,
        case=session.id,
        detail={
            "rule": RULE,
            "years": years_of(rules[RULE], years),
            "days_ago": (now.date() - on).days,
        },
    )


def after_end(rules: Rules, rule: str, ended: datetime, years: int) -> datetime:
    """When what waits for the end of the relationship is destroyed; `ended` is that day's start."""
    return due_at(rules, rule, ended + DAY, years_of(rules[rule], years))


def _images_until(
    db: Session, session: VerificationSession, retained_until: datetime
) -> list[datetime]:
    """Sets the clock of the retained copies; until when there are images, also narrower ones."""
    live = select(Artifact).where(Artifact.session_id == session.id, Artifact.state.in_(LIVE))
    images = db.scalars(live.with_for_update()).all()
    for image in images:
        if image.stage == Stage.RETAINED:
            image.destroy_at = retained_until
    known = [image.destroy_at for image in images if image.destroy_at is not None]
    to_come = [retained_until] if any(image.destroy_rule == APPROVED for image in images) else []
    return [*known, *to_come]


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)
