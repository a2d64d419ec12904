"""Owns the one table from failures to answers: status, words, and what to do next."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, jsonify, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from kyc import errors
from kyc.evidence import AlteredError
from kyc.intake.links import DeadLinkError
from kyc.keeping.quarantine import quarantine
from kyc.web.context import now
from kyc.web.cookies import on_staff_pages
from kyc.web.customer.troubles import TROUBLES
from kyc.web.database import transaction
from kyc.web.logs import reference
from kyc.web.texts import _
from storage.errors import StorageError, TamperedError
from storage.errors import UnavailableError as StorageUnavailableError

log = structlog.get_logger("kyc.errors")


@dataclass(frozen=True)
class Answer:
    status: int
    title: str
    text: str


def _l(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


_AWAY = Answer(
    503,
    _l("Not available right now"),
    _l("Something that we depend on does not answer. Nothing was lost; try again in a minute."),
)
_BROKEN = Answer(
    500,
    _l("Something went wrong"),
    _l("This is our fault. What was confirmed before is safe. Try again; if it stays, tell us"
       " the reference below."),
)  # fmt: skip

_LOCKED = Answer(
    409,
    _l("This picture is locked away"),
    _l("It does not open as it was stored, so nobody is shown it. Take a new photo, or tell us the"
       " reference below."),
)  # fmt: skip

ANSWERS: tuple[tuple[type[Exception], Answer], ...] = (
    (DeadLinkError, Answer(410, _l("This link does not work any more"),
                           _l("Ask for a new one with your e-mail address."))),
    (errors.NotFoundError, Answer(404, _l("Not found"), _l("There is nothing here, or no more."))),
    (errors.ForbiddenError, Answer(403, _l("Not allowed"),
                                   _l("Your account may not do this, or you must sign in again."))),
    (errors.TooManyError, Answer(429, _l("That is too many"),
                                 _l("A limit is reached. Wait a few minutes and try again."))),
    (errors.InvalidInputError, Answer(422, _l("Please look at this again"), "")),
    (errors.ConflictError, Answer(409, _l("This has changed meanwhile"), "")),
    (errors.RefusedFileError, Answer(422, _l("This file cannot be used"),
                                     _l("The file could not be used. Take a new photo."))),
    (errors.UnavailableError, _AWAY),
    (StorageUnavailableError, _AWAY),
    (AlteredError, _LOCKED),
    (errors.QuarantinedError, _LOCKED),
    (TamperedError, _BROKEN),
    (StorageError, _AWAY),
    (OperationalError, _AWAY),
    (PoolTimeoutError, _AWAY),
    (DBAPIError, _AWAY),
    (CSRFError, Answer(400, _l("This page is too old"),
                       _l("Go back, reload the page, and send it again."))),
    (RequestEntityTooLarge, Answer(413, _l("This file is too large"),
                                   _l("Please take a new photo, or choose a smaller file."))),
    (RateLimitExceeded, Answer(429, _l("That is too many"),
                               _l("Too much came from your address. Wait a while, then go on."))),
)  # fmt: skip


def install_errors(app: Flask) -> None:
    for kind, _answer_of_it in ANSWERS:
        app.register_error_handler(kind, _answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer)


def answer_for(error: Exception) -> Answer:
    return next((answer for kind, answer in ANSWERS if isinstance(error, kind)), _BROKEN)


def code_of(error: Exception) -> str:
    """What a program may rely on, such as `conflict` or `not_found`."""
    if isinstance(error, HTTPException):
        return error.name.lower().replace(" ", "_")
    if isinstance(error, errors.KycError | StorageError):
        return error.code
    return "unavailable" if answer_for(error) is _AWAY else "failure"


SAID = frozenset(TROUBLES) | {answer.text for _kind, answer in ANSWERS} | {_BROKEN.text}
"""The sentences that there are in every language."""


def _answer(error: Exception) -> tuple[AnyResponse | str, int]:
    answer = answer_for(error)
    if isinstance(error, AlteredError):
        _lock_away(error)
    elif isinstance(error, TamperedError):
        log.error("integrity_alarm", code=error.code)
    if answer.status >= 500:
        log.error("failure", kind=type(error).__name__, code=code_of(error), exc_info=_safe(error))
    text = answer.text or str(error)
    return render(answer.status, _(answer.title), _translated(text), code_of(error))


def _lock_away(error: AlteredError) -> None:
    """In a transaction of its own: the one in which it was found has been rolled back."""
    try:
        with transaction() as db:
            quarantine(db, error.artifact_id, error.code, now())
    except SQLAlchemyError:
        log.error("not_quarantined", artifact=error.artifact_id, code=error.code)


def _answer_http(error: HTTPException) -> AnyResponse | tuple[AnyResponse | str, int]:
    if error.code is None or error.code < 400:
        return error.get_response()
    known = next((a for kind, a in ANSWERS if isinstance(error, kind)), None)
    if known is not None:
        return render(known.status, _(known.title), _(known.text), code_of(error))
    title = _("Not found") if error.code == 404 else _("That did not work")
    text = _("There is nothing at this address, or no more.")
    if error.code != 404:
        text = _("The request could not be understood. Go back and try again.")
    return render(error.code, title, text, code_of(error))


def render(status: int, title: str, text: str, code: str) -> tuple[AnyResponse | str, int]:
    """A page, or JSON where the caller asked for it; never a path, a query or a value."""
    if wants_json():
        body = {"code": code, "message": f"{title}. {text}", "action": _("Go back and try again.")}
        answer: Response = jsonify({"error": {**body, "request_id": reference()}})
        return answer, status
    page = render_template(
        "error.html",
        status=status,
        title=title,
        text=text,
        action={"label": _("Back to the start"), "url": _start_url()},
        reference=reference(),
    )
    return page, status


def _start_url() -> str:
    """The start of the pages that the caller was on; of the others where those are not served."""
    order = ("staff", "customer") if on_staff_pages() else ("customer", "staff")
    return next((url_for(f"{name}.home") for name in order if name in current_app.blueprints), "/")


def wants_json() -> bool:
    """Whether the caller prefers JSON: a script that says so; `*/*` alone is answered by a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _translated(text: str) -> str:
    """Messages of our own errors are short English sentences without values.

    Customers read those marked in `kyc.web.customer.troubles`, in their language, and no others.
    """
    sentence = text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
    if on_staff_pages() or sentence in SAID:
        return _(sentence)
    return _("Go back and try again.")


def _safe(error: Exception) -> bool:
    """A database error's text holds values, so its trace is not logged, nor one it led to."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, SQLAlchemyError):
            return False
        seen = seen.__cause__ or seen.__context__
    return True
