"""Owns asking again for the second factor: to unlock or to confirm, with what was sent kept."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from kyc.models import Staff
from kyc.staff.factors import offered
from kyc.web.context import require_staff
from kyc.web.database import reading
from kyc.web.errors import render, wants_json
from kyc.web.means import means
from kyc.web.texts import _, _l

Refusal = Response | tuple[Response | str, int]

_OURS = frozenset({"csrf_token", "factor_code", "factor_answer", "again"})

_WORDS = {
    "locked": (_l("Locked"), _l("This page was left alone for a while. Unlock it to go on.")),
    "step_up": (_l("Confirm that it is you"), _l("What you are about to do needs a fresh proof.")),
}


class FactorAgainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Its names are like no other form's, since the fields of the other one travel beside them."""

    factor_code = StringField(
        _l("Code"),
        validators=[Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "text"},
    )
    factor_answer = HiddenField(validators=[Length(max=20_000)])


def ask_again(why: str) -> Refusal:
    """The page that asks, in place of what was asked for; a script is told `locked` or `step_up`.

    What a form sent is on that page, and is sent on once the factor was right.
    """
    title, text = _WORDS[why]
    if wants_json():
        return render(401, str(title), str(text), why)
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("staff.confirm", next=request.full_path.rstrip("?")))
    return confirm_page(FactorAgainForm(formdata=None), request.path, kept_fields()), 401


def confirm_page(form: FactorAgainForm, target: str, kept: list[tuple[str, str]]) -> str:
    actor = require_staff()
    why = "locked" if actor.locked else "step_up"
    with reading() as db:
        ways = offered(db, means(), db.get_one(Staff, actor.id))
        return render_template(
            "staff/confirm.html",
            form=form,
            title=_WORDS[why][0],
            text=_WORDS[why][1],
            target=target,
            kept=kept,
            offers_app=ways.app,
            offers_key=bool(ways.keys),
        )


def kept_fields() -> list[tuple[str, str]]:
    """What the request's form holds beside our own fields, in order, names repeated."""
    fields = [(n, v) for n, values in request.form.lists() if n not in _OURS for v in values]
    return [("again", "post"), *fields]


def safe_target(untrusted: str) -> str:
    """A path of the console; anything else becomes its start page."""
    parts = urlsplit(untrusted)
    ours = untrusted.startswith("/staff/") and not parts.netloc and not parts.scheme
    return untrusted if ours and untrusted.isprintable() and "\\" not in untrusted else "/staff/"


def refused_again(form: FactorAgainForm) -> str:
    form.factor_code.errors = [_("That was not right, or was used before. Try again.")]
    return str(form.factor_code.errors[0])
