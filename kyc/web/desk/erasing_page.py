"""Owns erasing what can be erased, from the page of the request that asks for it."""

from flask import flash
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.desk.erasing import erase
from kyc.errors import ConflictError, InvalidInputError
from kyc.policy.rights import RequestState
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import runtime
from kyc.web.database import transaction
from kyc.web.desk.act_forms import EraseForm
from kyc.web.desk.list_page import desk, moment_of_desk
from kyc.web.desk.request_page import back, me, show
from kyc.web.texts import _, sentence


@desk.post("/requests/<request_id>/erase")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def erase_case(request_id: str) -> Response | tuple[str, int]:
    form = EraseForm()
    if not form.validate():
        return show(request_id, acting=form), 422
    try:
        with transaction() as db:
            tools, moment = (runtime().vault, runtime().lookup), moment_of_desk(db)
            done = erase(db, *tools, request_id, form.erasure(), by=me(), now=moment)
            refused = done.state == RequestState.REFUSED
    except (ConflictError, InvalidInputError) as error:
        form.erase_words.errors = [sentence(error)]
        return show(request_id, acting=form), 409
    if refused:
        flash(_("Refused, with the ground. A mail tells the person."), "success")
    else:
        flash(_("Erased: keys are destroyed, and the objects go within a minute."), "success")
    return back(request_id)
