"""Owns the end of a case's record: personal columns, and every way into it, a statement a table."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, null, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyc.audit import SYSTEM, Action, Thing, record_all
from kyc.lifecycle import LIVE, Stage
from kyc.models import (
    Artifact,
    BreakGlass,
    Conflict,
    CustomerBrowser,
    CustomerLink,
    CustomerText,
    CustomerView,
    Decision,
    GivenVerdict,
    LegalHold,
    Restriction,
    SeenHash,
    VerificationSession,
)
from kyc.models.base import Base
from kyc.policy.bundles import BUNDLE
from kyc.retention.asked import forget_asked
from kyc.retention.destroying import (
    NONE_GIVEN,
    Destroyed,
    Doomed,
    Given,
    add_receipts,
    destroy_all,
)

_WORDS: tuple[tuple[type[Base], InstrumentedAttribute[str], tuple[str, ...]], ...] = (
    (Decision, Decision.session_id, ("note", "message")),
    (GivenVerdict, GivenVerdict.session_id, ("note", "message")),
    (LegalHold, LegalHold.session_id, ("note", "lift_note")),
    (BreakGlass, BreakGlass.session_id, ("reason",)),
    (Restriction, Restriction.session_id, ("reason", "lift_reason", "told_how")),
)
"""What people wrote beside acts on the case."""

_WAYS_IN = (SeenHash, CustomerText, CustomerView, CustomerLink, CustomerBrowser, Conflict)
"""What is deleted: hashes of what it showed, what the customer may see, and how they come to it."""


def clear_records(
    db: Session, rules: Mapping[str, str], now: datetime, given: Mapping[str, Given] = NONE_GIVEN
) -> None:
    """Destroys the records of these sessions, which the caller has locked, each under its rule."""
    _clear_sessions(db, rules, now)
    for table, session_id, columns in _WORDS:
        db.execute(update(table).where(session_id.in_(rules)).values(dict.fromkeys(columns)))
    for row in _WAYS_IN:
        db.execute(delete(row).where(row.session_id.in_(rules)))
    _end_restrictions(db, rules, now)
    forget_asked(db, rules)
    destroy_all(db, _bundles(db, rules), now)
    records = [Destroyed(id_, "record", "record", rule) for id_, rule in rules.items()]
    add_receipts(db, records, now, given=given, absent_at=now)
    things = [Thing(None, id_, {"rule": rule}) for id_, rule in rules.items()]
    record_all(db, Action.SYSTEM_RECORD_DESTROYED, things, actor=SYSTEM, now=now)


def _clear_sessions(db: Session, ids: Collection[str], now: datetime) -> None:
    columns = (
        "details", "email_hash", "field_key", "client_reference_id", "statement_code",
        "document_type", "document_country",
    )  # fmt: skip
    gone = dict.fromkeys(columns) | {"facts": null(), "record_destroyed_at": now}
    db.execute(update(VerificationSession).where(VerificationSession.id.in_(ids)).values(gone))


def _end_restrictions(db: Session, ids: Collection[str], now: datetime) -> None:
    """Nothing is left that could be looked at."""
    mine = Restriction.session_id.in_(ids), Restriction.lifted_at.is_(None)
    db.execute(update(Restriction).where(*mine).values(lifted_at=now, lifted_by=SYSTEM.id))


def _bundles(db: Session, ids: Collection[str]) -> list[Doomed]:
    """Copies made for the customer: nobody is left who could fetch one."""
    one = Artifact
    found = db.execute(
        select(one.id, one.session_id, one.upload_id, one.kind, one.stage)
        .where(one.session_id.in_(ids), one.stage == Stage.BUNDLE, one.state.in_(LIVE))
        .order_by(one.id)
        .with_for_update()
    )
    return [Doomed(*row, BUNDLE) for row in found]
