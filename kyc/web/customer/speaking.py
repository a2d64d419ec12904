"""Owns keeping the customer's language with their verification, so that mails speak it too."""

from flask import request, session
from flask_babel import get_locale

from kyc.intake.links import session_of_browser
from kyc.models import VerificationSession
from kyc.web.context import now, runtime
from kyc.web.database import transaction
from kyc.web.languages import choose_language, offered

_UNCHOSEN = "en"


def keep_language() -> None:
    """Runs before each of the customer's pages, as one that only sends on shows no words."""
    choose_language()
    chosen, token = request.args.get("lang"), session.get("customer")
    if chosen not in offered() or not token:
        return
    with transaction() as db:
        found = session_of_browser(db, runtime().lookup, token, now())
        if found is not None:
            found.locale = chosen


def settle_language(opened: VerificationSession | None) -> None:
    """A link goes on in the language chosen on this device, or else on the one before."""
    if opened is None:
        return
    if session.get("locale") in offered():
        opened.locale = session["locale"]
    elif opened.locale != _UNCHOSEN and opened.locale in offered():
        session["locale"] = opened.locale
    else:
        opened.locale = str(get_locale() or _UNCHOSEN)
