"""Owns the page of one request, and what an officer does with it: take, extend, answer."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import PERMISSIONS, Permission
from kyc.audit import Action, Actor
from kyc.delivery.catalogues import known_locale
from kyc.delivery.composing import compose
from kyc.desk.requests import answer, assign, case_of, extend, note, opened, refuse, withdraw
from kyc.errors import ConflictError, InvalidInputError
from kyc.models import PrivacyRequest, Staff
from kyc.policy.grounds import GROUNDS
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.desk.forms import AnswerForm, AssignForm, ExtendForm, ValueForm
from kyc.web.desk.list_page import desk, moment_of_desk
from kyc.web.desk.parts import Forms, part_shown
from kyc.web.desk.shown import history_shown, items_shown, request_shown, staff_names
from kyc.web.texts import _, sentence

Page = Response | str | tuple[str, int]


@desk.get("/requests/<request_id>")
@requires(Permission.MANAGE_PRIVACY)
def request_page(request_id: str) -> str:
    return show(request_id)


@desk.post("/requests/<request_id>/assign")
@requires(Permission.MANAGE_PRIVACY)
def assign_one(request_id: str) -> Response:
    with transaction() as db:
        form = AssignForm().offer(officers(db), None)
        if not form.validate():
            abort(422)
        assign(db, request_id, form.officer.data or None, by=me(), now=moment_of_desk(db))
    return back(request_id)


@desk.post("/requests/<request_id>/extend")
@requires(Permission.MANAGE_PRIVACY)
def extend_one(request_id: str) -> Page:
    form = ExtendForm()
    if not form.validate():
        return show(request_id, extending=form), 422
    try:
        with transaction() as db:
            said = (form.reason.data, form.words.data or "")
            extend(db, runtime().vault, request_id, *said, by=me(), now=moment_of_desk(db))
    except InvalidInputError as error:
        form.reason.errors = [sentence(error)]
        return show(request_id, extending=form), 422
    except ConflictError as error:
        flash(sentence(error), "danger")
        return show(request_id), 409
    flash(_("Extended. A mail tells the person why, and their page the new day."), "success")
    return back(request_id)


@desk.post("/requests/<request_id>/preview")
@requires(Permission.MANAGE_PRIVACY)
def preview(request_id: str) -> Page:
    """What the person will read; nothing is sent."""
    with reading() as db:
        form = AnswerForm().offer(opened(db, request_id))
    if not form.validate():
        return show(request_id, answering=form), 422
    return show(request_id, answering=form, previewed=True)


@desk.post("/requests/<request_id>/answer")
@requires(Permission.MANAGE_PRIVACY)
def answer_one(request_id: str) -> Page:
    with reading() as db:
        form = AnswerForm().offer(opened(db, request_id))
    if not form.validate():
        return show(request_id, answering=form), 422
    act = refuse if form.refuses else answer
    try:
        with transaction() as db:
            act(db, runtime().vault, request_id, form.reply(), by=me(), now=moment_of_desk(db))
    except InvalidInputError as error:
        form.ground.errors = [sentence(error)]
        return show(request_id, answering=form), 422
    except ConflictError as error:
        flash(sentence(error), "danger")
        form.version.data = None
        return show(request_id, answering=form), 409
    flash(_("Answered. A mail says that there is an answer on the person's page."), "success")
    return back(request_id)


@desk.post("/requests/<request_id>/withdraw")
@requires(Permission.MANAGE_PRIVACY)
def withdraw_one(request_id: str) -> Response:
    with transaction() as db:
        withdraw(db, request_id, by=me(), now=moment_of_desk(db))
    return back(request_id)


def show(
    request_id: str,
    *,
    answering: AnswerForm | None = None,
    extending: ExtendForm | None = None,
    adding: ValueForm | None = None,
    acting: Forms | None = None,
    previewed: bool = False,
) -> str:
    """The page with its words opened, which is a look that the log tells of."""
    with transaction() as db:
        request, vault, moment = opened(db, request_id), runtime().vault, moment_of_desk(db)
        note(db, Action.STAFF_REQUEST_VIEWED, request, me(), moment, {})
        names = staff_names(db)
        answering = answering or AnswerForm(formdata=None)
        return render_template(
            "staff/desk/request.html",
            request_=request_shown(db, vault, request, names, moment),
            items=items_shown(db, vault, case_of(db, request), request),
            history=history_shown(db, request, names),
            answering=answering.offer(request),
            extending=extending or ExtendForm(formdata=None),
            adding=adding or ValueForm(formdata=None),
            assigning=AssignForm(formdata=None).offer(officers(db), request.assigned_to),
            me=require_staff().id,
            part=part_shown(db, request, moment, acting),
            preview=preview_shown(request, answering) if previewed else None,
        )


def preview_shown(request: PrivacyRequest, form: AnswerForm) -> dict[str, Any]:
    """In the person's language, by the same hands as the mail and the page themselves."""
    settings, language = runtime().settings, known_locale(request.language)
    letter = compose(
        "rights_answered",
        "",
        language,
        business=settings.business_name,
        reference="…",
        url=f"{settings.base_url}/v/…",
        home=settings.base_url + "/",
        until=now() + timedelta(hours=max(settings.link_hours, 72)),
    )
    ground = GROUNDS.get(form.ground.data or "")
    with force_locale(language):
        told = f"{_(ground.text)} ({ground.article})" if ground else ""
    return {
        "language": language,
        "subject": letter.subject,
        "body": letter.body,
        "ground": told,
        "words": form.words.data,
    }


def officers(db: Session) -> list[tuple[str, str]]:
    """Those whose role works at the desk, by name."""
    roles = [role for role, held in PERMISSIONS.items() if Permission.MANAGE_PRIVACY in held]
    query = select(Staff.id, Staff.display_name).where(
        Staff.role.in_(roles), Staff.disabled_at.is_(None)
    )
    return [(id_, name) for id_, name in db.execute(query.order_by(Staff.display_name))]


def back(request_id: str) -> Response:
    return redirect(url_for("desk.request_page", request_id=request_id))


def me() -> Actor:
    return Actor("staff", require_staff().id)
