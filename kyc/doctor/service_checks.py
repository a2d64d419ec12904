"""Owns the checks of what stands behind the settings: database, bucket, people, log, backups."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from kyc.access import Role
from kyc.audit import Action
from kyc.audit.lateness import Late, late
from kyc.doctor.findings import Level, Told
from kyc.flows import require_flows
from kyc.migration import is_current
from kyc.models import AuditEvent, Staff
from kyc.retention.due import overdue
from kyc.runtime import Runtime, object_store
from storage.s3_bucket import costs

BACKUP_EVERY = timedelta(days=2)
OVERDUE_AFTER = timedelta(minutes=15)

_LATE = {
    Late.SIGNATURE: "events of the audit log wait for their signature",
    Late.HEARTBEAT: "the scheduler has not been heard of",
    Late.SHIPMENT: "the audit log was not copied to its bucket",
    Late.VERIFICATION: "the audit log was not checked",
    Late.UNSOUND: "the last check of the audit log found something wrong",
}


def migrations(runtime: Runtime) -> Iterator[Told]:
    if not is_current(runtime.engine):
        yield (
            Level.ERROR,
            "the database is not of this version",
            "make a backup, stop the service and run `kyc db upgrade`",
        )


def flows(runtime: Runtime) -> Iterator[Told]:
    """A rule that is missing, or images over five years without a reason: the flow's own check."""
    with runtime.reading() as db:
        require_flows(db)
    yield from ()


def administrators(runtime: Runtime) -> Iterator[Told]:
    working = (Staff.role == Role.ADMINISTRATOR, Staff.disabled_at.is_(None))
    with runtime.reading() as db:
        count = db.scalar(select(func.count()).select_from(Staff).where(*working)) or 0
    if count < 2:
        yield (
            Level.WARNING,
            f"administrators who can sign in: {count}; two are needed to change the flow, and one"
            " who loses access has nobody to ask",
            "invite another with `kyc staff invite --role administrator`",
        )


def bucket(runtime: Runtime) -> Iterator[Told]:
    """Writes a canary, reads it back and shreds it."""
    if not runtime.settings.s3_endpoint_url:
        return
    for text in costs(object_store(runtime.settings).probe()):
        yield Level.WARNING, text, "change the bucket's settings, or write down why they are so"


def purge(runtime: Runtime) -> Iterator[Told]:
    with runtime.reading() as db:
        count = overdue(db, runtime.now() - OVERDUE_AFTER)
    if count:
        yield (
            Level.ERROR,
            f"{count} images should be destroyed already",
            "see that workers and scheduler run; `kyc purge` says what stops them",
        )


def audit_log(runtime: Runtime) -> Iterator[Told]:
    with runtime.reading() as db:
        found = late(db, runtime.now(), ships=bool(runtime.settings.audit_bucket))
    for kind in sorted(found):
        todo = "see that workers and scheduler run, and look at the page Audit"
        if kind == Late.UNSOUND:
            todo = "keep everything as it is, and follow docs/audit.md"
        yield Level.ERROR, _LATE[kind], todo
    if not runtime.settings.audit_bucket:
        yield (
            Level.WARNING,
            "the audit log is kept on this machine alone: who owns it can cut its end off",
            "set KYC_AUDIT_BUCKET to a bucket elsewhere, with versions or a lock",
        )


def backups(runtime: Runtime) -> Iterator[Told]:
    last = _last_backup(runtime)
    if last is None or runtime.now() - last > BACKUP_EVERY:
        yield (
            Level.ERROR if runtime.settings.is_production else Level.WARNING,
            f"the last backup was made {last:%Y-%m-%d}" if last else "no backup was ever made",
            "run `kyc backup make` every day, and keep its keys apart from it",
        )


def _last_backup(runtime: Runtime) -> datetime | None:
    made = select(func.max(AuditEvent.id)).where(AuditEvent.action == Action.OPERATOR_BACKUP_MADE)
    with runtime.reading() as db:
        return db.scalar(select(AuditEvent.at).where(AuditEvent.id == made.scalar_subquery()))
