"""Owns the request log and the request's reference: routes and identifiers, never names."""

import secrets
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("kyc.request")


def install_request_log(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def reference() -> str:
    """What a person quotes and an operator greps for."""
    return str(g.get("reference", ""))


def _begin() -> None:
    g.began = time.monotonic()
    g.reference = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(reference=g.reference)


def _end(response: Response) -> Response:
    response.headers["Request-Id"] = reference()
    if request.endpoint == "static":
        return response
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "(none)",
        status=response.status_code,
        ms=round((time.monotonic() - g.began) * 1000),
        address=request.remote_addr,
    )
    return response
