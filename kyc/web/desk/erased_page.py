"""Owns the page on which an officer has somebody forgotten who was erased and objects (Art. 21)."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.desk.forgetting import forget_erased
from kyc.desk.requests import opened
from kyc.errors import InvalidInputError
from kyc.policy.erasure import TOMBSTONE_MONTHS
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import runtime
from kyc.web.database import reading, transaction
from kyc.web.desk.act_forms import ForgetForm
from kyc.web.desk.list_page import Answer, desk, moment_of_desk
from kyc.web.desk.request_page import back, me
from kyc.web.texts import _, _n, sentence


@desk.get("/erased")
@requires(Permission.MANAGE_PRIVACY)
def erased() -> Answer:
    """With `request` in the address, the objection that it is done for."""
    form = ForgetForm(formdata=None)
    form.request.data = request.args.get("request", "")
    if form.request.data:
        with reading() as db:
            opened(db, form.request.data)
    return _page(form)


@desk.post("/erased")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def forget() -> Response | tuple[str, int]:
    form = ForgetForm()
    if not form.validate():
        return _page(form), 422
    request_id = form.request.data or None
    try:
        with transaction() as db:
            address, moment = form.address.data, moment_of_desk(db)
            count = forget_erased(
                db, runtime().lookup, address, request_id=request_id, by=me(), now=moment
            )
    except InvalidInputError as error:
        form.address.errors = [sentence(error)]
        return _page(form), 422
    if not count:
        form.address.errors = [_(
            "Nothing recognises this address. Look at its spelling, or ask under which address they"
            " were verified; if it is right, answer that nothing is kept."
        )]  # fmt: skip
        return _page(form), 422
    told = _n("%(num)s keyed hash is destroyed.", "%(num)s keyed hashes are destroyed.", count)
    flash(f"{told} {_('Nothing recognises this person any more.')}", "success")
    return back(request_id) if request_id else redirect(url_for("desk.erased"))


def _page(form: ForgetForm) -> str:
    return render_template(
        "staff/desk/erased.html",
        form=form,
        months=TOMBSTONE_MONTHS,
    )
