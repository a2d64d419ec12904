"""Owns the page behind an invitation: making an account, or setting it up anew."""

import pyotp
from flask import flash, jsonify, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Role
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import Staff, StaffInvitation
from kyc.staff.enrolling import account_id, enrol, invitation_secret, open_invitation
from kyc.staff.security_keys import (
    NewKey,
    check_new,
    creation_options,
    give_challenge,
    take_challenge,
)
from kyc.web.auth import public
from kyc.web.context import now, runtime
from kyc.web.database import reading, transaction
from kyc.web.limits import SIGN_INS, limiter
from kyc.web.means import means, password_rules
from kyc.web.qr import qr_svg
from kyc.web.staff.entrance import staff
from kyc.web.staff.forms import ROLE_NAMES, EnrolmentForm, RenewalForm
from kyc.web.texts import _, sentence

Page = str | Response | tuple[str, int]


@staff.route("/invite/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_INS, methods=["POST"])
def invite(token: str) -> Page:
    try:
        with reading() as db:
            invitation = _invitation(db, token)
            person = db.get(Staff, invitation.staff_id) if invitation.staff_id else None
            secret, role = invitation_secret(runtime().vault, invitation), Role(invitation.role)
    except NotFoundError:
        return render_template("staff/invite_dead.html"), 404
    form = RenewalForm() if person else EnrolmentForm()
    if form.validate_on_submit():
        codes = _enrol(form, token)
        if codes is not None:
            flash(_("Your account is ready. Sign in with it now."), "success")
            return render_template("staff/recovery_codes.html", codes=codes)
    return _invite_page(form, token, secret, person, role), 422 if form.errors else 200


@staff.post("/invite/<token>/options")
@public
@limiter.limit(SIGN_INS)
def invite_options(token: str) -> Response:
    """What the browser needs to make a security key for the account that is being made."""
    site = means().site
    if site is None:
        raise NotFoundError("there are no security keys here")
    with transaction() as db:
        invitation = _invitation(db, token)
        challenge = give_challenge(invitation, now())
        shown = str(ROLE_NAMES[Role(invitation.role)])
        return jsonify(creation_options(site, challenge, account_id(invitation), shown, []))


def _enrol(form: RenewalForm, token: str) -> list[str] | None:
    """The recovery codes; None when a rule is not met, which the form then says."""
    try:
        key = _new_key(form, token)
    except InvalidInputError as error:
        form.key_name.errors = [sentence(error)]
        return None
    enrolment = form.enrolment(key)
    try:
        with transaction() as db:
            invitation = _invitation(db, token)
            return enrol(db, means(), invitation, enrolment, now(), password_rules())[1]
    except (ConflictError, InvalidInputError) as error:
        _say(form, error)
    return None


def _new_key(form: RenewalForm, token: str) -> NewKey | None:
    site = means().site
    if site is None or not form.key_answer.data:
        return None
    with transaction() as db:
        challenge = take_challenge(db, _invitation(db, token), now())
    return check_new(site, challenge, form.key_answer.data)


def _say(form: RenewalForm, error: Exception) -> None:
    """Puts the words beside the field that they are about."""
    words = str(error)
    fields = {
        "name is taken": "login",
        "invitation": "password",
        "key": "key_name",
        "code": "code",
        "e-mail": "email",
    }
    name = next((field for sign, field in fields.items() if sign in words), "password")
    form[name if name in form else "password"].errors = [sentence(error)]


def _invitation(db: Session, token: str) -> StaffInvitation:
    return open_invitation(db, runtime().lookup, token, now())


def _invite_page(
    form: RenewalForm, token: str, secret: str, person: Staff | None, role: Role
) -> str:
    business = runtime().settings.business_name
    uri = pyotp.TOTP(secret).provisioning_uri(name=str(role), issuer_name=f"kyc {business}")
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template(
        "staff/invite.html",
        form=form,
        role=ROLE_NAMES[role],
        options_url=url_for("staff.invite_options", token=token),
        login=person.login if person else None,
        minimum=password_rules().minimum,
        totp={"uri": uri, "secret_grouped": grouped, "qr_svg": qr_svg(uri)},
        offers_app=not means().demands_key(role),
        offers_key=means().site is not None,
    )
