"""Owns the privacy officer's page of legal holds: which there are, setting one, lifting one."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.audit import Actor
from kyc.errors import KycError
from kyc.models import Staff
from kyc.policy.holds import HOLD_REASONS, PRESERVED
from kyc.policy.restrictions import RESTRICTED
from kyc.retention.holding import Shown, holds_ended, holds_in_force, lift_hold, set_hold
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.oversight.forms import HoldForm
from kyc.web.texts import _, sentence

holds = Blueprint("holds", __name__, url_prefix="/staff/holds")

ENDED = 50
DAY = timedelta(days=1)


@holds.get("")
@requires(Permission.MANAGE_HOLDS)
def listed() -> str:
    return _page(HoldForm(formdata=None))


@holds.post("")
@requires(Permission.MANAGE_HOLDS)
@requires_step_up
def set_one() -> Response | tuple[str, int]:
    form = HoldForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction() as db:
            name = form.case.data.strip()
            set_hold(db, runtime().vault, name, form.order(), by=_me(), now=now())
    except KycError as error:
        form.case.errors = [sentence(error)]
        return _page(form), 422
    flash(_("Held: nothing of this case is destroyed before the hold ends."), "success")
    return redirect(url_for("holds.listed"))


@holds.post("/<hold_id>/lift")
@requires(Permission.MANAGE_HOLDS)
@requires_step_up
def lift(hold_id: str) -> Response:
    with transaction() as db:
        note = request.form.get("note", "")
        lift_hold(db, runtime().vault, hold_id, note, by=_me(), now=now())
    flash(_("Lifted: what is due meanwhile is destroyed within a minute."), "success")
    return redirect(url_for("holds.listed"))


def _page(form: HoldForm) -> str:
    with reading() as db:
        names = dict(db.execute(select(Staff.id, Staff.display_name)).all())
        vault, moment = runtime().vault, now()
        return render_template(
            "staff/holds.html",
            form=form,
            in_force=[_row(one, names) for one in holds_in_force(db, vault, moment)],
            ended=[_row(one, names) for one in holds_ended(db, vault, moment, ENDED)],
        )


def _row(shown: Shown, names: dict[str, str]) -> dict[str, Any]:
    hold = shown.hold
    reasons = {
        **HOLD_REASONS,
        PRESERVED: _("An order against terrorist content"),
        RESTRICTED: _("A restriction: the person asked for keeping"),
    }
    return {
        "id": hold.id,
        "case": hold.session_id,
        "reference": shown.reference,
        "reason": reasons.get(hold.reason, hold.reason),
        "may_lift": hold.reason not in {PRESERVED, RESTRICTED},
        "under_restriction": hold.reason == RESTRICTED,
        "note": shown.note,
        "set_at": hold.set_at,
        "set_by": names.get(hold.set_by, _("Console")),
        "last_day": hold.until - DAY,
        "lifted_at": hold.lifted_at,
        "lifted_by": names.get(hold.lifted_by or "", _("Console")),
        "lift_note": shown.lift_note,
    }


def _me() -> Actor:
    return Actor("staff", require_staff().id)
