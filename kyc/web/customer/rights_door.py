"""Owns the door of the customer's rights: their cookie, and a code from the mail of their case."""

from datetime import datetime

from flask import flash, redirect, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.db import common_now
from kyc.desk.codes import Sent, ask_for_code, awaits_code, is_proven, prove, require_proven
from kyc.models import VerificationSession
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import now, runtime
from kyc.web.customer.entrance import customer
from kyc.web.customer.rights_forms import CodeForm
from kyc.web.database import transaction
from kyc.web.limits import CODES, limiter
from kyc.web.texts import _, _l

SENT = {
    Sent.ON_ITS_WAY: _l("A code is on its way to the e-mail address of your verification."),
    Sent.WAIT: _l("A code was sent just now. Wait a minute before you ask for another one."),
    Sent.TOO_MANY: _l("You asked for many codes today. Try again tomorrow, or write to us."),
    Sent.NO_ADDRESS: _l("We have no e-mail address of yours to send a code to. Write to us."),
}


@customer.post("/verify/rights/code")
@customer_only
@limiter.limit(CODES)
def send_rights_code() -> Response:
    with transaction() as db:
        sent = ask_for_code(db, customer_session(db), browser_hash(), moment_of_rights(db))
    flash(SENT[sent], "info" if sent == Sent.ON_ITS_WAY else "danger")
    return redirect(url_for("customer.rights"))


@customer.post("/verify/rights/prove")
@customer_only
@limiter.limit(CODES)
def prove_rights() -> Response:
    """A wrong code is counted, so the transaction is kept either way."""
    form = CodeForm()
    with transaction() as db:
        case, code = customer_session(db), form.code.data or ""
        right = prove(db, runtime().lookup, case, browser_hash(), code, moment_of_rights(db))
    if not right:
        flash(_("This code is not right, or it is too old. Look at the newest mail, or ask for"
                " another code."), "danger")  # fmt: skip
    return redirect(url_for("customer.rights"))


def proven(db: Session, case: VerificationSession) -> bool:
    """Whether whoever uses this browser showed a while ago that the address is theirs."""
    return is_proven(db, case.id, browser_hash(), moment_of_rights(db))


def must_be_proven(db: Session, case: VerificationSession) -> None:
    """Raises NotFoundError."""
    require_proven(db, case.id, browser_hash(), moment_of_rights(db))


def code_awaited(db: Session, case: VerificationSession) -> bool:
    return awaits_code(db, case.id, browser_hash(), moment_of_rights(db))


def browser_hash() -> bytes:
    """By which this browser's cookie is known."""
    return runtime().lookup.token(str(session.get("customer", "")))


def moment_of_rights(db: Session) -> datetime:
    """By the database's clock, as the desk counts."""
    return common_now(db, now(), runtime().real_now)
