"""Owns the audit page: events by what, who and which case, and whether the log holds."""

import json
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.audit import Action, Actor, record
from kyc.audit.checkpoints import last_checkpoint
from kyc.audit.lateness import late
from kyc.audit.searching import Found, search
from kyc.audit.verifying import last_verification
from kyc.jobs import PeriodicJobName
from kyc.models import Staff
from kyc.models.audit_event import AuditEvent
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.oversight.audit_form import KINDS, AuditForm
from kyc.web.texts import _

audit = Blueprint("audit", __name__, url_prefix="/staff/audit")

Page = str | tuple[str, int]

PAGE = 100
LONGEST_NUMBER = 19
"""Digits of a number beyond what the database takes."""


@audit.get("")
@requires(Permission.SEE_AUDIT)
def log() -> Page:
    """A filter that the form does not offer gets 422 and says which; no event is shown for it."""
    before = request.args.get("before", "")
    if before and not (before.isdecimal() and len(before) < LONGEST_NUMBER):
        abort(404)
    with reading() as db:
        names = _names(db)
        form = AuditForm(request.args, names)
        if not form.validate():
            return _page(db, form, names, Found((), None)), 422
        found = search(db, form.wanted(db), PAGE, int(before) if before else None)
        return _page(db, form, names, found)


@audit.post("/verify")
@requires(Permission.SEE_AUDIT)
def verify() -> Response:
    """Asks a worker: the whole log may take longer than a page should."""
    with transaction() as db:
        me = Actor("staff", require_staff().id)
        record(db, Action.STAFF_LOG_VERIFICATION_ASKED, actor=me, now=now())
    if runtime().wake_periodic(PeriodicJobName.VERIFY_AUDIT):
        flash(_("A worker checks the whole log now. Look again in a moment."), "success")
    else:
        flash(_("The queue server does not answer. Try again when it is up."), "danger")
    return redirect(url_for("audit.log"))


def _page(db: Session, form: AuditForm, names: dict[str, str], found: Found) -> str:
    kept: dict[str, Any] = form.kept()
    return render_template(
        "staff/audit.html",
        form=form,
        is_filtered=bool(kept),
        events=[_event(row, names) for row in found.events],
        chain=_chain(db),
        next_page_url=found.before and url_for("audit.log", before=found.before, **kept),
    )


def _names(db: Session) -> dict[str, str]:
    people = select(Staff.id, Staff.display_name).order_by(Staff.display_name)
    return dict(db.execute(people).all())


def _event(row: AuditEvent, names: dict[str, str]) -> dict[str, Any]:
    kind, _sign, actor = row.actor.partition(":")
    return {
        "pos": row.pos,
        "at": row.at,
        "action": row.action,
        "actor": names.get(actor) or str(KINDS.get(kind, kind)),
        "case": row.case_id,
        "object": json.loads(row.body)["object"],
    }


def _chain(db: Session) -> dict[str, Any]:
    """What the last check of the whole log found, and what is late by now."""
    signed, checked = last_checkpoint(db), last_verification(db)
    return {
        "checked": checked,
        "signed": signed.size if signed else 0,
        "signed_at": signed.at if signed else None,
        "late": late(db, now(), ships=bool(runtime().settings.audit_bucket)),
    }
