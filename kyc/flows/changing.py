"""Owns changing a flow: one proposes a version, another approves it, and it comes into force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.audit.values import Value
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.flows import came_into_force, row_in_force
from kyc.models import FlowVersion
from kyc.policy.flow import Flow, make_flow, parse_flow
from kyc.policy.redaction import hides_less, in_force_from

CONSOLE = "console"


def propose(db: Session, raw: Mapping[str, Any], *, by: Actor, now: datetime) -> FlowVersion:
    """The next version, which waits for somebody else's approval.

    Raises FlowError naming what is missing or wrong; InvalidInputError for a name that is no
    flow's; ConflictError for what is in force already or while another proposal waits.
    """
    flow = make_flow(raw, 1)
    current = row_in_force(db, flow.name)
    if current is None:
        raise InvalidInputError(f"there is no flow {flow.name!r}: a changed flow keeps its name")
    lock(db, current)
    if current.sha256 == flow.sha256:
        raise ConflictError(f"nothing is changed: version {current.version} says the same")
    waiting = proposal(db, flow.name)
    if waiting is not None:
        raise ConflictError(
            f"version {waiting.version} waits for approval: let it be approved, refused or"
            " withdrawn first"
        )
    row = FlowVersion(
        name=flow.name,
        version=_newest(db, flow.name) + 1,
        body=flow.body,
        sha256=flow.sha256,
        proposed_by=by.id,
        proposed_at=now,
    )
    db.add(row)
    db.flush()
    operator = by.kind == "operator"
    _record(
        db, Action.OPERATOR_FLOW_PROPOSED if operator else Action.STAFF_FLOW_PROPOSED, row, by, now
    )
    return row


def approve(db: Session, name: str, version: int, *, by: Actor, now: datetime) -> FlowVersion:
    """Puts a proposal into force: sessions begin under it from now on.

    Raises NotFoundError; ConflictError when it no longer waits, for who proposed it themselves, or
    before the law that its redaction profile follows applies.
    """
    row = _waiting(db, name, version)
    _must_be_another(row, by)
    if _hides_less(row) and row.proposed_by == CONSOLE:
        raise ConflictError(
            "a profile that hides less needs two administrators: refuse this one, and let one"
            " administrator propose it on this page and another approve it"
        )
    _must_be_law(row, now)
    came_into_force(row, by.id, now)
    _record(db, Action.STAFF_FLOW_APPROVED, row, by, now)
    return row


def refuse(db: Session, name: str, version: int, *, by: Actor, now: datetime) -> FlowVersion:
    """Ends a proposal of somebody else. Raises as `approve`."""
    row = _waiting(db, name, version)
    _must_be_another(row, by)
    return _close(db, row, "refused", by, now)


def withdraw(db: Session, name: str, version: int, *, by: Actor, now: datetime) -> FlowVersion:
    """Ends one's own proposal. Raises NotFoundError, ConflictError for somebody else's."""
    row = _waiting(db, name, version)
    if row.proposed_by != by.id:
        raise ConflictError("somebody else proposed it: approve or refuse it")
    return _close(db, row, "withdrawn", by, now)


def proposal(db: Session, name: str) -> FlowVersion | None:
    """The version that waits for approval; at most one does."""
    return db.scalars(
        select(FlowVersion).where(
            FlowVersion.name == name,
            FlowVersion.approved_at.is_(None),
            FlowVersion.closed_at.is_(None),
        )
    ).one_or_none()


def versions(db: Session, name: str | None = None) -> list[FlowVersion]:
    """All there are, the newest of each flow first."""
    query = select(FlowVersion).order_by(FlowVersion.name, FlowVersion.version.desc())
    return list(db.scalars(query if name is None else query.where(FlowVersion.name == name)))


def version_of(db: Session, name: str, version: int) -> tuple[FlowVersion, Flow]:
    """Raises NotFoundError."""
    row = db.get(FlowVersion, (name, version))
    if row is None:
        raise NotFoundError(f"there is no version {version} of the flow {name!r}")
    return row, parse_flow(row.body, row.version)


def _waiting(db: Session, name: str, version: int) -> FlowVersion:
    row = version_of(db, name, version)[0]
    lock(db, row)
    if row.state != "proposed":
        raise ConflictError(f"this version is {row.state} already")
    return row


def _must_be_another(row: FlowVersion, by: Actor) -> None:
    if row.proposed_by == by.id:
        raise ConflictError(
            "you proposed it yourself: another administrator approves or refuses it. If there is"
            " none, invite one under People"
        )


def _must_be_law(row: FlowVersion, now: datetime) -> None:
    flow = parse_flow(row.body, row.version)
    first = in_force_from(flow.redaction_profile)
    if first is not None and now.date() < first:
        raise ConflictError(
            f"the profile {flow.redaction_profile} follows a law that applies from {first}: until"
            " then refuse this version, or let it wait"
        )


def _hides_less(row: FlowVersion) -> bool:
    flow = parse_flow(row.body, row.version)
    return hides_less(flow.redaction_profile, flow.redaction_options)


def _close(db: Session, row: FlowVersion, state: str, by: Actor, now: datetime) -> FlowVersion:
    row.closed_as, row.closed_by, row.closed_at = state, by.id, now
    refused = state == "refused"
    _record(db, Action.STAFF_FLOW_REFUSED if refused else Action.STAFF_FLOW_WITHDRAWN, row, by, now)
    return row


def _newest(db: Session, name: str) -> int:
    return db.scalar(select(func.max(FlowVersion.version)).where(FlowVersion.name == name)) or 0


def _record(db: Session, action: Action, row: FlowVersion, by: Actor, now: datetime) -> None:
    detail: dict[str, Value] = {"policy": row.name, "number": row.version, "sha": row.sha256}
    record(db, action, actor=by, now=now, detail=detail)
