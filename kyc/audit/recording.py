"""Owns writing one event into the transaction of the act it tells of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from kyc.audit.events import Action
from kyc.audit.values import (
    AuditValueError,
    Value,
    checked_detail,
    checked_identifier,
)
from kyc.models.audit_event import AuditEvent

ActorKind = Literal["staff", "customer", "system", "operator", "visitor"]

_OUTBOX = AuditEvent.__table__
assert isinstance(_OUTBOX, Table)
# Past the unit of work, and asking for no row number back: that is half of what an event costs.
_WRITE = insert(_OUTBOX).inline()
# What kyc/audit/values.py admits has one form only: ASCII without escapes, and small whole numbers.
# So the standard library's encoder writes RFC 8785, at a quarter of the price.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

PARTS = frozenset(
    {"console", "customer", "embedded", "scheduler", "system", "visitor", "web", "worker"}
)


@dataclass(frozen=True)
class Actor:
    """Who acted: a person by a random id, a part of the program by one of the names in `PARTS`."""

    kind: ActorKind
    id: str

    def __post_init__(self) -> None:
        if self.kind == "staff" or self.id not in PARTS:
            checked_identifier("actor", self.id)


@dataclass(frozen=True)
class Thing:
    """What one of many like events is about."""

    id: str | None
    case: str | None
    detail: Mapping[str, Value]


CUSTOMER = Actor("customer", "customer")  # the event's case says which
SYSTEM = Actor("system", "system")
OPERATOR = Actor("operator", "console")  # whoever may run commands on the machine
VISITOR = Actor("visitor", "visitor")  # nobody known: a refused sign-in, a dead link


def record(
    db: Session,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    case: str | None = None,
    object_id: str | None = None,
    detail: Mapping[str, Value] | None = None,
) -> None:
    """Write one event in the caller's transaction; if it cannot be written, the act fails with it.

    Raises `AuditValueError` for anything that could be personal data (see kyc/audit/values.py).
    """
    thing = Thing(object_id, case, detail or {})
    db.connection().execute(_WRITE, _columns(action, actor, now, thing))


def record_all(
    db: Session, action: Action, things: Sequence[Thing], *, actor: Actor, now: datetime
) -> None:
    """One event each, as `record` writes it, in their order and in few statements."""
    if things:
        rows = [_columns(action, actor, now, thing) for thing in things]
        db.connection().execute(_WRITE, rows)


def _columns(action: Action, actor: Actor, now: datetime, thing: Thing) -> dict[str, Any]:
    checked_identifier("case", thing.case)
    checked_identifier("object", thing.id)
    name, who = Action(action).value, f"{actor.kind}:{actor.id}"
    body = {
        "action": name,
        "actor": who,
        "at": _moment(now),
        "case": thing.case,
        "detail": checked_detail(thing.detail),
        "object": thing.id,
        "v": 1,
    }
    return {
        "at": now,
        "action": name,
        "actor": who,
        "case_id": thing.case,
        "body": _canonical(body),
    }


@lru_cache(maxsize=1)
def _moment(now: datetime) -> str:
    """Kept, since the events of a slice have one."""
    if now.tzinfo is None:
        raise AuditValueError("the time of an audit event has no zone")
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
