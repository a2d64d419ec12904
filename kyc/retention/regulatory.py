"""Owns holds under an order against terrorist content: Regulation (EU) 2021/784, Art. 6."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kyc.access import Permission, may
from kyc.audit import Action, Actor, record
from kyc.audit.values import Value
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import open_text, seal_text
from kyc.holds import order_on
from kyc.keeping.moving import move_case
from kyc.models import LegalHold, RegulatoryAccess, RegulatoryHold, Staff, VerificationSession
from kyc.policy.holds import LONGEST_HOLD, PRESERVED, PRESERVED_MONTHS, PURPOSES
from kyc.policy.retention import months_after
from kyc.restrictions import require_unrestricted
from kyc.retention.naming import session_named
from storage.vault import Vault

LONGEST_REFERENCE = 200
LONGEST_REASON = 2000
OPEN_FOR = timedelta(minutes=30)
_REFERENCE, _EXTENSION = "order_reference", "order_extension"


@dataclass(frozen=True)
class Order:
    """`removed_on` is the day of removal or disabling; `readers` are ids of staff."""

    reference: str
    removed_on: date
    readers: Sequence[str]
    purposes: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """One as a list shows it, its texts opened; they are empty once the details are destroyed."""

    hold: LegalHold
    order: RegulatoryHold
    case_reference: str
    reference: str
    extension: str


def preserve(
    db: Session, vault: Vault, name: str, order: Order, *, by: Actor, now: datetime
) -> LegalHold:
    """Keeps the case for six calendar months from the removal (Art. 6(2)).

    Raises NotFoundError; InvalidInputError for what the order lacks; ConflictError when the record
    is destroyed or such a hold is in force.
    """
    until = months_after(_midnight(order.removed_on), PRESERVED_MONTHS) + timedelta(days=1)
    _check(db, order, until, now)
    session = session_named(db, name)
    lock(db, session)
    if session.record_destroyed_at is not None:
        raise ConflictError("it is destroyed already: there is nothing left to hold")
    if order_on(db, session.id, now) is not None:
        raise ConflictError("it is held under an order already: extend that hold")
    hold = LegalHold(session_id=session.id, reason=PRESERVED, set_by=by.id, set_at=now, until=until)
    db.add(hold)
    db.flush()
    db.add(
        RegulatoryHold(
            hold_id=hold.id,
            starts_at=_midnight(order.removed_on),
            order_reference=seal_text(vault, session, _REFERENCE, order.reference.strip()),
            readers=sorted(set(order.readers)),
            purposes=sorted(set(order.purposes)),
        )
    )
    db.flush()
    move_case(db, vault, session.id, now)
    detail: dict[str, Value] = {
        "reasons": sorted(set(order.purposes)),
        "readers": len(set(order.readers)),
    }
    _note(db, "set", hold, by, now, {**detail, "days": (until - now).days})
    return hold


def extend(
    db: Session,
    vault: Vault,
    hold_id: str,
    last_day: date,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> LegalHold:
    """Longer, on the request of the authority or court (Art. 6(2)); never shorter.

    Raises NotFoundError, InvalidInputError, ConflictError when it has ended.
    """
    hold = _found(db, hold_id)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInputError(f"say who asked for it and why, in {LONGEST_REASON} characters")
    session = db.get_one(VerificationSession, hold.session_id)
    lock(db, session)
    lock(db, hold)
    until = _midnight(last_day) + timedelta(days=1)
    if hold.until <= now:
        raise ConflictError("this hold has ended already: set it anew")
    if until <= hold.until:
        raise InvalidInputError("it lasts that long already: it is never made shorter")
    if until > now + LONGEST_HOLD:
        raise InvalidInputError("a hold lasts ten years at most: extend it again then")
    hold.until = until
    order = db.get_one(RegulatoryHold, hold.id)
    order.extension = seal_text(vault, session, _EXTENSION, reason.strip())
    move_case(db, vault, session.id, now)
    _note(db, "extended", hold, by, now, {"days": (until - now).days})
    return hold


def open_for(
    db: Session, hold_id: str, staff_id: str, purpose: str, now: datetime
) -> RegulatoryAccess:
    """Lets a named reader see the images for half an hour, for the purpose that they choose.

    Raises NotFoundError for whoever is not named, InvalidInputError for a purpose that the hold
    does not have, ConflictError when it has ended or the case is restricted.
    """
    hold = _found(db, hold_id)
    order = db.get_one(RegulatoryHold, hold.id)
    if staff_id not in order.readers:
        raise NotFoundError("there is no such hold")
    if purpose not in order.purposes:
        raise InvalidInputError("this hold may not be opened for this purpose")
    if hold.until <= now:
        raise ConflictError("this hold has ended already")
    require_unrestricted(db, hold.session_id)
    access = RegulatoryAccess(
        hold_id=hold.id, staff_id=staff_id, purpose=purpose, opened_at=now, ends_at=now + OPEN_FOR
    )
    db.add(access)
    db.flush()
    _note(db, "opened", hold, Actor("staff", staff_id), now, {"reason": purpose})
    return access


def orders(db: Session, vault: Vault, now: datetime) -> list[Shown]:
    """Those in force, the first to end first."""
    return [_shown(vault, hold, order, case) for hold, order, case in db.execute(_in_force(now))]


def orders_of_reader(
    db: Session, staff_id: str, now: datetime
) -> list[tuple[LegalHold, str, list[str]]]:
    """Of what this person is named for: the hold, the case's reference, the purposes."""
    return [
        (hold, session.reference, order.purposes)
        for hold, order, session in db.execute(_in_force(now))
        if staff_id in order.readers
    ]


def _in_force(
    now: datetime,
) -> Select[LegalHold, RegulatoryHold, VerificationSession]:
    return (
        select(LegalHold, RegulatoryHold, VerificationSession)
        .join(RegulatoryHold, RegulatoryHold.hold_id == LegalHold.id)
        .join(VerificationSession, VerificationSession.id == LegalHold.session_id)
        .where(LegalHold.until > now)
        .order_by(LegalHold.until, LegalHold.id)
    )


def _check(db: Session, order: Order, until: datetime, now: datetime) -> None:
    if not order.reference.strip() or len(order.reference) > LONGEST_REFERENCE:
        raise InvalidInputError("give the reference of the removal order")
    if order.removed_on > now.date():
        raise InvalidInputError("the day of removal is in the future: give the day it was removed")
    if until <= now:
        raise InvalidInputError("its six months are over: an authority may ask for a legal hold")
    if not order.purposes or not set(order.purposes) <= PURPOSES.keys():
        raise InvalidInputError("name at least one purpose for which the pictures may be opened")
    people = db.scalars(select(Staff).where(Staff.id.in_(order.readers))).all()
    allowed = {one.id for one in people if may(one.role, Permission.LOOK) and not one.disabled_at}
    if not order.readers or not set(order.readers) <= allowed:
        raise InvalidInputError("name who may open it: people whose role lets them see pictures")


def _found(db: Session, hold_id: str) -> LegalHold:
    hold = db.get(LegalHold, hold_id)
    if hold is None or db.get(RegulatoryHold, hold_id) is None:
        raise NotFoundError("there is no such hold")
    return hold


def _shown(
    vault: Vault, hold: LegalHold, order: RegulatoryHold, session: VerificationSession
) -> Shown:
    def opened(field: str, blob: bytes | None) -> str:
        known = blob is not None and session.field_key is not None
        return open_text(vault, session, field, blob) if known and blob else ""

    return Shown(
        hold,
        order,
        session.reference,
        opened(_REFERENCE, order.order_reference),
        opened(_EXTENSION, order.extension),
    )


def _note(
    db: Session, act: str, hold: LegalHold, by: Actor, now: datetime, detail: dict[str, Value]
) -> None:
    known: dict[str, Value] = {"reason": hold.reason, **detail}
    action = Action(f"{by.kind}:hold:{act}")
    record(db, action, actor=by, now=now, case=hold.session_id, object_id=hold.id, detail=known)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
