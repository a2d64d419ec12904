"""Owns receiving a picture: the page that asks for it and the upload behind it."""

import re
from datetime import timedelta

from flask import abort, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.db import lock
from kyc.documents.redaction import inspect
from kyc.errors import RefusedFileError, UnavailableError
from kyc.intake.items import needed, standing
from kyc.intake.receiving import (
    Limits,
    UntrustedFile,
    acknowledge_upload,
    announce_upload,
    give_up,
    sent_before,
    tries_left,
)
from kyc.intake.statement import Statement, current_statement, fresh_statement
from kyc.lifecycle import ItemKind, Status
from kyc.models import VerificationSession
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import now, runtime
from kyc.web.customer.asked_again import problem_with
from kyc.web.customer.entrance import customer
from kyc.web.customer.refusals import refusal_text
from kyc.web.customer.steps import hint, next_url, steps
from kyc.web.database import transaction
from kyc.web.errors import wants_json
from kyc.web.limits import UPLOADS, limiter
from kyc.web.logs import reference
from kyc.web.texts import _
from kyc.web.words import kind_name
from storage.errors import StorageError

_KEY = re.compile(r"[0-9A-Za-z_-]{8,64}")

Page = str | Response | tuple[str | Response, int]


@customer.get("/verify/item/<kind>")
@customer_only
def item(kind: str) -> Page:
    asked = _kind(kind)
    with transaction() as db:
        session = customer_session(db)
        if not _is_asked(session, asked):
            return redirect(next_url(db, session))
        return _item_page(db, session, asked, problem_with(session, asked, db))


@customer.post("/verify/item/<kind>")
@customer_only
@limiter.limit(UPLOADS)
def upload(kind: str) -> Page:
    """Takes one file. It is acknowledged once it is sealed and stored, and not before."""
    asked = _kind(kind)
    try:
        upload_id = _receive(asked)
    except RefusedFileError as error:
        return _refused(asked, error)
    target = url_for("customer.upload_page", upload_id=upload_id)
    return jsonify(next=target) if wants_json() else redirect(target)


def limits() -> Limits:
    settings = runtime().settings
    return Limits(
        settings.uploads_per_session, settings.tries_per_item, settings.session_limit_bytes
    )


def _receive(kind: ItemKind) -> str:
    file = _untrusted_file()
    vault = runtime().intake
    with transaction() as db:
        session = customer_session(db)
        known = sent_before(db, session, file.request_key)
        if known is not None:
            return known
        lookup = runtime().lookup
        announced = announce_upload(
            db, vault, lookup, session, kind=kind, file=file, limits=limits(), now=now()
        )
        upload_id = announced[0].id
    try:
        vault.store(announced[1].object_name, announced[1].ciphertext)
    except StorageError as error:
        with transaction() as db:
            give_up(db, upload_id, "storage_failed", now())
        raise UnavailableError("the picture could not be stored, nothing was kept") from error
    with transaction() as db:
        acknowledge_upload(db, upload_id, now())
    return upload_id


def _untrusted_file() -> UntrustedFile:
    """The file of the form; its name is dropped. Raises RefusedFileError by its first bytes."""
    part = request.files.get("file")
    content = part.read() if part else b""
    if not content:
        raise RefusedFileError("empty")
    if len(content) > runtime().settings.upload_limit_bytes:
        raise RefusedFileError("too_large")
    page = request.form.get("page", "1")
    number = int(page) if page.isdecimal() and len(page) < 4 else 1
    key = request.headers.get("Idempotency-Key", "")
    return UntrustedFile(
        content,
        inspect(content).format.value,
        max(1, number),
        key if _KEY.fullmatch(key) else None,
    )


def _refused(kind: ItemKind, error: RefusedFileError) -> Page:
    text = refusal_text(error.code, runtime().settings.upload_limit_bytes // 1_000_000)
    if wants_json():
        body = {"code": error.code, "message": text, "action": _("Choose another file.")}
        return jsonify(error={**body, "request_id": reference()}), _status(error)
    with transaction() as db:
        session = customer_session(db)
        if not _is_asked(session, kind):
            return redirect(next_url(db, session))
        problem = {"title": _("This file cannot be used"), "text": text}
        return _item_page(db, session, kind, problem), _status(error)


def _status(error: RefusedFileError) -> int:
    return 413 if error.code == "too_large" else 422


def _is_asked(session: VerificationSession, kind: ItemKind) -> bool:
    """Whether the customer may send this item now."""
    if session.status != Status.REQUIRES_INPUT or session.document_type is None:
        return False
    return kind in needed(session) and kind in (session.requested_items or ItemKind)


def _item_page(
    db: Session, session: VerificationSession, kind: ItemKind, problem: dict[str, str] | None
) -> str:
    settings = runtime().settings
    statement = _statement(db, session) if kind == ItemKind.SELFIE_STATEMENT else None
    return render_template(
        "customer/item.html",
        item={
            "kind": kind,
            "title": kind_name(kind),
            "hint": hint(kind, session.document_type),
            "number": needed(session).index(kind) + 1,
        },
        statement=statement,
        problem=problem,
        limits={
            "max_mb": settings.upload_limit_bytes // 1_000_000,
            "tries_left": tries_left(db, session, kind, limits()),
        },
        upload_url=url_for("customer.upload", kind=kind),
        steps=steps(db, session, kind),
    )


def _statement(db: Session, session: VerificationSession) -> Statement | None:
    """Renewed when stale, unless the photo that shows it was sent already."""
    settings = runtime().settings
    lasts = timedelta(hours=settings.statement_hours)
    if ItemKind.SELFIE_STATEMENT in standing(db, session):
        return current_statement(db, session, settings.business_name, lasts)
    lock(db, session)  # two first views at once must show one code
    return fresh_statement(db, session, settings.business_name, lasts, now())


def _kind(untrusted: str) -> ItemKind:
    if untrusted not in set(ItemKind):
        abort(404)
    return ItemKind(untrusted)
