"""Owns the headers of every answer: content policy, caching, framing."""

import secrets

from flask import Flask, Response, g, request

_POLICY = (
    "default-src 'none'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self' 'nonce-{nonce}'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)

_IMAGE_POLICY = "default-src 'none'; sandbox"

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


def install_headers(app: Flask) -> None:
    app.before_request(_make_nonce)
    app.after_request(_set_headers)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce", "")})


def _make_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _set_headers(response: Response) -> Response:
    image = (response.mimetype or "").startswith("image/")
    nonce = g.get("csp_nonce", "")
    policy = _IMAGE_POLICY if image else "; ".join(_POLICY).format(nonce=nonce)
    response.headers["Content-Security-Policy"] = policy
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static" and "bootstrap" not in (request.endpoint or ""):
        response.headers["Cache-Control"] = "no-store"
    return response
