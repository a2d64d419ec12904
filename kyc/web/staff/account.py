"""Owns the page of one's own account: factors, password, address, sessions, report."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission, Role
from kyc.audit import Actor
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import Staff, StaffSession
from kyc.staff import own_account
from kyc.staff.accounts import report_compromised
from kyc.staff.addresses import address_of
from kyc.staff.security_keys import (
    Site,
    check_new,
    creation_options,
    give_challenge,
    keys_of,
    take_challenge,
)
from kyc.staff.sessions import end_all, end_named, open_sessions, reference_of
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff
from kyc.web.database import reading, transaction
from kyc.web.means import means, password_rules, session_limits
from kyc.web.staff.forms import ROLE_NAMES, EmailForm, KeyForm, PasswordForm
from kyc.web.texts import _, sentence

account = Blueprint("account", __name__, url_prefix="/staff/account")

Page = str | Response | tuple[str, int]


@account.get("")
@requires(Permission.OWN_ACCOUNT)
def page() -> str:
    return _page()


@account.post("/keys/options")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def key_options() -> Response:
    """What the browser needs to make a security key for this account."""
    actor, site = require_staff(), _site()
    with transaction() as db:
        challenge = give_challenge(_my_session(db), now())
        known = keys_of(db, actor.id)
        return jsonify(creation_options(site, challenge, actor.id, actor.name, known))


@account.post("/keys")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def add_key() -> Page:
    form = KeyForm()
    if not form.validate():
        return _page(key=form), 422
    with transaction() as db:
        challenge = take_challenge(db, _my_session(db), now())
    try:
        new = check_new(_site(), challenge, form.key_answer.data or "")
        with transaction() as db:
            own_account.add_key(db, _me(db), new, form.key_name.data, now())
    except (ConflictError, InvalidInputError) as error:
        form.key_name.errors = [sentence(error)]
        return _page(key=form), 422
    return _back(_("Added. You can sign in with it from now on."))


@account.post("/keys/<key_id>/remove")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def remove_key(key_id: str) -> Response:
    with transaction() as db:
        own_account.remove_key(db, means(), _me(db), key_id, now())
    return _back(_("Removed: this key opens nothing any more."))


@account.post("/app/remove")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def remove_app() -> Response:
    with transaction() as db:
        own_account.remove_app(db, _me(db), now())
    return _back(_("Removed: the codes of your app open nothing any more."))


@account.post("/recovery-codes")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def recovery_codes() -> str:
    with transaction() as db:
        codes = own_account.renew_codes(db, means(), _me(db), now())
    return render_template("staff/recovery_codes.html", codes=codes)


@account.post("/password")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def password() -> Page:
    form = PasswordForm()
    if not form.validate():
        return _page(password=form), 422
    rules = password_rules()
    try:
        with transaction() as db:
            mine, given = _my_session(db), (form.old.data, form.password.data)
            right = own_account.change_password(db, mine, *given, now=now(), rules=rules)
    except InvalidInputError as error:
        form.password.errors = [sentence(error)]
        return _page(password=form), 422
    if not right:
        form.old.errors = [_("This is not your present password.")]
        return _page(password=form), 422
    return _back(_("Changed. Your other sessions have ended."))


@account.post("/email")
@requires(Permission.OWN_ACCOUNT)
@requires_step_up
def email() -> Page:
    form = EmailForm()
    try:
        if not form.validate():
            return _page(email=form), 422
        with transaction() as db:
            own_account.change_email(db, means(), _me(db), form.email.data, now())
    except InvalidInputError as error:
        form.email.errors = [sentence(error)]
        return _page(email=form), 422
    return _back(_("Changed. A mail to the new address confirms it."))


@account.post("/sessions/<reference>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(reference: str) -> Response:
    actor = require_staff()
    with transaction() as db:
        end_named(db, actor.id, reference, by=Actor("staff", actor.id), now=now())
    return _back(_("Ended."))


@account.post("/sessions/end-others")
@requires(Permission.OWN_ACCOUNT)
def end_others() -> Response:
    actor = require_staff()
    by = Actor("staff", actor.id)
    with transaction() as db:
        end_all(db, actor.id, by=by, now=now(), but=actor.session_hash)
    return _back(_("Ended: only this session is left."))


@account.post("/compromised")
@requires(Permission.OWN_ACCOUNT)
def compromised() -> Response:
    """Asks for no factor: who reports it may have none left."""
    if request.form.get("sure") != "yes":
        raise InvalidInputError("press the button on the page of your account")
    actor = require_staff()
    with transaction() as db:
        report_compromised(db, _me(db), by=Actor("staff", actor.id), now=now())
    session.clear()
    flash(_("Your account is shut. Ask an administrator for a new invitation."), "success")
    answer = redirect(url_for("staff.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _page(
    key: KeyForm | None = None, password: PasswordForm | None = None, email: EmailForm | None = None
) -> str:
    actor, way = require_staff(), means()
    with reading() as db:
        person = _me(db)
        return render_template(
            "staff/account.html",
            role_name=ROLE_NAMES[Role(actor.role)],
            login=person.login,
            owes=actor.owes,
            address=address_of(way.vault, person),
            has_app=bool(person.totp_secret),
            keys=keys_of(db, actor.id),
            keys_work=way.site is not None,
            sessions=_sessions(db),
            key_form=key or KeyForm(formdata=None),
            password_form=password or PasswordForm(formdata=None),
            email_form=email or EmailForm(formdata=None),
            minimum=password_rules().minimum,
        )


def _sessions(db: Session) -> list[dict[str, Any]]:
    actor = require_staff()
    return [
        {
            "reference": reference_of(one),
            "client": one.client or _("Unknown browser"),
            "began": one.created_at,
            "seen": one.seen_at,
            "current": one.token_hash == actor.session_hash,
        }
        for one in open_sessions(db, actor.id, session_limits(), now())
    ]


def _me(db: Session) -> Staff:
    return db.get_one(Staff, require_staff().id)


def _my_session(db: Session) -> StaffSession:
    return db.get_one(StaffSession, require_staff().session_hash)


def _site() -> Site:
    site = means().site
    if site is None:
        raise NotFoundError("there are no security keys here")
    return site


def _back(said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("account.page"))
