"""Owns legal holds: setting one, lifting it, telling which there are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import open_text, seal_text
from kyc.keeping.moving import move_case
from kyc.lifecycle import LIVE, SEEN_BY_STAFF
from kyc.models import Artifact, LegalHold, VerificationSession
from kyc.policy.holds import HOLD_REASONS, LONGEST_HOLD, PRESERVED
from kyc.policy.restrictions import RESTRICTED
from kyc.retention.naming import session_named
from storage.vault import Vault

LONGEST_NOTE = 2000
_NOTE, _LIFT_NOTE = "hold_note", "hold_lift_note"


@dataclass(frozen=True)
class Order:
    """What is asked for; `last_day` is held to its end, UTC. `details_only` does without images."""

    reason: str
    last_day: date
    note: str = ""
    details_only: bool = False


@dataclass(frozen=True)
class Shown:
    """A hold as a list shows it, its texts opened; None where there is none or it is gone."""

    hold: LegalHold
    reference: str
    note: str | None
    lift_note: str | None


def set_hold(
    db: Session, vault: Vault, name: str, order: Order, *, by: Actor, now: datetime
) -> LegalHold:
    """Holds the verification of that id or reference. It waits for a purge that runs just now.

    Raises NotFoundError; InvalidInputError for what the order lacks; ConflictError when what it
    would keep has been destroyed, or the same hold is set already.
    """
    until = _until(order.last_day)
    _check(order, until, now)
    session = session_named(db, name)
    lock(db, session)
    pictures = _pictures_left(db, session, details_only=order.details_only)
    _must_be_new(db, session, order, until)
    hold = LegalHold(
        session_id=session.id,
        reason=order.reason,
        note=_sealed(vault, session, _NOTE, order.note),
        set_by=by.id,
        set_at=now,
        until=until,
    )
    db.add(hold)
    db.flush()
    move_case(db, vault, session.id, now)
    _record(db, "set", hold, by, now, {"days": (until - now).days, "pictures": pictures})
    return hold


def lift_hold(
    db: Session, vault: Vault, hold_id: str, note: str, *, by: Actor, now: datetime
) -> LegalHold:
    """Ends a hold before its time; the clocks go on where they stand.

    Raises NotFoundError, ConflictError when it has ended before, InvalidInputError without note.
    """
    found = db.get(LegalHold, hold_id)
    if found is None:
        raise NotFoundError("there is no such hold")
    if found.reason == PRESERVED:
        raise ConflictError("a hold under an order is not lifted: it ends on its day")
    if found.reason == RESTRICTED:
        raise ConflictError("this hold keeps a restricted case: it ends with the restriction")
    if not note.strip() or len(note) > LONGEST_NOTE:
        raise InvalidInputError(f"say why it is lifted, in at most {LONGEST_NOTE} characters")
    session = db.get_one(VerificationSession, found.session_id)
    lock(db, session)
    lock(db, found)
    if found.lifted_at is not None or found.until <= now:
        raise ConflictError("this hold has ended already")
    found.lifted_at, found.lifted_by = now, by.id
    found.lift_note = _sealed(vault, session, _LIFT_NOTE, note)
    _record(db, "lifted", found, by, now, {})
    return found


def holds_in_force(db: Session, vault: Vault, now: datetime) -> list[Shown]:
    """Those that hold something now, the first to end first."""
    query = (
        select(LegalHold, VerificationSession)
        .join(VerificationSession, VerificationSession.id == LegalHold.session_id)
        .where(LegalHold.lifted_at.is_(None), LegalHold.until > now)
        .order_by(LegalHold.until, LegalHold.id)
    )
    return [_shown(vault, hold, session) for hold, session in db.execute(query)]


def holds_ended(db: Session, vault: Vault, now: datetime, limit: int) -> list[Shown]:
    """Those that hold nothing any more, the latest first."""
    query = (
        select(LegalHold, VerificationSession)
        .join(VerificationSession, VerificationSession.id == LegalHold.session_id)
        .where(or_(LegalHold.lifted_at.is_not(None), LegalHold.until <= now))
        .order_by(LegalHold.set_at.desc(), LegalHold.id)
        .limit(limit)
    )
    return [_shown(vault, hold, session) for hold, session in db.execute(query)]


def _check(order: Order, until: datetime, now: datetime) -> None:
    if order.reason not in HOLD_REASONS:
        raise InvalidInputError(f"the reason is one of {', '.join(HOLD_REASONS)}")
    if order.reason == "other" and not order.note.strip():
        raise InvalidInputError("the reason “other” needs a note that says which")
    if len(order.note) > LONGEST_NOTE:
        raise InvalidInputError(f"a note has at most {LONGEST_NOTE} characters")
    if until <= now:
        raise InvalidInputError(f"{order.last_day} is over: give a day that is yet to end")
    if until > now + LONGEST_HOLD:
        raise InvalidInputError("a hold lasts ten years at most: set it again when it ends")


def _pictures_left(db: Session, session: VerificationSession, *, details_only: bool) -> int:
    """How many images the hold keeps. Raises ConflictError when it would come too late."""
    if session.record_destroyed_at is not None:
        raise ConflictError("it is destroyed already: there is nothing left to hold")
    copies = select(func.count()).where(
        Artifact.session_id == session.id, Artifact.stage.in_(SEEN_BY_STAFF)
    )
    left = db.scalar(copies.where(Artifact.state.in_(LIVE))) or 0
    if not left and db.scalar(copies) and not details_only:
        raise ConflictError(
            "its pictures are destroyed already: to hold the details that are left, ask for the"
            " details alone"
        )
    return left


def _must_be_new(db: Session, session: VerificationSession, order: Order, until: datetime) -> None:
    same = select(LegalHold.id).where(
        LegalHold.session_id == session.id,
        LegalHold.reason == order.reason,
        LegalHold.until == until,
        LegalHold.lifted_at.is_(None),
    )
    if db.scalar(same.limit(1)) is not None:
        raise ConflictError("it is held for this reason until this day already")


def _until(last_day: date) -> datetime:
    try:
        return datetime.combine(last_day, time(), UTC) + timedelta(days=1)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _sealed(vault: Vault, session: VerificationSession, field: str, text: str) -> bytes | None:
    return seal_text(vault, session, field, text.strip()) if text.strip() else None


def _shown(vault: Vault, hold: LegalHold, session: VerificationSession) -> Shown:
    def opened(field: str, blob: bytes | None) -> str | None:
        return open_text(vault, session, field, blob) if blob else None

    return Shown(
        hold=hold,
        reference=session.reference,
        note=opened(_NOTE, hold.note),
        lift_note=opened(_LIFT_NOTE, hold.lift_note),
    )


def _record(
    db: Session, act: str, hold: LegalHold, by: Actor, now: datetime, counts: dict[str, int]
) -> None:
    record(
        db,
        Action(f"{by.kind}:hold:{act}"),
        actor=by,
        now=now,
        case=hold.session_id,
        object_id=hold.id,
        detail={"reason": hold.reason, **counts},
    )
