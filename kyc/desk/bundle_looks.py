"""Owns the log of looks as its person may see it: by day, purpose and role, without names."""

import json
from collections import Counter
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action
from kyc.models import AuditEvent, Staff

SEEN = {
    Action.STAFF_ARTIFACT_VIEWED: "picture",
    Action.STAFF_CASE_VIEWED: "details",
    Action.CUSTOMER_ARTIFACT_VIEWED: "picture",
}
_BATCH = 500


def looks_of(db: Session, session_id: str) -> list[dict[str, Any]]:
    """Oldest first; looks of one day that differ in nothing are one line with their number.

    The role is the one that the account has now. Names of staff are the rights of others
    (Art. 15(4); CJEU C-579/21).
    """
    roles: dict[str, str] = {row[0]: row[1] for row in db.execute(select(Staff.id, Staff.role))}
    events = db.execute(
        select(AuditEvent.at, AuditEvent.action, AuditEvent.actor, AuditEvent.body)
        .where(AuditEvent.case_id == session_id, AuditEvent.action.in_(SEEN))
        .order_by(AuditEvent.id)
        .execution_options(yield_per=_BATCH)
    )
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for at, action, actor, body in events:
        kind, _, who = actor.partition(":")
        purpose = json.loads(body).get("detail", {}).get("reason", "review")
        role = "you" if kind == "customer" else roles.get(who, "staff")
        day = f"{at.astimezone(UTC):%Y-%m-%d}"
        counted[day, SEEN[Action(action)], "own" if role == "you" else purpose, role] += 1
    return [
        {"on": day, "what": what, "purpose": purpose, "role": role, "times": times}
        for (day, what, purpose, role), times in sorted(counted.items())
    ]
