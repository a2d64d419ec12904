"""Owns giving the second factor again: unlocking, confirming, and asking for a security key."""

from flask import jsonify, redirect, request, session
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.audit import Action
from kyc.errors import NotFoundError
from kyc.models import StaffSession
from kyc.staff.security_keys import give_challenge, keys_of, request_options
from kyc.staff.sessions import lock_session
from kyc.staff.signing_in import pass_second_factor
from kyc.web.again import (
    FactorAgainForm,
    confirm_page,
    kept_fields,
    refused_again,
    safe_target,
)
from kyc.web.auth import half_signed_in, requires
from kyc.web.context import now, require_staff
from kyc.web.database import transaction
from kyc.web.errors import render, wants_json
from kyc.web.limits import SIGN_INS, limiter
from kyc.web.means import given_factor, means
from kyc.web.staff.entrance import staff
from kyc.web.texts import _

Page = str | Response | tuple[Response | str, int]


@staff.route("/confirm", methods=["GET", "POST"])
@half_signed_in
@limiter.limit(SIGN_INS, methods=["POST"])
def confirm() -> Page:
    """Unlocks a session, or makes its factor fresh, and goes on with what was being done."""
    target = safe_target(request.args.get("next", ""))
    if not require_staff().passed:
        return redirect("/staff/second-factor")
    form = FactorAgainForm()
    kept = kept_fields() if request.form.get("again") else []
    if not form.validate_on_submit():
        return confirm_page(form, target, kept)
    if not _is_right(form):
        said = refused_again(form)
        if wants_json():
            return render(422, _("Not right"), said, "wrong_factor")
        return confirm_page(form, target, kept), 422
    if wants_json():
        return jsonify(unlocked=True)
    return redirect(target, 307 if kept else 302)


@staff.post("/factor/options")
@half_signed_in
def factor_options() -> Response:
    """What the browser needs to ask one of this person's keys."""
    actor, site = require_staff(), means().site
    with transaction() as db:
        keys = keys_of(db, actor.id)
        if site is None or not keys:
            raise NotFoundError("there is no security key here")
        challenge = give_challenge(db.get_one(StaffSession, actor.session_hash), now())
        return jsonify(request_options(site, challenge, keys))


@staff.post("/lock")
@requires(Permission.OWN_ACCOUNT)
def lock() -> Response:
    """What a page does when nobody has touched it for too long, or a person before they leave."""
    actor = require_staff()
    with transaction() as db:
        lock_session(db, db.get_one(StaffSession, actor.session_hash), now())
    return jsonify(locked=True) if wants_json() else redirect("/staff/")


@staff.post("/awake")
@requires(Permission.OWN_ACCOUNT)
def awake() -> Response:
    """A page tells that a person types or points on it; being asked is all that it takes."""
    return jsonify(awake=True)


def _is_right(form: FactorAgainForm) -> bool:
    actor = require_staff()
    given = given_factor(actor.session_hash, form.factor_code.data, form.factor_answer.data)
    action = Action.STAFF_SESSION_UNLOCKED if actor.locked else Action.STAFF_SESSION_CONFIRMED
    with transaction() as db:
        old = db.get_one(StaffSession, actor.session_hash)
        token = pass_second_factor(db, means(), old, given, now(), action)
    if token is None:
        return False
    session["staff"] = token  # the rest of the cookie stays: forms that are open carry its token
    return True
