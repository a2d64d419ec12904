"""Owns restricting a case from a request, and the page of restrictions: announce, lift."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.desk.requests import opened
from kyc.desk.restricting import announce_lifting, lift, restrict, restrictions
from kyc.errors import KycError, NotFoundError
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import runtime
from kyc.web.database import reading, transaction
from kyc.web.desk.act_forms import AnnounceForm, LiftForm, RestrictForm
from kyc.web.desk.list_page import desk, moment_of_desk
from kyc.web.desk.parts import restriction_row
from kyc.web.desk.request_page import back, me, show
from kyc.web.desk.shown import staff_names
from kyc.web.texts import _, sentence

ENDED = 50


@desk.post("/requests/<request_id>/restrict")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def restrict_case(request_id: str) -> Response | tuple[str, int]:
    form = RestrictForm()
    if not form.validate():
        return show(request_id, acting=form), 422
    try:
        with transaction() as db:
            request, moment = opened(db, request_id), moment_of_desk(db)
            case = request.session_id or ""
            vault, ask = runtime().vault, form.ask()
            restrict(db, vault, case, ask, request_id=request.id, by=me(), now=moment)
    except KycError as error:
        form.restriction_ground.errors = [sentence(error)]
        return show(request_id, acting=form), 409
    flash(
        _("Restricted: nobody looks at the case or decides it. Now answer the request."), "success"
    )
    return back(request_id)


@desk.get("/restrictions")
@requires(Permission.MANAGE_PRIVACY)
def restricted() -> str:
    with reading() as db:
        names, vault, moment = staff_names(db), runtime().vault, moment_of_desk(db)
        in_force = restrictions(db, vault, in_force=True)
        ended = restrictions(db, vault, in_force=False, limit=ENDED)
        return render_template(
            "staff/desk/restrictions.html",
            in_force=[restriction_row(one, names, moment) for one in in_force],
            ended=[restriction_row(one, names, moment) for one in ended],
        )


@desk.post("/restrictions/<restriction_id>/announce")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def announce(restriction_id: str) -> Response:
    form = AnnounceForm()
    if not form.validate():
        flash(_("Write why it is to be lifted: the person may ask."), "danger")
        return redirect(url_for("desk.restricted"))
    try:
        with transaction() as db:
            told = (restriction_id, form.reason.data)
            announce_lifting(db, runtime().vault, *told, by=me(), now=moment_of_desk(db))
    except NotFoundError:
        raise
    except KycError as error:
        flash(sentence(error), "danger")
    else:
        flash(
            _("Announced: a mail tells the person. A day after it went you may lift it."), "success"
        )
    return redirect(url_for("desk.restricted"))


@desk.post("/restrictions/<restriction_id>/lift")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def lift_one(restriction_id: str) -> Response:
    form = LiftForm()
    said = form.told_how.data or ""
    try:
        with transaction() as db:
            moment = moment_of_desk(db)
            lift(db, runtime().vault, restriction_id, told_how=said, by=me(), now=moment)
    except NotFoundError:
        raise
    except KycError as error:
        flash(sentence(error), "danger")
    else:
        flash(_("Lifted: the case goes on where it stood."), "success")
    return redirect(url_for("desk.restricted"))
