"""Owns that a breach report was made: its event, and its place in the register of breaches."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kyc.audit import OPERATOR, Action, record
from kyc.db import lock
from kyc.errors import ConflictError
from kyc.registers.breach import Question, Summary
from kyc.registers.incidents import incident_named


def note_report(
    db: Session,
    asked: Question,
    summary: Summary,
    sha256: str,
    incident_id: str | None,
    now: datetime,
) -> None:
    """In the log, and with the breach it belongs to, of which the newest report counts.

    Raises NotFoundError, ConflictError for a breach that is closed.
    """
    record(
        db,
        Action.OPERATOR_BREACH_REPORTED,
        actor=OPERATOR,
        now=now,
        object_id=incident_id or asked_person(asked),
        detail={
            "kinds": sorted(asked.scopes),
            "cases": summary.cases,
            "readable": summary.readable_cases,
            "report": sha256,
        },
    )
    if incident_id is None:
        return
    incident = incident_named(db, incident_id)
    lock(db, incident)
    if incident.closed_at is not None:
        raise ConflictError("this breach is closed: make the report without --incident")
    incident.report = {
        "sha256": sha256,
        "scope": sorted(asked.scopes),
        "since": f"{asked.since.astimezone(UTC):%Y-%m-%d %H:%M}",
        "cases": summary.cases,
        "readable": summary.readable_cases,
        "made_at": now.astimezone(UTC).isoformat(),
    }


def asked_person(asked: Question) -> str | None:
    return asked.persons[0] if asked.persons else None
