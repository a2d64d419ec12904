"""Owns the page on customers who have left: reporting an end, and whose end is long missing."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import InputRequired, Length

from kyc.access import Permission
from kyc.audit import Actor
from kyc.errors import KycError
from kyc.retention.relationships import Ended, end_relationship, without_end
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.oversight.retention_page import retention
from kyc.web.texts import _, _l, sentence


class EndForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    case = StringField(
        _l("Customer"),
        description=_l("The id of a verification, or your reference for the customer."),
        validators=[InputRequired(_l("Name the customer.")), Length(max=100)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    on = DateField(
        _l("Last day of the relationship"), validators=[InputRequired(_l("Give the last day."))]
    )
    corrects = BooleanField(_l("This corrects a day that was reported before"))


@retention.get("/relationships")
@requires(Permission.END_RELATIONSHIPS)
def relationships() -> str:
    return _page(EndForm(formdata=None))


@retention.post("/relationships")
@requires(Permission.END_RELATIONSHIPS)
@requires_step_up
def end_one() -> Response | tuple[str, int]:
    """By the rules of `kyc relationship end`."""
    form = EndForm()
    if not form.validate():
        return _page(form), 422
    try:
        ended = _end(form)
    except KycError as error:
        form.case.errors = [sentence(error)]
        return _page(form), 422
    for one in ended:
        told = _("%(case)s: the details are destroyed on %(day)s.",
                 case=one.session_id, day=f"{one.destroy_at:%Y-%m-%d}")  # fmt: skip
        flash(told, "success")
    return redirect(url_for("retention.relationships"))


def _end(form: EndForm) -> list[Ended]:
    name, corrects = form.case.data.strip(), bool(form.corrects.data)
    with transaction() as db:
        return end_relationship(
            db,
            name,
            form.on.data,
            years=runtime().settings.record_years,
            now=now(),
            corrects=corrects,
            by=Actor("staff", require_staff().id),
        )


def _page(form: EndForm) -> str:
    with reading() as db:
        missing: list[dict[str, Any]] = [
            {"id": one.id, "reference": one.reference, "decided_at": one.decided_at}
            for one in without_end(db, now())
        ]
    return render_template("staff/relationships.html", form=form, missing=missing)
