"""Owns taking the customer's details and the age rule."""

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, SYSTEM, Action, record
from kyc.db import lock
from kyc.errors import ConflictError
from kyc.fields import Details, write_details
from kyc.flows import flow_of
from kyc.jobs import OwedJobName
from kyc.leases import owe_again
from kyc.lifecycle import OPEN, Move, Status, advance
from kyc.models import NoticeText, VerificationSession
from kyc.policy.notice import NoticeSaid
from kyc.policy.retention import due_at
from kyc.seen import forget_seen
from kyc.tokens import Lookup
from kyc.viewing import end_view
from storage.vault import Vault


def age_on(birth: date, day: date) -> int:
    """Full years; somebody born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def give_details(
    db: Session,
    vault: Vault,
    lookup: Lookup,
    session: VerificationSession,
    details: Details,
    *,
    minimum_age: int,
    now: datetime,
) -> None:
    """Seals the details; under the minimum age the session is refused and nothing is kept."""
    lock(db, session)
    if session.status not in OPEN or session.attempt > 1:
        raise ConflictError("the details can no longer be changed")
    if age_on(details.date_of_birth, now.date()) < minimum_age:
        refuse(db, session, "under_supported_age", now)
        return
    write_details(db, vault, session, details, now)
    owe_again(db, OwedJobName.TAKE_OVER, session.id, now)
    session.email_hash = lookup.email(details.email)
    if session.status == Status.CREATED:
        session.status = advance(session.status, Move.BEGIN)
    session.version += 1
    record(db, Action.CUSTOMER_DETAILS_GIVEN, actor=CUSTOMER, now=now, case=session.id)


def acknowledge_notice(
    db: Session, session: VerificationSession, said: NoticeSaid, now: datetime
) -> None:
    """Keeps the words that were shown and when they were acknowledged; this is not a consent."""
    lock(db, session)
    if session.notice_sha256 == said.sha256:
        return
    keep_words(db, said, now)
    session.notice_version, session.notice_seen_at = said.version, now
    session.notice_sha256 = said.sha256
    record(
        db,
        Action.CUSTOMER_NOTICE_ACKNOWLEDGED,
        actor=CUSTOMER,
        now=now,
        case=session.id,
        detail={"version": said.version, "sha": said.sha256},
    )


def keep_words(db: Session, said: NoticeSaid, now: datetime) -> None:
    """Once a wording: of several that acknowledge a new one at the same time, one adds it."""
    dialect = db.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = {
        "sha256": said.sha256,
        "version": said.version,
        "language": said.language,
        "body": said.body,
        "first_seen_at": now,
    }
    db.execute(insert(NoticeText).values(**row).on_conflict_do_nothing())


def refuse(db: Session, session: VerificationSession, reason: str, now: datetime) -> None:
    """Ends the session before any review; no details remain."""
    session.status = advance(session.status, Move.REFUSE)
    session.version += 1
    session.outcome_reason = reason
    session.decided_at = now
    session.details = session.email_hash = None
    forget_seen(db, session.id)
    end_view(db, session.id)
    session.record_rule = "record_rejected"
    session.record_destroy_at = due_at(flow_of(db, session).retention, "record_rejected", now)
    record(
        db,
        Action.SYSTEM_SESSION_REFUSED,
        actor=SYSTEM,
        now=now,
        case=session.id,
        detail={"reason": reason},
    )
