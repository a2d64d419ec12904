"""Owns finding events of the log: by what happened, who did it, and which case, newest first."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from kyc.models.audit_event import AuditEvent


@dataclass(frozen=True)
class Wanted:
    """What an event must be; None asks for nothing.

    `action` is a whole name such as `staff:hold:set`. `actor` is
    `kind:id`, or a kind alone; `cases` are ids of verification sessions.
    """

    action: str | None = None
    actor: str | None = None
    cases: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Found:
    """A page of events; `before` asks for the next one, None at the end."""

    events: tuple[AuditEvent, ...]
    before: int | None


def search(db: Session, wanted: Wanted, page: int, before: int | None = None) -> Found:
    """At most `page` events older than the row `before`; each query walks one index."""
    query = select(AuditEvent).where(and_(True, *_conditions(wanted)))
    if before is not None:
        query = query.where(AuditEvent.id < before)
    rows = tuple(db.scalars(query.order_by(AuditEvent.id.desc()).limit(page + 1)))
    return Found(rows[:page], rows[page - 1].id if len(rows) > page else None)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.action is not None:
        found.append(AuditEvent.action == wanted.action)
    if wanted.actor is not None:
        found.append(_by(wanted.actor))
    if wanted.cases is not None:
        found.append(AuditEvent.case_id.in_(wanted.cases))
    return found


def _by(actor: str) -> ColumnElement[bool]:
    """A whole actor, or a kind: everything between `staff:` and `staff;`, the sign after it."""
    if ":" in actor:
        return AuditEvent.actor == actor
    return and_(AuditEvent.actor >= f"{actor}:", AuditEvent.actor < f"{actor};")
