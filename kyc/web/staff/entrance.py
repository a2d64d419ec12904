"""Owns the staff's way in and out: invitation, sign-in, second factor, sign-out."""

import pyotp
from flask import Blueprint, flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission, Role
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import StaffSession
from kyc.staff.enrolling import Enrolment, enrol, invitation_secret, open_invitation
from kyc.staff.signing_in import begin_session, check_password, end_session, pass_second_factor
from kyc.web.auth import half_signed_in, public, requires
from kyc.web.context import now, require_staff, runtime, staff_actor
from kyc.web.database import reading, transaction
from kyc.web.limits import SIGN_INS, limiter
from kyc.web.qr import qr_svg
from kyc.web.staff.forms import ROLE_NAMES, EnrolmentForm, SecondFactorForm, SignInForm
from kyc.web.texts import _, sentence

staff = Blueprint("staff", __name__, url_prefix="/staff")

Page = str | Response | tuple[str, int]


@staff.get("/")
@requires(Permission.OWN_ACCOUNT)
def home() -> str | Response:
    actor = require_staff()
    if actor.may(Permission.SEE_QUEUE):
        return redirect(url_for("review.queue"))
    return render_template("staff/home.html", role_name=ROLE_NAMES[Role(actor.role)])


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
    with transaction() as db:
        person = check_password(db, form.login.data, form.password.data, now())
        token = begin_session(db, runtime().lookup, person, now()) if person else None
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
        return render_template("staff/second_factor.html", form=form)
    with transaction() as db:
        half = db.get_one(StaffSession, actor.session_hash)
        code = form.code.data
        token = pass_second_factor(db, runtime().vault, runtime().lookup, half, code, now())
    if token is None:
        form.code.errors = [_("This code is not right, or was used before. Wait for the next one.")]
        return render_template("staff/second_factor.html", form=form), 401
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


@staff.route("/invite/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_INS, methods=["POST"])
def invite(token: str) -> Page:
    form = EnrolmentForm()
    try:
        with reading() as db:
            invitation = open_invitation(db, runtime().lookup, token, now())
            secret = invitation_secret(runtime().vault, invitation)
            role = Role(invitation.role)
    except NotFoundError:
        return render_template("staff/invite_dead.html"), 404
    if form.validate_on_submit():
        codes = _enrol(form, token)
        if codes is not None:
            flash(_("Your account is ready. Sign in with it now."), "success")
            return render_template("staff/recovery_codes.html", codes=codes)
    return _invite_page(form, secret, role), 422 if form.errors else 200


def _enrol(form: EnrolmentForm, token: str) -> list[str] | None:
    """The recovery codes; None when a rule is not met, which the form then says."""
    enrolment = Enrolment(
        login=form.login.data,
        display_name=form.display_name.data,
        password=form.password.data,
        code="".join(form.code.data.split()),
    )
    try:
        with transaction() as db:
            invitation = open_invitation(db, runtime().lookup, token, now())
            tools = runtime().vault, runtime().lookup
            return enrol(db, *tools, invitation, enrolment, now())[1]
    except ConflictError as error:
        form.login.errors = [sentence(error)]
    except InvalidInputError as error:
        field = form.code if "code" in str(error) else form.password
        field.errors = [sentence(error)]
    return None


def _invite_page(form: EnrolmentForm, secret: str, role: Role) -> str:
    business = runtime().settings.business_name
    uri = pyotp.TOTP(secret).provisioning_uri(name=str(role), issuer_name=f"kyc {business}")
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template(
        "staff/invite.html",
        form=form,
        role=ROLE_NAMES[role],
        totp={"uri": uri, "secret_grouped": grouped, "qr_svg": qr_svg(uri)},
    )
