"""Owns the flows in the database: the version in force, and the one that a session began under."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kyc.errors import ConfigurationError
from kyc.models import FlowVersion, VerificationSession
from kyc.policy.flow import STANDARD, Flow, FlowError, parse_flow

log = structlog.get_logger(__name__)


def flow_in_force(db: Session, name: str = STANDARD) -> Flow:
    """What a verification that begins now begins under. Raises ConfigurationError for none."""
    row = row_in_force(db, name)
    if row is None:
        raise ConfigurationError(f"no flow {name!r} is in force: run `kyc db upgrade`")
    return parse_flow(row.body, row.version)


def flow_of(db: Session, session: VerificationSession) -> Flow:
    """The version that the session began under, whatever is in force by now."""
    return flow_numbered(db, session.flow_name, session.flow_version)


def flow_of_id(db: Session, session_id: str) -> Flow:
    """As `flow_of`, where only the id is at hand."""
    return flow_of(db, db.get_one(VerificationSession, session_id))


def flow_numbered(db: Session, name: str, version: int) -> Flow:
    row = db.get(FlowVersion, (name, version))
    if row is None:
        raise ConfigurationError(f"version {version} of the flow {name!r} is not in the database")
    return parse_flow(row.body, row.version)


def flows_approved(db: Session) -> list[Flow]:
    """Every version that sessions may have begun under."""
    rows = db.scalars(
        select(FlowVersion)
        .where(FlowVersion.approved_at.is_not(None))
        .order_by(FlowVersion.name, FlowVersion.version)
    )
    return [parse_flow(row.body, row.version) for row in rows]


def row_in_force(db: Session, name: str = STANDARD) -> FlowVersion | None:
    """Versions come into force in the order of their numbers."""
    return db.scalars(
        select(FlowVersion)
        .where(FlowVersion.name == name, FlowVersion.approved_at.is_not(None))
        .order_by(FlowVersion.version.desc())
        .limit(1)
    ).one_or_none()


def bind(session: VerificationSession, flow: Flow) -> None:
    """The session begins under this version and ends under it."""
    session.flow_name, session.flow_version = flow.name, flow.version


def require_flows(db: Session) -> None:
    """Raises ConfigurationError naming what a version lacks that this program asks for."""
    try:
        flow_in_force(db)
        flows_approved(db)
    except FlowError as error:
        raise ConfigurationError(
            f"a flow in the database cannot be used: {error}. Propose a version that has it all"
            " (`kyc flow check FILE` says what is missing), or run the release that it was made"
            " for."
        ) from error


def check_at_start(reading: Callable[[], AbstractContextManager[Session]]) -> None:
    """As `require_flows`, for a process that starts.

    A database that is away stops none: whatever needs a flow later is refused by itself.
    """
    try:
        with reading() as db:
            require_flows(db)
    except DBAPIError as error:
        log.warning("flows_unchecked", error=type(error).__name__)


def came_into_force(row: FlowVersion, by: str, now: datetime) -> None:
    """Approves: from this moment on, sessions begin under it."""
    row.approved_by, row.approved_at, row.in_force_from = by, now, now
