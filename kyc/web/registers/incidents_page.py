"""Owns the page of breaches: which there are, with their clocks, and entering one."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.errors import InvalidInputError
from kyc.models import Incident
from kyc.policy.incidents import NATURES, RISKS, ROLES, SOON
from kyc.registers.clocks import clock_of
from kyc.registers.incidents import enter, incidents
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.registers.disclosures_page import SHOWN, me, registers
from kyc.web.registers.incident_form import EnterForm, local, utc
from kyc.web.texts import _, sentence


@registers.get("/breaches", endpoint="incidents")
@requires(Permission.SEE_REGISTERS)
def listed() -> str:
    form = EnterForm(formdata=None)
    form.aware_at.data = local(now())
    return _page(form)


@registers.post("/breaches")
@requires(Permission.MANAGE_PRIVACY)
def enter_incident() -> Response | tuple[str, int]:
    """Without a step-up: who sees a breach must not first find their key."""
    form = EnterForm()
    if not form.validate():
        return _page(form), 422
    aware = utc(form.aware_at.data)
    assert aware is not None
    try:
        with transaction() as db:
            given = form.role.data, aware, form.facts(), form.words.data
            row = enter(db, runtime().vault, *given, by=me(), now=now())
    except InvalidInputError as error:
        form.aware_at.errors = [sentence(error)]
        return _page(form), 422
    flash(_("Entered: the clock runs. All privacy officers are told by mail."), "success")
    return redirect(url_for("registers.incident", incident_id=row.id))


def clock_shown(incident: Incident) -> dict[str, Any] | None:
    """When somebody must be told, and whether that is done, near or over."""
    clock = clock_of(incident, runtime().settings.incident_controller_hours)
    if clock is None:
        return None
    left = clock.ends_at - now()
    return {
        "whom": {"authority": _("The authority"), "controller": _("The controller")}[clock.code],
        "ends_at": clock.ends_at,
        "done_at": clock.done_at,
        "late": clock.is_late(now()),
        "soon": clock.done_at is None and left <= max(SOON),
        "hours": max(0, int(left.total_seconds() // 3600)),
    }


def _page(form: EnterForm) -> str:
    with reading() as db:
        rows = [_row(one) for one in incidents(db, SHOWN)]
    return render_template(
        "staff/registers/incidents.html",
        form=form,
        rows=rows,
        zone=runtime().settings.time_zone,
        may_enter=require_staff().may(Permission.MANAGE_PRIVACY),
    )


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "aware_at": incident.aware_at,
        "role": ROLES[incident.role],
        "natures": [NATURES[code] for code in incident.natures],
        "risk": RISKS[incident.risk],
        "clock": clock_shown(incident),
        "closed_at": incident.closed_at,
    }
