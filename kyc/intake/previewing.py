"""Owns what the customer does with a redacted copy: look at it, cover more, confirm it."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, Action, record
from kyc.covering import (
    SHOWN,
    Covered,
    announce_covered,
    hold_both,
    replace_by_covered,
    shown_artifact,
)
from kyc.documents.pages import Box
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.evidence import open_as_customer
from kyc.jobs import OwedJobName
from kyc.leases import owe_again
from kyc.lifecycle import Status, UploadState
from kyc.models import Artifact, Upload, VerificationSession
from storage.boxes import PrivateHalf
from storage.vault import Vault

__all__ = ["Covered", "confirm", "cover_more", "finish_cover", "own_upload", "shown_artifact"]


def own_upload(db: Session, session: VerificationSession, upload_id: str) -> Upload:
    """Raises NotFoundError for an upload of somebody else, as for one that does not exist."""
    upload = db.get(Upload, upload_id)
    if upload is None or upload.session_id != session.id:
        raise NotFoundError("no such upload")
    return upload


def cover_more(
    db: Session,
    vault: Vault,
    upload: Upload,
    boxes: list[Box],
    view: PrivateHalf,
    now: datetime,
) -> Covered:
    """A further covered version. Raises ConflictError once the case was sent for review."""
    _must_be_open(hold_both(db, upload))

    def opened(former: Artifact) -> bytes:
        return open_as_customer(vault, former, view)

    return announce_covered(db, vault, upload, boxes, opened, now)


def finish_cover(db: Session, covered: Covered, now: datetime) -> None:
    """The new version is stored: it takes the place of the one that the customer saw."""
    upload = db.get_one(Upload, covered.upload_id)
    _must_be_open(hold_both(db, upload))
    action = Action.CUSTOMER_ARTIFACT_COVERED
    replace_by_covered(db, upload, covered, action, CUSTOMER, now)
    owe_again(db, OwedJobName.TAKE_OVER, upload.session_id, now)


def confirm(db: Session, upload: Upload, *, covered_all: bool, now: datetime) -> None:
    """The customer has looked; where the program was unsure they must say that all is covered."""
    session = hold_both(db, upload)
    if upload.state == UploadState.CONFIRMED:
        return
    _must_be_open(session)
    if upload.state not in SHOWN:
        raise ConflictError("the picture is not ready")
    if upload.state == UploadState.CONFIRM and not covered_all:
        raise InvalidInputError("every number must be covered before you go on")
    upload.state, upload.updated_at = UploadState.CONFIRMED, now
    record(
        db,
        Action.CUSTOMER_ARTIFACT_CONFIRMED,
        actor=CUSTOMER,
        now=now,
        case=upload.session_id,
        object_id=upload.id,
    )


def _must_be_open(session: VerificationSession) -> None:
    if session.status != Status.REQUIRES_INPUT:
        raise ConflictError("the pictures were sent for review already")
