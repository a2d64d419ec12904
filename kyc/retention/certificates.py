"""Owns the monthly certificate of destruction: what a month's receipts come to, signed once."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.audit.checkpoints import last_checkpoint
from kyc.audit.signer import Signer
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import AuditEvent, Certificate, FlowVersion, KeyEpoch, Receipt, new_id
from kyc.policy.epochs import span_of
from kyc.retention.certificate_format import VERSION, sign_certificate, write_proof
from kyc.retention.due import GRACE, overdue
from kyc.retention.inclusion import path_to, root_of
from kyc.retention.receipts import written

_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


def certificate_of(db: Session, month: str) -> Certificate | None:
    return db.scalar(select(Certificate).where(Certificate.month == month))


def certificates(db: Session) -> Sequence[Certificate]:
    """All of them, the latest month first."""
    return db.scalars(select(Certificate).order_by(Certificate.month.desc())).all()


def month_before(now: datetime) -> str:
    return f"{now.astimezone(UTC).replace(day=1) - timedelta(days=1):%Y-%m}"


def make_certificate(
    db: Session, signer: Signer, month: str, *, by: Actor, now: datetime
) -> Certificate:
    """The one of `month` (YYYY-MM), made when there is none yet.

    Raises InvalidInputError for no month; ConflictError when it is not over, was before the
    deployment, or has receipts that wait for their signature.
    """
    known = certificate_of(db, month)
    if known is not None:
        return known
    start, end = _span(month)
    _must_be_complete(db, month, start, end, now)
    content = _content(db, month, start, end, now)
    made = Certificate(
        id=content["id"], month=month, made_at=now, line=sign_certificate(content, signer)
    )
    db.add(made)
    db.flush()
    detail = {"receipts": content["receipts"]["count"]}
    act = Action(f"{by.kind}:certificate:made")
    record(db, act, actor=by, now=now, object_id=made.id, detail=detail)
    return made


def proof_of(db: Session, receipt: Receipt) -> str:
    """That the receipt is in its month's certificate. Raises NotFoundError while it is in none."""
    month = f"{receipt.absent_at:%Y-%m}" if receipt.absent_at else ""
    found = certificate_of(db, month)
    line = written(receipt)
    lines = _lines(db, *_span(month)) if found else []
    if found is None or line not in lines:
        raise NotFoundError("there is no certificate with it yet: one is made after each month")
    index = lines.index(line)
    return write_proof(line, found.id, index, path_to(lines, index))


def said(certificate: Certificate) -> dict[str, Any]:
    """What a certificate of our own says."""
    content: dict[str, Any] = json.loads(certificate.line)["certificate"]
    return content


def _span(month: str) -> tuple[datetime, datetime]:
    span = span_of(month)
    if span is None:
        raise InvalidInputError(f"{month!r} is no month of the form YYYY-MM")
    return span


def _must_be_complete(
    db: Session, month: str, start: datetime, end: datetime, now: datetime
) -> None:
    if now < end:
        raise ConflictError(f"{month} is not over: its certificate is made after its end")
    first = db.scalar(select(func.min(AuditEvent.at)))
    if first is None or first >= end:
        raise ConflictError(f"{month} was before this deployment began")
    waiting = select(func.count()).select_from(Receipt)
    count = db.scalar(waiting.where(Receipt.signature.is_(None), *_gone_in(start, end)))
    if count:
        raise ConflictError(
            f"{count} receipts of {month} wait for their signature, which takes a minute"
        )


def _content(
    db: Session, month: str, start: datetime, end: datetime, now: datetime
) -> dict[str, Any]:
    lines = _lines(db, start, end)
    checkpoint = last_checkpoint(db)
    return {
        "v": VERSION,
        "id": new_id("cert"),
        "month": month,
        "made_at": _moment(now),
        "counts": _counts(db, start, end),
        "receipts": {"count": len(lines), "root": root_of(lines).hex()},
        "flows": _flows(db, start, end),
        "key_epochs": _epochs(db, start, end),
        "not_given_up": _not_given_up(db, end),
        "overdue": overdue(db, now - GRACE),
        "let_through": _let_through(db, start, end),
        "audit": {"size": checkpoint.size, "root": checkpoint.root.hex()} if checkpoint else None,
    }


def _gone_in(start: datetime, end: datetime) -> tuple[Any, Any]:
    return Receipt.absent_at >= start, Receipt.absent_at < end


def _lines(db: Session, start: datetime, end: datetime) -> list[str]:
    """The signed receipts of the month as they stand in a file, by their ids."""
    mine = select(Receipt).where(Receipt.signature.is_not(None), *_gone_in(start, end))
    return [line for row in sorted(db.scalars(mine), key=lambda r: r.id) if (line := written(row))]


def _counts(db: Session, start: datetime, end: datetime) -> list[dict[str, Any]]:
    what = (Receipt.kind, Receipt.stage, Receipt.rule)
    counted = select(*what, func.count()).where(*_gone_in(start, end)).group_by(*what)
    return [
        {"kind": kind, "stage": stage, "rule": rule, "count": count}
        for kind, stage, rule, count in db.execute(counted.order_by(*what))
    ]


def _flows(db: Session, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Each version that was in force on any day of the month."""
    rows = db.scalars(
        select(FlowVersion)
        .where(FlowVersion.in_force_from < end)
        .order_by(FlowVersion.name, FlowVersion.version)
    ).all()
    last = {row.name: row for row in rows if row.in_force_from and row.in_force_from <= start}
    return [
        {"name": row.name, "version": row.version, "sha256": row.sha256}
        for row in rows
        if row is last.get(row.name) or (row.in_force_from and row.in_force_from > start)
    ]


def _epochs(db: Session, start: datetime, end: datetime) -> list[dict[str, Any]]:
    ended = KeyEpoch.destroyed_at
    gone = select(KeyEpoch).where(ended >= start, ended < end).order_by(KeyEpoch.name)
    return [
        {"name": epoch.name, "destroyed_at": _moment(epoch.destroyed_at)}
        for epoch in db.scalars(gone)
        if epoch.destroyed_at
    ]


def _not_given_up(db: Session, end: datetime) -> list[str]:
    """The receipts of what had lost its key by then, and whose object is still not proven gone."""
    left = select(Receipt.id).where(Receipt.key_destroyed_at < end, Receipt.absent_at.is_(None))
    return sorted(db.scalars(left))


def _let_through(db: Session, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """When a person let a purge through that had stopped, and how much of how much was due."""
    resumed = select(AuditEvent).where(
        AuditEvent.action == Action.OPERATOR_PURGE_RESUMED,
        AuditEvent.at >= start,
        AuditEvent.at < end,
    )
    events = db.scalars(resumed.order_by(AuditEvent.id))
    return [{"at": _moment(one.at), **_numbers(one)} for one in events]


def _numbers(event: AuditEvent) -> dict[str, int]:
    detail = json.loads(event.body)["detail"]
    return {name: int(detail[name]) for name in ("due", "live")}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_MOMENT)
