"""Owns which items a verification needs, and which upload stands for each."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.lifecycle import ItemKind, UploadState
from kyc.models import Upload, VerificationSession
from kyc.policy.document_types import items_of

_GONE = (UploadState.RECEIVING, UploadState.REFUSED, UploadState.DISCARDED)


def needed(session: VerificationSession) -> list[ItemKind]:
    """The items that make up the verification, in the order they are asked for."""
    return items_of(session.document_type)


def standing(db: Session, session: VerificationSession) -> dict[str, Upload]:
    """The newest usable upload of each kind; one of a former attempt stands unless asked again."""
    uploads: Sequence[Upload] = db.scalars(
        select(Upload)
        .where(Upload.session_id == session.id, Upload.state.not_in(_GONE))
        .order_by(Upload.created_at, Upload.id)
    ).all()
    wanted = set(needed(session))
    return {
        upload.kind: upload
        for upload in uploads
        if upload.kind in wanted and _counts(session, upload)
    }


def missing(db: Session, session: VerificationSession) -> list[ItemKind]:
    """What the customer still has to send or to confirm, in order."""
    found = standing(db, session)
    return [
        kind
        for kind in needed(session)
        if kind not in found or found[kind].state != UploadState.CONFIRMED
    ]


def _counts(session: VerificationSession, upload: Upload) -> bool:
    return upload.attempt == session.attempt or upload.kind not in session.requested_items
