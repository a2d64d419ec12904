"""Owns the audit page: the newest events and whether the chain holds."""

import json
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.access import Permission
from kyc.audit.checkpoints import last_checkpoint
from kyc.audit.database import verify_database
from kyc.audit.signer import load_public_keys, public_key_file
from kyc.models import Staff
from kyc.models.audit_event import AuditEvent
from kyc.web.auth import requires
from kyc.web.context import runtime
from kyc.web.database import reading

audit = Blueprint("audit", __name__, url_prefix="/staff/audit")

PAGE = 100
LONGEST_NUMBER = 19
"""Digits of a number beyond what the database takes."""


@audit.get("")
@requires(Permission.SEE_AUDIT)
def log() -> str:
    before = request.args.get("before", "")
    if before and not (before.isdecimal() and len(before) < LONGEST_NUMBER):
        abort(404)
    with reading() as db:
        rows = _rows(db, int(before) if before else None)
        names = _names(db)
        return render_template(
            "staff/audit.html",
            events=[_event(row, names) for row in rows[:PAGE]],
            chain=_chain(db),
            next_page_url=url_for("audit.log", before=rows[PAGE - 1].id)
            if len(rows) > PAGE
            else None,
        )


def _rows(db: Session, before: int | None) -> list[AuditEvent]:
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE + 1)
    return list(db.scalars(query.where(AuditEvent.id < before) if before else query))


def _names(db: Session) -> dict[str, str]:
    return dict(db.execute(select(Staff.id, Staff.display_name)).all())


def _event(row: AuditEvent, names: dict[str, str]) -> dict[str, Any]:
    told = json.loads(row.body)
    kind, _, actor = told["actor"].partition(":")
    return {
        "pos": row.pos,
        "at": row.at,
        "action": row.action,
        "actor": names.get(actor, kind),
        "case": row.case_id,
        "object": told["object"],
    }


def _chain(db: Session) -> dict[str, Any]:
    """Checked afresh for every view: a page that says the chain holds has looked."""
    keys = load_public_keys(public_key_file(runtime().settings.audit_key_file))
    report = verify_database(db, keys)
    signed = last_checkpoint(db)
    return {
        "ok": report.is_sound,
        "length": report.events,
        "checkpoint_at": signed.at if signed else None,
    }
