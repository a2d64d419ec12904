"""Owns /healthz and /readyz: alive depends on nothing, ready on everything."""

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from kyc.audit.lateness import is_stuck
from kyc.errors import UnavailableError
from kyc.web.auth import public
from kyc.web.context import now, runtime
from kyc.web.database import reading

health = Blueprint("health", __name__)
log = structlog.get_logger("kyc.health")


@health.get("/healthz")
@public
def healthz() -> Response:
    return jsonify(status="alive")


@health.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """False when database, storage, keys or the signing of the audit log are away.

    The queue may be: the sweeper makes good.
    """
    parts = {
        "database": _database,
        "audit": _audit,
        "storage": runtime().vault.check,
        "queue": runtime().check_queue,
    }
    states = {name: _state(check) for name, check in parts.items()}
    ready = all(state == "up" for name, state in states.items() if name != "queue")
    return jsonify(status="ready" if ready else "not ready", **states), 200 if ready else 503


def _state(check: Callable[[], object]) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part is down
        log.warning("part_down", kind=type(error).__name__)
        return "down"
    return "up"


def _database() -> None:
    with reading() as db:
        db.execute(text("SELECT 1"))


def _audit() -> None:
    with reading() as db:
        if is_stuck(db, now()):
            raise UnavailableError("nobody signs the audit log")
