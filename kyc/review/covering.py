"""Owns covering by staff: one way, and only under the claim."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from kyc.audit import Action, Actor
from kyc.covering import Covered, announce_covered, hold_both, replace_by_covered
from kyc.documents.pages import Box
from kyc.errors import ConflictError, NotFoundError
from kyc.evidence import open_artifact
from kyc.lifecycle import Status
from kyc.models import Artifact, Upload
from kyc.restrictions import require_unrestricted
from kyc.review.claims import require_claim
from storage.vault import Vault


def claimed_upload(db: Session, artifact_id: str, staff_id: str, now: datetime) -> Upload:
    """The upload that shows this picture now, its case held by this reviewer.

    Raises NotFoundError for a picture that is not shown any more, ConflictError without a claim.
    """
    artifact = db.get(Artifact, artifact_id)
    upload = db.get(Upload, artifact.upload_id) if artifact and artifact.upload_id else None
    if upload is None or upload.artifact_id != artifact_id:
        raise NotFoundError("this picture is not shown any more")
    require_claim(db, upload.session_id, staff_id, now)
    require_unrestricted(db, upload.session_id)
    session = hold_both(db, upload)
    if session.status != Status.PROCESSING:
        raise ConflictError("the case does not wait for review")
    return upload


def cover_by_staff(
    db: Session, vault: Vault, artifact_id: str, boxes: list[Box], staff_id: str, now: datetime
) -> Covered:
    """A further covered version of a picture of the reviewer's own case, announced."""
    upload = claimed_upload(db, artifact_id, staff_id, now)
    return announce_covered(db, vault, upload, boxes, partial(open_artifact, vault), now)


def finish_cover_by_staff(db: Session, covered: Covered, staff_id: str, now: datetime) -> None:
    """The new version is stored; the former one is destroyed."""
    upload = claimed_upload(db, covered.former_id, staff_id, now)
    actor = Actor("staff", staff_id)
    replace_by_covered(db, upload, covered, Action.STAFF_ARTIFACT_COVERED, actor, now)
