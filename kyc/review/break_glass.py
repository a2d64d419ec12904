"""Owns break-glass: images outside of one's own claim, for a reason, by two people, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.access import Permission, may
from kyc.alarms import tell_privacy_officers
from kyc.audit import Action, Actor, record
from kyc.db import changed_one
from kyc.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kyc.fields import open_text, seal_text
from kyc.lifecycle import SEEN_BY_STAFF, ArtifactState
from kyc.mails import owe_staff_mail
from kyc.models import Artifact, BreakGlass, Staff, VerificationSession
from kyc.restrictions import require_unrestricted
from kyc.review.conflicts import require_unrelated
from kyc.review.honey import alarm_if_honey
from storage.vault import Vault

LASTS = timedelta(minutes=30)
ANSWER_WITHIN = timedelta(hours=24)
SHORTEST_REASON, LONGEST_REASON = 20, 2000
_FIELD = "break_glass"


@dataclass(frozen=True)
class Shown:
    """A request as people read it; `reason` is empty once the case's details are destroyed."""

    request: BreakGlass
    reference: str
    reason: str


def ask(
    db: Session, vault: Vault, session_id: str, staff_id: str, reason: str, now: datetime
) -> BreakGlass:
    """Raises InvalidInputError without a reason, ConflictError when there is nothing to open."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInputError(
            f"write why, in {SHORTEST_REASON} to {LONGEST_REASON} characters: two people read it"
        )
    session = db.get(VerificationSession, session_id, with_for_update=True)
    if session is None:
        raise NotFoundError("no such case")
    require_unrelated(db, session_id, staff_id)
    require_unrestricted(db, session_id)
    _require_something(db, session, staff_id, now)
    request = BreakGlass(
        session_id=session_id,
        staff_id=staff_id,
        reason=seal_text(vault, session, _FIELD, reason),
        asked_at=now,
    )
    db.add(request)
    db.flush()
    _note(db, Action.STAFF_GLASS_ASKED, request, staff_id, now)
    alarm_if_honey(db, session_id, staff_id, now)
    for person in _answerers(db, staff_id):
        owe_staff_mail(db, person, "glass_asked", now)
    return request


def grant(db: Session, request_id: str, by: str, now: datetime) -> BreakGlass:
    """Opens the images to who asked, for half an hour. Raises RestrictedError, and as `_answer`."""
    asked = db.get(BreakGlass, request_id)
    if asked is not None:
        require_unrestricted(db, asked.session_id)
    request = _answer(db, request_id, by, now, granted_at=now, ends_at=now + LASTS)
    _note(db, Action.STAFF_GLASS_GRANTED, request, by, now)
    tell_privacy_officers(db, "glass", now)
    return request


def refuse(db: Session, request_id: str, by: str, now: datetime) -> BreakGlass:
    request = _answer(db, request_id, by, now, refused_at=now)
    _note(db, Action.STAFF_GLASS_REFUSED, request, by, now)
    return request


def acknowledge(db: Session, request_id: str, by: str, now: datetime) -> None:
    """A privacy officer has looked into it. Raises NotFoundError for what was never granted."""
    request = db.get(BreakGlass, request_id, with_for_update=True)
    if request is None or request.granted_at is None:
        raise NotFoundError("there is no such request")
    if request.acknowledged_at is None:
        request.acknowledged_at, request.acknowledged_by = now, by
        _note(db, Action.STAFF_GLASS_ACKNOWLEDGED, request, by, now)


def grant_of(db: Session, session_id: str, staff_id: str, now: datetime) -> BreakGlass | None:
    """What lets this person see the images of this case now, if anything does."""
    live = select(BreakGlass).where(
        BreakGlass.session_id == session_id,
        BreakGlass.staff_id == staff_id,
        BreakGlass.granted_at.is_not(None),
        BreakGlass.ends_at > now,
    )
    found = db.scalars(live.order_by(BreakGlass.ends_at.desc())).first()
    person = db.get(Staff, staff_id)
    allowed = person is not None and may(person.role, Permission.BREAK_GLASS)
    return found if allowed else None


def requests(db: Session, vault: Vault, limit: int) -> list[Shown]:
    """The newest first, with their reasons."""
    query = (
        select(BreakGlass, VerificationSession)
        .join(VerificationSession, VerificationSession.id == BreakGlass.session_id)
        .order_by(BreakGlass.asked_at.desc(), BreakGlass.id)
        .limit(limit)
    )
    return [
        Shown(request, session.reference, _reason(vault, session, request))
        for request, session in db.execute(query)
    ]


def _require_something(
    db: Session, session: VerificationSession, staff_id: str, now: datetime
) -> None:
    images = select(Artifact.id).where(
        Artifact.session_id == session.id,
        Artifact.stage.in_(SEEN_BY_STAFF),
        Artifact.state == ArtifactState.STORED,
    )
    if session.field_key is None or db.scalar(images.limit(1)) is None:
        raise ConflictError("there are no images of this case any more")
    open_one = select(BreakGlass.id).where(
        BreakGlass.session_id == session.id,
        BreakGlass.staff_id == staff_id,
        BreakGlass.answered_by.is_(None),
        BreakGlass.asked_at > now - ANSWER_WITHIN,
    )
    if db.scalar(open_one.limit(1)) or grant_of(db, session.id, staff_id, now):
        raise ConflictError("you have asked already: a second person must answer")


def _answer(db: Session, request_id: str, by: str, now: datetime, **values: datetime) -> BreakGlass:
    """One statement decides between two who answer.

    Raises ForbiddenError for who asked, ConflictError for what is answered or a day old.
    """
    request = db.get(BreakGlass, request_id)
    if request is None:
        raise NotFoundError("there is no such request")
    if request.staff_id == by:
        raise ForbiddenError("nobody answers their own request")
    answer = (
        update(BreakGlass)
        .where(
            BreakGlass.id == request_id,
            BreakGlass.answered_by.is_(None),
            BreakGlass.asked_at > now - ANSWER_WITHIN,
        )
        .values(answered_by=by, **values)
    )
    if not changed_one(db, answer):
        raise ConflictError("this request is answered already, or too old: ask again")
    db.refresh(request)
    return request


def _answerers(db: Session, asker: str) -> list[Staff]:
    active = select(Staff).where(Staff.disabled_at.is_(None), Staff.id != asker)
    everybody = db.scalars(active.order_by(Staff.id))
    return [person for person in everybody if may(person.role, Permission.ANSWER_GLASS)]


def _reason(vault: Vault, session: VerificationSession, request: BreakGlass) -> str:
    if request.reason is None or session.field_key is None:
        return ""
    return open_text(vault, session, _FIELD, request.reason)


def _note(db: Session, action: Action, request: BreakGlass, by: str, now: datetime) -> None:
    record(
        db,
        action,
        actor=Actor("staff", by),
        now=now,
        case=request.session_id,
        object_id=request.id,
    )
