"""Owns choosing the document and sending the whole for review."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, Action, record
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError
from kyc.evidence import retain
from kyc.flows import flow_of
from kyc.intake.items import missing, needed, standing
from kyc.intake.receiving import discard
from kyc.intake.statement import current_statement
from kyc.lifecycle import ArtifactState, ItemKind, Move, Status, UploadState, advance
from kyc.mails import owe_mail
from kyc.models import Artifact, Upload, VerificationSession
from kyc.policy.flow import Flow


def choose_document(
    db: Session, session: VerificationSession, document_type: str, country: str, now: datetime
) -> None:
    """Another type or country discards the document pictures sent so far in this attempt.

    At a later attempt every side of another document is asked for, whatever was asked again.
    Raises InvalidInputError for a document or a country that the flow does not accept.
    """
    lock(db, session)
    if session.status != Status.REQUIRES_INPUT:
        raise ConflictError("the document can no longer be changed")
    _check_accepted(flow_of(db, session), document_type, country)
    if (session.document_type, session.document_country) == (document_type, country):
        return
    if session.document_type is not None:
        _drop_document_pictures(db, session, now)
    session.document_type, session.document_country = document_type, country
    if session.requested_items:
        sides = set(needed(session)) - {ItemKind.SELFIE_STATEMENT}
        session.requested_items = sorted({*session.requested_items, *sides})
    detail = {"kind": document_type}
    record(
        db, Action.CUSTOMER_DOCUMENT_CHOSEN, actor=CUSTOMER, now=now, case=session.id, detail=detail
    )


def _check_accepted(flow: Flow, document_type: str, country: str) -> None:
    if document_type not in flow.documents:
        raise InvalidInputError("this kind of document is not accepted here")
    if not flow.accepts_country(country):
        raise InvalidInputError("documents from this country are not accepted here")


def submit(
    db: Session,
    session: VerificationSession,
    *,
    business: str,
    statement_lasts: timedelta,
    now: datetime,
) -> None:
    """Sends the case for review. Raises ConflictError when an item is missing or unconfirmed."""
    lock(db, session)
    if session.status == Status.PROCESSING:
        return
    left = missing(db, session)
    if left:
        raise ConflictError("not every item is confirmed", item=left[0])
    statement = current_statement(db, session, business, statement_lasts)
    if statement is None:
        raise ConflictError("there is no statement", item=ItemKind.SELFIE_STATEMENT)
    session.status = advance(session.status, Move.SUBMIT)
    session.version += 1
    session.submitted_at = session.waiting_since = now
    _keep_until_decided(db, session, now)
    owe_mail(db, session, "received", now)
    record(
        db,
        Action.CUSTOMER_SESSION_SUBMITTED,
        actor=CUSTOMER,
        now=now,
        case=session.id,
        detail={"attempt": session.attempt},
    )


def _keep_until_decided(db: Session, session: VerificationSession, now: datetime) -> None:
    used = [upload.artifact_id for upload in standing(db, session).values()]
    for artifact in db.scalars(select(Artifact).where(Artifact.id.in_(used))):
        if artifact.state == ArtifactState.STORED:
            retain(db, artifact, "undecided", now)


def _drop_document_pictures(db: Session, session: VerificationSession, now: datetime) -> None:
    pictures = select(Upload).where(
        Upload.session_id == session.id,
        Upload.attempt == session.attempt,
        Upload.kind.in_((ItemKind.DOCUMENT_FRONT, ItemKind.DOCUMENT_BACK)),
        Upload.state.not_in((UploadState.DISCARDED, UploadState.REFUSED)),
    )
    for upload in db.scalars(pictures):
        discard(db, upload, now)
