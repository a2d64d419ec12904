"""Owns what is late about the log: for its page, the readiness of the service, and its metrics."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit.checkpoints import lag
from kyc.audit.events import Action
from kyc.audit.shipping import oldest_unshipped
from kyc.audit.verifying import last_verification
from kyc.models.audit_event import AuditEvent
from kyc.models.audit_verification import AuditVerification


class Late(StrEnum):
    SIGNATURE = "signature"
    HEARTBEAT = "heartbeat"
    SHIPMENT = "shipment"
    VERIFICATION = "verification"
    UNSOUND = "unsound"  # the last check of the whole log found something


AFTER = {
    Late.SIGNATURE: timedelta(minutes=5),
    Late.HEARTBEAT: timedelta(minutes=15),
    Late.SHIPMENT: timedelta(minutes=30),
    Late.VERIFICATION: timedelta(hours=3),
}


def late(db: Session, now: datetime, *, ships: bool) -> frozenset[Late]:
    """What should have happened by `now`; `ships` says whether there is an audit bucket."""
    verified = last_verification(db)
    waits = _since(db, now, verified, ships)
    found = {kind for kind, since in waits.items() if now - since > AFTER[kind]}
    if verified is not None and verified.findings:
        found.add(Late.UNSOUND)
    return frozenset(found)


def is_stuck(db: Session, now: datetime) -> bool:
    """Whether nobody signs the log any more."""
    return lag(db, now).oldest > AFTER[Late.SIGNATURE]


def _since(
    db: Session, now: datetime, verified: AuditVerification | None, ships: bool
) -> dict[Late, datetime]:
    """Since when each waits. A log without events has nothing to wait for."""
    began = db.scalar(select(AuditEvent.at).order_by(AuditEvent.id).limit(1)) or now
    beat = select(func.max(AuditEvent.id)).where(AuditEvent.action == Action.SYSTEM_HEARTBEAT_SENT)
    beaten = db.scalar(select(AuditEvent.at).where(AuditEvent.id == beat.scalar_subquery()))
    return {
        Late.SIGNATURE: now - lag(db, now).oldest,
        Late.HEARTBEAT: beaten or began,
        Late.VERIFICATION: verified.at if verified else began,
        **({Late.SHIPMENT: oldest_unshipped(db) or now} if ships else {}),
    }
