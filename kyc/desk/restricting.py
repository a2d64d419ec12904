"""Owns restrictions of processing (GDPR Art. 18): setting one, telling the customer, lifting it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.audit.values import Value
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import open_text, seal_text
from kyc.keeping.moving import move_case
from kyc.mails import owe_mail
from kyc.models import Claim, LegalHold, OutgoingMail, Restriction, VerificationSession
from kyc.policy.holds import LONGEST_HOLD
from kyc.policy.restrictions import NOTICE, RESTRICTED, RESTRICTION_GROUNDS
from kyc.restrictions import restriction_on
from kyc.review.taking_back import undo_pending
from storage.vault import Vault

LONGEST_WORDS = 2000
_REASON, _LIFT_REASON, _TOLD = "restriction", "restriction_lifted", "restriction_told"


@dataclass(frozen=True)
class Ask:
    """What is asked for: a code of `kyc.policy.restrictions`, and why, for the record."""

    ground: str
    reason: str


@dataclass(frozen=True)
class Shown:
    """A restriction as a page shows it; its words are empty once the details are destroyed.

    `told_at` is when the mail went that it will be lifted, `may_lift_at` the first moment at which
    it may be.
    """

    restriction: Restriction
    reference: str
    reason: str
    lift_reason: str
    told_how: str
    told_at: datetime | None
    may_lift_at: datetime | None


def restrict(
    db: Session,
    vault: Vault,
    session_id: str,
    ask: Ask,
    *,
    request_id: str | None = None,
    by: Actor,
    now: datetime,
) -> Restriction:
    """From the commit on nobody looks at the case or decides it; who works it loses it.

    A verdict that has not taken effect is taken back. Raises NotFoundError, InvalidInputError for
    what is missing, ConflictError where nothing is left or it is restricted already.
    """
    ground = RESTRICTION_GROUNDS.get(ask.ground)
    if ground is None:
        raise InvalidInputError(f"the ground is one of {', '.join(RESTRICTION_GROUNDS)}")
    _check_words(ask.reason, "say why it is restricted")
    session = db.get(VerificationSession, session_id)
    if session is None:
        raise NotFoundError("no such case")
    lock(db, session)
    _must_be_free(db, session)
    hold = _keep(db, vault, session, by, now) if ground.keeps else None
    found = Restriction(
        session_id=session.id,
        request_id=request_id,
        ground=ask.ground,
        reason=seal_text(vault, session, _REASON, ask.reason.strip()),
        hold_id=hold.id if hold else None,
        set_by=by.id,
        set_at=now,
    )
    db.add(found)
    db.flush()
    _stop_work(db, session, now)
    _note(db, "set", found, by, now, {"reason": found.ground, "held": hold is not None})
    return found


def announce_lifting(
    db: Session, vault: Vault, restriction_id: str, reason: str, *, by: Actor, now: datetime
) -> Restriction:
    """Owes the mail that the restriction will be lifted, and why (Art. 18(3)).

    Raises NotFoundError, ConflictError once it was announced or lifted, InvalidInputError.
    """
    _check_words(reason, "say why it is to be lifted")
    found, session = _locked(db, restriction_id)
    if found.announced_at is not None:
        raise ConflictError("that it will be lifted has been announced already")
    mail = owe_mail(db, session, "restriction_ends", now) if session.details else None
    found.announced_at, found.announced_by = now, by.id
    found.lift_reason = seal_text(vault, session, _LIFT_REASON, reason.strip())
    found.mail_id = mail.id if mail else None
    _note(db, "announced", found, by, now, {"mailed": mail is not None})
    return found


def lift(
    db: Session,
    vault: Vault,
    restriction_id: str,
    *,
    told_how: str = "",
    by: Actor,
    now: datetime,
) -> Restriction:
    """Ends it, a day after the customer was told; `told_how` says how, where no mail went.

    Raises NotFoundError, ConflictError for whoever was not told or not long enough ago.
    """
    found, session = _locked(db, restriction_id)
    if len(told_how) > LONGEST_WORDS:
        raise InvalidInputError(f"at most {LONGEST_WORDS} characters")
    _must_be_told(db, found, told_how, now)
    if told_how.strip():
        found.told_how = seal_text(vault, session, _TOLD, told_how.strip())
    found.lifted_at, found.lifted_by = now, by.id
    if found.hold_id is not None:
        hold = db.get_one(LegalHold, found.hold_id)
        hold.lifted_at, hold.lifted_by = now, by.id
    session.version += 1
    _note(db, "lifted", found, by, now, {"held": found.hold_id is not None})
    return found


def restrictions(db: Session, vault: Vault, *, in_force: bool, limit: int = 200) -> list[Shown]:
    """Those in force, the oldest first, or those that have ended, the latest first."""
    ended = Restriction.lifted_at
    rows = db.execute(
        select(Restriction, VerificationSession)
        .join(VerificationSession, VerificationSession.id == Restriction.session_id)
        .where(ended.is_(None) if in_force else ended.is_not(None))
        .order_by(Restriction.set_at if in_force else ended.desc(), Restriction.id)
        .limit(limit)
    )
    return [_shown(db, vault, found, session) for found, session in rows]


def restriction_shown(db: Session, vault: Vault, session_id: str) -> Shown | None:
    """The one in force on this case."""
    found = restriction_on(db, session_id)
    if found is None:
        return None
    return _shown(db, vault, found, db.get_one(VerificationSession, session_id))


def _must_be_free(db: Session, session: VerificationSession) -> None:
    if session.record_destroyed_at is not None:
        raise ConflictError("it is destroyed already: there is nothing left to restrict")
    if restriction_on(db, session.id) is not None:
        raise ConflictError("this case is restricted already")


def _keep(
    db: Session, vault: Vault, session: VerificationSession, by: Actor, now: datetime
) -> LegalHold:
    """Stops the clocks as any hold does, and so wherever a hold is asked for."""
    hold = LegalHold(
        session_id=session.id,
        reason=RESTRICTED,
        set_by=by.id,
        set_at=now,
        until=now + LONGEST_HOLD,
    )
    db.add(hold)
    db.flush()
    move_case(db, vault, session.id, now)
    return hold


def _stop_work(db: Session, session: VerificationSession, now: datetime) -> None:
    claim = db.get(Claim, session.id, populate_existing=True)
    if claim is not None:
        db.delete(claim)
        record(db, Action.SYSTEM_CLAIM_WITHDRAWN, actor=SYSTEM, now=now, case=session.id)
    undo_pending(db, session, now)
    session.version += 1


def _locked(db: Session, restriction_id: str) -> tuple[Restriction, VerificationSession]:
    found = db.get(Restriction, restriction_id)
    if found is None:
        raise NotFoundError("there is no such restriction")
    session = db.get_one(VerificationSession, found.session_id)
    lock(db, session)
    lock(db, found)
    if found.lifted_at is not None:
        raise ConflictError("this restriction has ended already")
    return found, session


def _must_be_told(db: Session, found: Restriction, told_how: str, now: datetime) -> None:
    if found.announced_at is None:
        raise ConflictError("the customer must be told before it is lifted: announce it first")
    told_at = _mailed_at(db, found)
    if told_at is None and not told_how.strip():
        raise ConflictError(
            "no mail has gone to the customer: wait until it has, or say how else they were told"
        )
    if now < (told_at or found.announced_at) + NOTICE:
        raise ConflictError("the customer was told less than a day ago: they may have an answer")


def _mailed_at(db: Session, found: Restriction) -> datetime | None:
    mail = db.get(OutgoingMail, found.mail_id) if found.mail_id else None
    return mail.sent_at if mail else None


def _shown(db: Session, vault: Vault, found: Restriction, session: VerificationSession) -> Shown:
    def opened(field: str, blob: bytes | None) -> str:
        is_there = blob is not None and session.field_key is not None
        return open_text(vault, session, field, blob) if is_there and blob else ""

    told_at = _mailed_at(db, found)
    since = told_at or found.announced_at
    return Shown(
        restriction=found,
        reference=session.reference,
        reason=opened(_REASON, found.reason),
        lift_reason=opened(_LIFT_REASON, found.lift_reason),
        told_how=opened(_TOLD, found.told_how),
        told_at=told_at,
        may_lift_at=since + NOTICE if since else None,
    )


def _check_words(text: str, ask: str) -> None:
    if not text.strip() or len(text) > LONGEST_WORDS:
        raise InvalidInputError(f"{ask}, in at most {LONGEST_WORDS} characters")


def _note(
    db: Session, act: str, found: Restriction, by: Actor, now: datetime, detail: dict[str, Value]
) -> None:
    action = Action(f"{by.kind}:restriction:{act}")
    detail |= {"request": found.request_id} if found.request_id else {}
    record(db, action, actor=by, now=now, case=found.session_id, object_id=found.id, detail=detail)
