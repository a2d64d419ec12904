"""Owns the regular check of the whole log: what it found is kept, for the page and the alarms."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit.events import Action
from kyc.audit.recording import SYSTEM, record
from kyc.audit.verify import Report
from kyc.models.audit_verification import AuditVerification

MOST_FINDINGS = 20


def keep_verification(db: Session, report: Report, now: datetime) -> AuditVerification:
    """A row of what `report` says, with its first findings; and its event."""
    row = AuditVerification(
        at=now,
        events=report.events,
        signed=report.signed,
        findings=[asdict(finding) for finding in report.findings[:MOST_FINDINGS]],
    )
    db.add(row)
    detail = {"events": report.events, "signed": report.signed, "findings": len(report.findings)}
    record(db, Action.SYSTEM_LOG_VERIFIED, actor=SYSTEM, now=now, detail=detail)
    return row


def last_verification(db: Session) -> AuditVerification | None:
    return db.scalar(select(AuditVerification).order_by(AuditVerification.id.desc()).limit(1))
