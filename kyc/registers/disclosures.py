"""Owns the register of disclosures: entering one, striking one, telling a customer of theirs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.audit.recording import Thing, record_all
from kyc.audit.values import Value
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import open_text, seal_text
from kyc.models import Disclosure, DisclosureCase, VerificationSession
from kyc.policy.disclosures import STRIKES
from kyc.registers.disclosure_checks import Given, check_case, check_given
from kyc.retention.naming import session_named
from storage.vault import Vault

_FIELD = "disclosure"


@dataclass(frozen=True)
class Told:
    """What a customer is told of one disclosure of theirs (GDPR Art. 15(1)(c)); codes as stored."""

    id: str
    kind: str
    recipient: str
    country: str
    ground: str
    classes: tuple[str, ...]
    disclosed_at: datetime


@dataclass(frozen=True)
class Entry:
    """One as the register shows it: `cases` are id, reference of the business and sealed words.

    The words are None where there are none, or where the customer's details are destroyed.
    """

    disclosure: Disclosure
    cases: tuple[tuple[str, str, dict[str, str] | None], ...]


def enter(db: Session, vault: Vault, given: Given, *, by: Actor, now: datetime) -> Disclosure:
    """Raises NotFoundError for an unknown case; InvalidInputError for what the entry lacks;
    ConflictError when words cannot be sealed any more; and ForbiddenDisclosureError."""
    check_given(given, now)
    sessions = [session_named(db, name) for name in dict.fromkeys(given.cases)]
    for session in sessions:
        check_case(session, given)
    row = Disclosure(
        kind=given.kind,
        recipient=given.recipient.strip(),
        country=given.country,
        ground=given.ground,
        classes=sorted(set(given.classes)),
        disclosed_at=_midnight(given.disclosed_on),
        withheld_until=_day_after(given.withheld_until),
        withheld_ground=given.withheld_ground if given.withheld_until else None,
        entered_at=now,
        entered_by=by.id,
    )
    db.add(row)
    db.flush()
    for session in {one.id: one for one in sessions}.values():
        words = _sealed(vault, session, given)
        db.add(DisclosureCase(disclosure_id=row.id, session_id=session.id, words=words))
    _record_entered(db, row, [session.id for session in sessions], by, now)
    return row


def strike(db: Session, disclosure_id: str, reason: str, *, by: Actor, now: datetime) -> None:
    """Says that an entry is wrong; it stays readable. Raises NotFoundError, InvalidInputError for
    a reason that is none, ConflictError when it is struck already."""
    row = db.get(Disclosure, disclosure_id)
    if row is None:
        raise NotFoundError("there is no such disclosure")
    if reason not in STRIKES:
        raise InvalidInputError(f"the reason is one of {', '.join(STRIKES)}")
    lock(db, row)
    if row.struck_at is not None:
        raise ConflictError("this entry is struck already")
    row.struck_at, row.struck_by, row.struck_reason = now, by.id, reason
    act = Action.STAFF_DISCLOSURE_STRUCK
    record(db, act, actor=by, now=now, object_id=row.id, detail={"reason": reason})


def of(db: Session, session_id: str, now: datetime) -> list[Told]:
    """What this customer may be told, the oldest first; nothing that is struck or withheld."""
    mine = (
        select(Disclosure)
        .join(DisclosureCase, DisclosureCase.disclosure_id == Disclosure.id)
        .where(DisclosureCase.session_id == session_id, Disclosure.struck_at.is_(None))
        .order_by(Disclosure.disclosed_at, Disclosure.id)
    )
    return [_told(row) for row in db.scalars(mine) if not is_withheld(row, now)]


def is_withheld(row: Disclosure, now: datetime) -> bool:
    return row.withheld_until is not None and row.withheld_until > now


def entries(db: Session, vault: Vault, limit: int, *, case: str | None = None) -> list[Entry]:
    """The latest first; with `case`, those of one verification."""
    query = select(Disclosure).order_by(Disclosure.entered_at.desc(), Disclosure.id).limit(limit)
    if case is not None:
        about = select(DisclosureCase.disclosure_id).where(DisclosureCase.session_id == case)
        query = query.where(Disclosure.id.in_(about))
    rows = db.scalars(query).all()
    cases = _cases_of(db, vault, [row.id for row in rows])
    return [Entry(row, tuple(cases.get(row.id, ()))) for row in rows]


def _sealed(vault: Vault, session: VerificationSession, given: Given) -> bytes | None:
    words = {"reference": given.reference.strip(), "note": given.note.strip()}
    if not any(words.values()):
        return None
    if session.field_key is None:
        raise ConflictError(
            f"the details of {session.reference} are destroyed: enter it without reference and note"
        )
    return seal_text(vault, session, _FIELD, json.dumps(words))


def _cases_of(db: Session, vault: Vault, ids: Iterable[str]) -> dict[str, list[Any]]:
    query = (
        select(DisclosureCase, VerificationSession)
        .join(VerificationSession, VerificationSession.id == DisclosureCase.session_id)
        .where(DisclosureCase.disclosure_id.in_(list(ids)))
        .order_by(DisclosureCase.session_id)
    )
    found: dict[str, list[Any]] = {}
    for about, session in db.execute(query):
        words = None
        if about.words is not None and session.field_key is not None:
            words = json.loads(open_text(vault, session, _FIELD, about.words))
        found.setdefault(about.disclosure_id, []).append((session.id, session.reference, words))
    return found


def _told(row: Disclosure) -> Told:
    classes = tuple(row.classes)
    return Told(row.id, row.kind, row.recipient, row.country, row.ground, classes, row.disclosed_at)


def _record_entered(
    db: Session, row: Disclosure, cases: Sequence[str], by: Actor, now: datetime
) -> None:
    """One event a case, so that the history of each shows it."""
    detail: dict[str, Value] = {
        "kind": row.kind,
        "reason": row.ground,
        "items": list(row.classes),
    }
    things = [Thing(row.id, case, detail) for case in dict.fromkeys(cases)]
    record_all(db, Action.STAFF_DISCLOSURE_ENTERED, things, actor=by, now=now)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_after(day: date | None) -> datetime | None:
    return _midnight(day) + timedelta(days=1) if day else None
