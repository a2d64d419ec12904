"""Owns the languages of the pages and how one is chosen."""

from typing import cast

import structlog
from flask import g, has_request_context, request, session
from sqlalchemy.exc import SQLAlchemyError

from kyc.errors import KycError
from kyc.flows import flow_in_force
from kyc.web.context import runtime
from kyc.web.cookies import on_staff_pages

log = structlog.get_logger(__name__)

LANGUAGES: dict[str, str] = {
    "en": "English",
    "et": "eesti",
    "de": "Deutsch",
    "fr": "français",
    "es": "español",
    "pl": "polski",
    "ru": "русский",
}
"""Code and own name of every language that the customer's pages and mails are translated to."""


def choose_language() -> str:
    """What the person chose, else what their browser prefers; the staff console is in English."""
    if not has_request_context() or on_staff_pages():
        return "en"
    known, asked = offered(), request.args.get("lang")
    if asked in known:
        session["locale"] = asked
    chosen = session.get("locale")
    if chosen in known:
        return str(chosen)
    return _preferred(known)


def offered() -> dict[str, str]:
    """Those that the flow in force offers to customers, in its order."""
    if "offered_languages" not in g:
        g.offered_languages = _offered()
    return cast(dict[str, str], g.offered_languages)


def _offered() -> dict[str, str]:
    """In a unit of work of its own; where the database is away, even its page speaks them all."""
    try:
        with runtime().reading() as db:
            codes = flow_in_force(db).languages
    except (SQLAlchemyError, KycError) as error:
        log.warning("languages_unknown", error=type(error).__name__)
        return LANGUAGES
    return {code: LANGUAGES[code] for code in codes}


def _preferred(known: dict[str, str]) -> str:
    """The first that is offered of what the browser asks for, a region's language for the region;
    else the first that is offered."""
    wanted = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((code for code in wanted if code in known), next(iter(known)))
