"""Owns the handwritten statement: its words, its code, and when it goes stale."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.flows import flow_of
from kyc.models import VerificationSession
from kyc.tokens import new_statement_code


@dataclass(frozen=True)
class Statement:
    """What the customer writes by hand, line by line as their flow has it; `date` is ISO 8601."""

    business: str
    date: str
    code: str
    stale_at: datetime
    lines: tuple[str, ...]


def current_statement(
    db: Session, session: VerificationSession, business: str, fresh_for: timedelta
) -> Statement | None:
    """The statement issued last, stale or not; None when none was."""
    if session.statement_code is None or session.statement_issued_at is None:
        return None
    issued = session.statement_issued_at
    date, code = issued.date().isoformat(), session.statement_code
    lines = flow_of(db, session).statement_lines(business, date, code)
    return Statement(business, date, code, issued + fresh_for, lines)


def fresh_statement(
    db: Session,
    session: VerificationSession,
    business: str,
    fresh_for: timedelta,
    now: datetime,
) -> Statement:
    """The statement in force, renewed when it was missing or stale."""
    found = current_statement(db, session, business, fresh_for)
    if found is not None and now < found.stale_at:
        return found
    session.statement_code, session.statement_issued_at = new_statement_code(), now
    record(db, Action.SYSTEM_STATEMENT_ISSUED, actor=SYSTEM, now=now, case=session.id)
    renewed = current_statement(db, session, business, fresh_for)
    assert renewed is not None
    return renewed
