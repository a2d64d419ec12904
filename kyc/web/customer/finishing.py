"""Owns the last pages: check everything, send it, and see how the case stands."""

from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.fields import see_details
from kyc.flows import flow_of
from kyc.intake.items import missing, standing
from kyc.intake.submitting import submit as send_for_review
from kyc.lifecycle import ArtifactState, Stage, Status
from kyc.models import Artifact, VerificationSession
from kyc.policy.reasons import REASONS
from kyc.retention.receipts import receipts_of_case
from kyc.web import countries
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import now, runtime
from kyc.web.customer.asked_again import last_decision, message_of, reason_texts
from kyc.web.customer.entrance import customer
from kyc.web.customer.receipt_words import told
from kyc.web.customer.rights_shown import restriction_told
from kyc.web.customer.steps import next_url, steps
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.texts import _
from kyc.web.words import kind_name


@customer.get("/verify/submit")
@customer_only
def submit() -> str | Response:
    with reading() as db:
        session = customer_session(db)
        if session.status != Status.REQUIRES_INPUT or missing(db, session):
            return redirect(next_url(db, session))
        return render_template(
            "customer/submit.html",
            items=_items(db, session),
            details=_details(db, session),
            steps=steps(db, session, "submit"),
        )


@customer.post("/verify/submit")
@customer_only
def send() -> Response:
    """Sends the case once: a second click finds it sent and shows how it stands."""
    settings = runtime().settings
    with transaction() as db:
        session = customer_session(db)
        send_for_review(
            db,
            session,
            business=settings.business_name,
            statement_lasts=timedelta(hours=settings.statement_hours),
            now=now(),
        )
    return redirect(url_for("customer.status"))


@customer.get("/verify/status")
@customer_only
def status() -> str:
    with reading() as db:
        session = customer_session(db)
        until, gone = _images(db, session)
        return render_template(
            "customer/status.html",
            session={
                "status": session.status,
                "reference": session.reference,
                "submitted_at": session.submitted_at,
                "decided_at": session.decided_at,
                "message": _message(db, session),
                "asked": _asked(db, session),
                "images_until": until,
                "images_gone": gone,
                "restriction": restriction_told(db, session, with_end=False),
            },
            receipts=_receipts(db, session),
            device_url=url_for("customer.device"),
        )


def _receipts(db: Session, session: VerificationSession) -> list[dict[str, Any]]:
    """Of what has been destroyed of this case and is signed, oldest first."""
    return [
        told(receipt.kind, receipt.stage, receipt.rule, receipt.key_destroyed_at)
        for receipt in receipts_of_case(db, session.id)
        if receipt.signature is not None
    ]


def _items(db: Session, session: VerificationSession) -> list[dict[str, Any]]:
    return [
        {
            "title": kind_name(upload.kind),
            "image_url": url_for("customer.upload_image", upload_id=upload.id),
            "width": artifact.width,
            "height": artifact.height,
            "change_url": url_for("customer.item", kind=upload.kind),
        }
        for upload in standing(db, session).values()
        for artifact in [db.get_one(Artifact, upload.artifact_id)]
    ]


def _details(db: Session, session: VerificationSession) -> dict[str, Any]:
    known = see_details(db, runtime().intake, customer_view(db), session)
    if known is None:
        return {}
    country = countries.name(session.document_country or "")
    return {"name": known.full_name, "date_of_birth": known.date_of_birth, "country": country}


def _message(db: Session, session: VerificationSession) -> str:
    decision = last_decision(db, session)
    if session.outcome_reason == "under_supported_age":
        told = REASONS["under_supported_age"].text
        return _(told)
    if decision is None or session.status not in {Status.REJECTED, Status.REQUIRES_INPUT}:
        return ""
    rejected = session.status == Status.REJECTED
    parts = reason_texts(flow_of(db, session), decision) if rejected else []
    return " ".join([*parts, message_of(db, session, decision)]).strip()


def _asked(db: Session, session: VerificationSession) -> list[dict[str, str]]:
    decision = last_decision(db, session)
    if session.status != Status.REQUIRES_INPUT or decision is None:
        return []
    flow = flow_of(db, session)
    return [
        {
            "title": kind_name(kind),
            "reason": " ".join(reason_texts(flow, decision, kind)),
            "url": url_for("customer.item", kind=kind),
        }
        for kind in missing(db, session)
    ]


def _images(db: Session, session: VerificationSession) -> tuple[datetime | None, bool]:
    """When the last image is destroyed, and whether all of them have been."""
    mine = (Artifact.session_id == session.id, Artifact.stage == Stage.REVIEW)
    live = Artifact.state == ArtifactState.STORED
    until = db.scalar(select(func.max(Artifact.destroy_at)).where(*mine, live))
    held = db.scalar(select(func.count()).select_from(Artifact).where(*mine)) or 0
    return until, bool(held) and until is None
