"""Owns the languages of the pages and how one is chosen."""

from flask import has_request_context, request, session

LANGUAGES: dict[str, str] = {"en": "English"}
"""Code and own name of every language that the pages are translated to."""


def choose_language() -> str:
    """What the person chose, else what their browser prefers."""
    if not has_request_context():
        return "en"
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["locale"] = asked
    chosen = session.get("locale")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), default="en") or "en"
