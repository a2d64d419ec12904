"""Owns the staff's way in and out: sign-in, second factor, sign-out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission, Role
from kyc.db import common_now
from kyc.desk.listing import counted
from kyc.models import Staff, StaffSession
from kyc.staff.factors import offered
from kyc.staff.sessions import begin_session, end_session
from kyc.staff.signing_in import check_password, pass_second_factor
from kyc.web.auth import half_signed_in, public, requires
from kyc.web.context import now, require_staff, runtime, staff_actor
from kyc.web.database import reading, transaction
from kyc.web.limits import SIGN_INS, limiter
from kyc.web.means import given_factor, means
from kyc.web.staff.clients import client_of
from kyc.web.staff.forms import ROLE_NAMES, SecondFactorForm, SignInForm
from kyc.web.texts import _

staff = Blueprint("staff", __name__, url_prefix="/staff")

Page = str | Response | tuple[str, int]


@staff.get("/")
@requires(Permission.OWN_ACCOUNT)
def home() -> str | Response:
    actor = require_staff()
    if actor.may(Permission.SEE_QUEUE):
        return redirect(url_for("review.queue"))
    with reading() as db:
        moment = common_now(db, now(), runtime().real_now)
        requests = counted(db, moment) if actor.may(Permission.MANAGE_PRIVACY) else None
    role_name = ROLE_NAMES[Role(actor.role)]
    return render_template("staff/home.html", role_name=role_name, requests=requests)


@staff.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_INS, methods=["POST"])
def sign_in() -> Page:
    actor = staff_actor()
    if actor is not None and actor.passed:
        return redirect(url_for("staff.home"))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("staff/sign_in.html", form=form)
    client = client_of(request.headers.get("User-Agent", ""))
    with transaction() as db:
        person = check_password(db, form.login.data, form.password.data, now())
        token = begin_session(db, runtime().lookup, person, now(), client) if person else None
    if token is None:
        form.password.errors = [
            _("The sign-in name or the password is not right, or there were too many tries.")
        ]
        return render_template("staff/sign_in.html", form=form), 401
    session.clear()
    session["staff"] = token
    return redirect(url_for("staff.second_factor"))


@staff.route("/second-factor", methods=["GET", "POST"])
@half_signed_in
@limiter.limit(SIGN_INS, methods=["POST"])
def second_factor() -> Page:
    actor = require_staff()
    if actor.passed:
        return redirect(url_for("staff.home"))
    form = SecondFactorForm()
    if not form.validate_on_submit():
        return _second_factor_page(form)
    given = given_factor(actor.session_hash, form.code.data, form.answer.data)
    with transaction() as db:
        half = db.get_one(StaffSession, actor.session_hash)
        token = pass_second_factor(db, means(), half, given, now())
    if token is None:
        form.code.errors = [_("This code is not right, or was used before. Wait for the next one.")]
        if given.assertion:
            form.code.errors = [_("This security key was not accepted. Try again.")]
        return _second_factor_page(form), 401
    session.clear()
    session["staff"] = token
    return redirect(url_for("staff.home"))


@staff.post("/sign-out")
@half_signed_in
def sign_out() -> Response:
    actor = require_staff()
    with transaction() as db:
        end_session(db, db.get_one(StaffSession, actor.session_hash), now())
    session.clear()
    answer = redirect(url_for("staff.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _second_factor_page(form: SecondFactorForm) -> str:
    with reading() as db:
        ways = offered(db, means(), db.get_one(Staff, require_staff().id))
        return render_template(
            "staff/second_factor.html",
            form=form,
            offers_app=ways.app,
            offers_key=bool(ways.keys),
        )
