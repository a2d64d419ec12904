"""Owns entering a request that came by letter, by telephone or in person."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.desk.receiving import enter
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.web.auth import requires
from kyc.web.context import now, runtime
from kyc.web.database import transaction
from kyc.web.desk.forms import EntryForm
from kyc.web.desk.list_page import desk, moment_of_desk
from kyc.web.desk.request_page import back, me
from kyc.web.texts import _, sentence


@desk.get("/new")
@requires(Permission.MANAGE_PRIVACY)
def entry() -> str:
    form = EntryForm(formdata=None)
    form.received_on.data = now().date()
    return _page(form)


@desk.post("/new")
@requires(Permission.MANAGE_PRIVACY)
def enter_one() -> Response | tuple[str, int]:
    form = EntryForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction() as db:
            moment = moment_of_desk(db)
            made = enter(db, runtime().vault, form.entry(moment), by=me(), now=moment)
    except (NotFoundError, ConflictError) as error:
        form.case.errors = [sentence(error)]
        return _page(form), 422
    except InvalidInputError as error:
        form.received_on.errors = [sentence(error)]
        return _page(form), 422
    flash(_("Entered. Its clock runs."), "success")
    return back(made.id)


def _page(form: EntryForm) -> str:
    return render_template("staff/desk/entry.html", form=form)
