"""Owns the languages of the pages and how one is chosen."""

from flask import has_request_context, request, session

from kyc.web.cookies import on_staff_pages

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
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["locale"] = asked
    chosen = session.get("locale")
    if chosen in LANGUAGES:
        return str(chosen)
    return _preferred()


def _preferred() -> str:
    """The first that we know of what the browser asks for; a region's language counts as such."""
    wanted = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((code for code in wanted if code in LANGUAGES), "en")
