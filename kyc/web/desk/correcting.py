"""Owns deciding each value that somebody wants corrected, and adding one that they told."""

from flask import flash
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.desk.corrections import accept, add_correction, decline
from kyc.errors import ConflictError, InvalidInputError
from kyc.web.auth import requires
from kyc.web.context import runtime
from kyc.web.database import transaction
from kyc.web.desk.forms import ValueForm
from kyc.web.desk.list_page import desk, moment_of_desk
from kyc.web.desk.request_page import back, me, show
from kyc.web.texts import _, sentence


@desk.post("/corrections/<item_id>/accept")
@requires(Permission.MANAGE_PRIVACY)
def accept_value(item_id: str) -> Response:
    with transaction() as db:
        tools = runtime().vault, runtime().lookup
        item = accept(db, *tools, item_id, by=me(), now=moment_of_desk(db))
    flash(
        _("Corrected. Reviewers of the case are told; what it was stays in its history."), "success"
    )
    return back(item.request_id)


@desk.post("/corrections/<item_id>/refuse")
@requires(Permission.MANAGE_PRIVACY)
def refuse_value(item_id: str) -> Response:
    with transaction() as db:
        item = decline(db, item_id, by=me(), now=moment_of_desk(db))
    return back(item.request_id)


@desk.post("/requests/<request_id>/values")
@requires(Permission.MANAGE_PRIVACY)
def add_value(request_id: str) -> Response | tuple[str, int]:
    form = ValueForm()
    if not form.validate():
        return show(request_id, adding=form), 422
    said = (form.field.data, form.value.data or "")
    try:
        with transaction() as db:
            moment = moment_of_desk(db)
            add_correction(db, runtime().vault, request_id, *said, by=me(), now=moment)
    except (ConflictError, InvalidInputError) as error:
        form.value.errors = [sentence(error)]
        return show(request_id, adding=form), 422
    return back(request_id)
