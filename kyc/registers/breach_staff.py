"""Owns what one account of staff saw and did, by the audit log, for a breach report."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action
from kyc.models import AuditEvent

SEEN: dict[str, str] = {
    Action.STAFF_ARTIFACT_VIEWED: "pictures",
    Action.STAFF_CASE_VIEWED: "details",
    Action.STAFF_CLAIM_TAKEN: "details",
}
"""What each event says that somebody saw; everything else that names a case is an act on it."""

Seen = tuple[str, str, str, str, str, datetime, None]


def staff_lines(
    db: Session, persons: Sequence[str], since: datetime, until: datetime
) -> Iterator[Seen]:
    """Case, class, thing, action, epoch (none), when; by case, as the log has it."""
    actors = [f"staff:{person}" for person in persons]
    mine = (
        AuditEvent.actor.in_(actors),
        AuditEvent.case_id.is_not(None),
        AuditEvent.at >= since,
        AuditEvent.at <= until,
    )
    last = ""
    while True:
        cases = select(AuditEvent.case_id).where(*mine, AuditEvent.case_id > last).distinct()
        batch = list(db.scalars(cases.order_by(AuditEvent.case_id).limit(100)))
        if not batch:
            return
        last = str(batch[-1])
        yield from _of(db, mine, batch)


def _of(db: Session, mine: tuple[object, ...], cases: Sequence[str | None]) -> Iterator[Seen]:
    query = (
        select(AuditEvent.case_id, AuditEvent.action, AuditEvent.at, AuditEvent.body)
        .where(*mine, AuditEvent.case_id.in_(cases))  # type: ignore[arg-type]  # as above
        .order_by(AuditEvent.case_id, AuditEvent.id)
    )
    for case, action, at, body in db.execute(query):
        thing = json.loads(body)["object"] or case
        yield str(case), SEEN.get(action, "act"), str(thing), action, "", at, None
