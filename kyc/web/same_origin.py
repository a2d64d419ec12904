"""Owns the second line against forged requests: a change must come from our own pages."""

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from kyc.errors import ForbiddenError

csrf = CSRFProtect()

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install_same_origin(app: Flask) -> None:
    """CSRF tokens by Flask-WTF; beside them the browser's own word (ASVS 3.5.1)."""
    csrf.init_app(app)
    app.before_request(_refuse_foreign)


def _refuse_foreign() -> None:
    """A browser that says `Sec-Fetch-Site` must say same-origin; one that cannot has the token."""
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForbiddenError("this request did not come from our own page")
