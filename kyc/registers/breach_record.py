"""Owns that a breach report was made: its event, and its place in the register of breaches."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from kyc.audit import OPERATOR, Action, Actor, record
from kyc.audit.searching import Wanted, search
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError
from kyc.models import AuditEvent
from kyc.registers.breach import Question, Summary
from kyc.registers.incidents import incident_named

OFFERED = 10
"""Of the reports that were made, the newest: a breach is linked while it is worked on."""

_DAY_ONE, _MINUTE = datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=1)


@dataclass(frozen=True)
class Made:
    """A report as the log tells of it; `since` is None for one of an earlier version."""

    sha256: str
    scopes: tuple[str, ...]
    since: datetime | None
    cases: int
    readable: int
    made_at: datetime


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
    scopes = [str(scope) for scope in sorted(asked.scopes)]
    record(
        db,
        Action.OPERATOR_BREACH_REPORTED,
        actor=OPERATOR,
        now=now,
        object_id=incident_id or asked_person(asked),
        detail={
            "kinds": scopes,
            "since": max(0, (asked.since - _DAY_ONE) // _MINUTE),
            "cases": summary.cases,
            "readable": summary.readable_cases,
            "report": sha256,
        },
    )
    if incident_id is None:
        return
    made = Made(sha256, tuple(scopes), asked.since, summary.cases, summary.readable_cases, now)
    _link(db, incident_id, made)


def asked_person(asked: Question) -> str | None:
    return asked.persons[0] if asked.persons else None


def reports(db: Session) -> list[Made]:
    """What was made on the machine, the newest first, each once."""
    found = search(db, Wanted(action=Action.OPERATOR_BREACH_REPORTED), OFFERED)
    made = [_made(event) for event in found.events]
    return list({one.sha256: one for one in reversed(made)}.values())[::-1]


def link_report(db: Session, incident_id: str, sha256: str, *, by: Actor, now: datetime) -> None:
    """Says that a report belongs to this breach, in place of one that was linked before.

    Raises NotFoundError, InvalidInputError for a report that is not among `reports`, ConflictError
    for a breach that is closed.
    """
    made = next((one for one in reports(db) if one.sha256 == sha256), None)
    if made is None:
        raise InvalidInputError("the log knows no such report: make it on the machine first")
    _link(db, incident_id, made)
    act = Action.STAFF_INCIDENT_CHANGED
    detail = {"kind": "report", "report": sha256}
    record(db, act, actor=by, now=now, object_id=incident_id, detail=detail)


def _made(event: AuditEvent) -> Made:
    said = json.loads(event.body)["detail"]
    since = _DAY_ONE + said["since"] * _MINUTE if "since" in said else None
    return Made(
        said["report"], tuple(said["kinds"]), since, said["cases"], said["readable"], event.at
    )


def _link(db: Session, incident_id: str, made: Made) -> None:
    incident = incident_named(db, incident_id)
    lock(db, incident)
    if incident.closed_at is not None:
        raise ConflictError("this breach is closed: a report cannot be linked to it any more")
    since = f"{made.since.astimezone(UTC):%Y-%m-%d %H:%M}" if made.since else ""
    incident.report = {
        "sha256": made.sha256,
        "scope": list(made.scopes),
        "since": since,
        "cases": made.cases,
        "readable": made.readable,
        "made_at": made.made_at.astimezone(UTC).isoformat(),
    }
