"""Owns the page of looks outside of a claim: asked for, answered, seen, looked into; alarms."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kyc import alarms
from kyc.access import Permission
from kyc.audit import Actor
from kyc.errors import ConflictError, KycError, NotFoundError
from kyc.models import BreakGlass, Staff, StaffAlarm, VerificationSession
from kyc.retention.naming import session_named
from kyc.review import break_glass
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.looking_door import before_case
from kyc.web.review.case_contents import images_shown
from kyc.web.texts import _, _l, sentence

looks = Blueprint("looks", __name__, url_prefix="/staff/looks")

LISTED = 100

ALARMS = {
    "views_hour": _l("Opened very many images within an hour"),
    "views_day": _l("Opened as many images as one person may in a day"),
    "honey": _l("Opened a case that nobody was led to"),
}


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    case = StringField(
        _l("Case"),
        description=_l("The id of the verification, or your reference."),
        validators=[InputRequired(_l("Name the case.")), Length(max=100)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reason = TextAreaField(
        _l("Why you must see the images"),
        description=_l("A second person reads it before they agree, and a privacy officer after."),
        validators=[
            InputRequired(_l("Write why.")),
            Length(max=break_glass.LONGEST_REASON),
        ],
    )


@looks.get("")
@requires(Permission.ANSWER_GLASS)
def listed() -> str:
    return _page(AskForm(formdata=None))


@looks.post("")
@requires(Permission.BREAK_GLASS)
@requires_step_up
def ask() -> Response | tuple[str, int]:
    form, me = AskForm(), require_staff()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction() as db:
            session = session_named(db, form.case.data.strip())
            break_glass.ask(db, runtime().vault, session.id, me.id, form.reason.data, now())
    except KycError as error:
        form.reason.errors = [sentence(error)]
        return _page(form), 422
    return _back(_("Asked. A senior reviewer or privacy officer answers; you are told here."))


@looks.get("/<request_id>")
@requires(Permission.BREAK_GLASS)
def pictures(request_id: str) -> str | Response | tuple[Any, int]:
    """The images of the case for who was granted them, while the grant lasts."""
    me = require_staff()
    with reading() as db:
        request = db.get(BreakGlass, request_id)
        if request is None or request.staff_id != me.id:
            raise NotFoundError("you have no such request")
        if break_glass.grant_of(db, request.session_id, me.id, now()) is None:
            raise ConflictError("this is not granted, or its half hour is over")
    first = before_case(request.session_id, looks=True)
    if first is not None:
        return first
    with reading() as db:
        session = db.get_one(VerificationSession, request.session_id)
        images, reference = images_shown(db, session), session.reference
    return render_template(
        "staff/look.html",
        images=images,
        reference=reference,
        purpose="",
        ends_at=request.ends_at,
        back_url=url_for("looks.listed"),
    )


@looks.post("/<request_id>/grant")
@requires(Permission.ANSWER_GLASS)
@requires_step_up
def grant(request_id: str) -> Response:
    with transaction() as db:
        break_glass.grant(db, request_id, require_staff().id, now())
    return _back(_("Granted for half an hour. A privacy officer is told."))


@looks.post("/<request_id>/refuse")
@requires(Permission.ANSWER_GLASS)
@requires_step_up
def refuse(request_id: str) -> Response:
    with transaction() as db:
        break_glass.refuse(db, request_id, require_staff().id, now())
    return _back(_("Refused: the images stay closed."))


@looks.post("/<request_id>/acknowledge")
@requires(Permission.OVERSEE_LOOKS)
def acknowledge(request_id: str) -> Response:
    with transaction() as db:
        break_glass.acknowledge(db, request_id, require_staff().id, now())
    return _back(_("Noted that you have looked into it."))


@looks.post("/alarms/<alarm_id>/acknowledge")
@requires(Permission.OVERSEE_LOOKS)
def acknowledge_alarm(alarm_id: str) -> Response:
    with transaction() as db:
        alarms.acknowledge(db, alarm_id, by=Actor("staff", require_staff().id), now=now())
    return _back(_("Noted that you have looked into it."))


def _page(form: AskForm) -> str:
    me = require_staff()
    with reading() as db:
        names = dict(db.execute(select(Staff.id, Staff.display_name)).all())
        found = break_glass.requests(db, runtime().vault, LISTED)
        return render_template(
            "staff/looks.html",
            form=form,
            requests=[_row(one, names) for one in found],
            alarms=_alarms(db, names) if me.may(Permission.OVERSEE_LOOKS) else [],
        )


def _row(shown: break_glass.Shown, names: dict[str, str]) -> dict[str, Any]:
    request, moment, me = shown.request, now(), require_staff()
    open_until = request.asked_at + break_glass.ANSWER_WITHIN
    waits = request.answered_by is None and open_until > moment
    mine = request.staff_id == me.id
    live = request.granted_at is not None and (request.ends_at or moment) > moment
    return {
        "id": request.id,
        "reference": shown.reference,
        "case": request.session_id,
        "who": names.get(request.staff_id, ""),
        "reason": shown.reason,
        "asked_at": request.asked_at,
        "state": _state(request, waits=waits),
        "answered_by": names.get(request.answered_by or ""),
        "ends_at": request.ends_at,
        "may_answer": waits and not mine,
        "may_open": mine and live,
        "to_acknowledge": request.granted_at is not None and request.acknowledged_at is None,
        "acknowledged_by": names.get(request.acknowledged_by or ""),
    }


def _state(request: BreakGlass, *, waits: bool) -> str:
    if request.granted_at is not None:
        return _("Granted")
    if request.refused_at is not None:
        return _("Refused")
    return _("Waits for an answer") if waits else _("Lapsed")


def _alarms(db: Session, names: dict[str, str]) -> list[dict[str, Any]]:
    return [_alarm(one, names) for one in alarms.alarms(db, LISTED)]


def _alarm(alarm: StaffAlarm, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": alarm.id,
        "what": ALARMS.get(alarm.kind, alarm.kind),
        "who": names.get(alarm.staff_id, ""),
        "case": alarm.session_id,
        "at": alarm.at,
        "acknowledged_by": names.get(alarm.acknowledged_by or ""),
    }


def _back(said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("looks.listed"))
