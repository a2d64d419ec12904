"""Owns the pages on which the customer checks the covered picture, covers more, confirms."""

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.db import lock
from kyc.errors import ConflictError, UnavailableError
from kyc.evidence import open_as_customer
from kyc.intake.previewing import (
    confirm,
    cover_more,
    finish_cover,
    own_upload,
    shown_artifact,
)
from kyc.intake.receiving import discard
from kyc.lifecycle import Status, UploadState
from kyc.models import Upload
from kyc.web.auth import customer_only, customer_session
from kyc.web.boxes import boxes_of
from kyc.web.context import now, runtime
from kyc.web.customer.entrance import customer
from kyc.web.customer.refusals import doubt_text, refusal_text
from kyc.web.customer.steps import next_url, steps
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.errors import wants_json
from kyc.web.texts import _
from kyc.web.words import kind_name
from storage.errors import StorageError

GONE = (UploadState.DISCARDED, UploadState.RECEIVING)


@customer.get("/verify/uploads/<upload_id>")
@customer_only
def upload_page(upload_id: str) -> str | Response:
    with reading() as db:
        session = customer_session(db)
        upload = own_upload(db, session, upload_id)
        return render_template(
            "customer/upload.html",
            upload=_shown(db, upload),
            steps=steps(db, session, upload.kind),
            state_url=url_for("customer.upload_state", upload_id=upload.id),
            cover_url=url_for("customer.cover", upload_id=upload.id),
            confirm_url=url_for("customer.confirm_upload", upload_id=upload.id),
            discard_url=url_for("customer.discard_upload", upload_id=upload.id),
        )


@customer.get("/verify/uploads/<upload_id>/state")
@customer_only
def upload_state(upload_id: str) -> Response:
    with reading() as db:
        upload = own_upload(db, customer_session(db), upload_id)
        target = url_for("customer.upload_page", upload_id=upload.id)
        return jsonify(state=upload.state, next=target)


@customer.get("/verify/uploads/<upload_id>/image")
@customer_only
def upload_image(upload_id: str) -> Response:
    """Exactly the bytes that staff will see, without the marks of their screen."""
    with reading() as db:
        upload = own_upload(db, customer_session(db), upload_id)
        artifact = shown_artifact(db, upload)
        content = open_as_customer(runtime().intake, artifact, customer_view(db))
    return Response(content, mimetype="image/jpeg")


@customer.post("/verify/uploads/<upload_id>/cover")
@customer_only
def cover(upload_id: str) -> Response:
    boxes = boxes_of(request.get_json(silent=True))
    vault = runtime().intake
    with transaction() as db:
        upload = own_upload(db, customer_session(db), upload_id)
        covered = cover_more(db, vault, upload, boxes, customer_view(db), now())
    try:
        vault.store(covered.announced.object_name, covered.announced.ciphertext)
    except StorageError as error:
        raise UnavailableError("the covered picture could not be stored") from error
    with transaction() as db:
        finish_cover(db, covered, now())
    target = url_for("customer.upload_page", upload_id=upload_id)
    return jsonify(next=target) if wants_json() else redirect(target)


@customer.post("/verify/uploads/<upload_id>/confirm")
@customer_only
def confirm_upload(upload_id: str) -> Response:
    with transaction() as db:
        session = customer_session(db)
        upload = own_upload(db, session, upload_id)
        confirm(db, upload, covered_all=bool(request.form.get("covered_all")), now=now())
        return redirect(next_url(db, session))


@customer.post("/verify/uploads/<upload_id>/discard")
@customer_only
def discard_upload(upload_id: str) -> Response:
    with transaction() as db:
        session = customer_session(db)
        lock(db, session)
        upload = own_upload(db, session, upload_id)
        if session.status != Status.REQUIRES_INPUT or upload.attempt != session.attempt:
            raise ConflictError("the pictures were sent for review already")
        discard(db, upload, now())
        return redirect(url_for("customer.item", kind=upload.kind))


def _shown(db: Session, upload: Upload) -> dict[str, Any]:
    state = "gone" if upload.state in GONE else upload.state
    shown: dict[str, Any] = {
        "id": upload.id,
        "kind": upload.kind,
        "title": kind_name(upload.kind),
        "state": state,
        "reasons": [doubt_text(code) for code in upload.reasons],
        "code": upload.refusal,
        "action": _action(upload),
    }
    if upload.artifact_id and state in {"confirm", "ready", "confirmed"}:
        artifact = shown_artifact(db, upload)
        shown |= {
            "image_url": url_for("customer.upload_image", upload_id=upload.id)
            + f"?v={artifact.id[-8:]}",
            "width": artifact.width,
            "height": artifact.height,
        }
    return shown


def _action(upload: Upload) -> str:
    if upload.refusal is None:
        return _("Take another photo.")
    return refusal_text(upload.refusal, runtime().settings.upload_limit_bytes // 1_000_000)
