"""Owns what the customer does with a redacted copy: look at it, cover more, confirm it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, Action, Actor, record
from kyc.db import lock
from kyc.documents.pages import Box
from kyc.documents.redaction import cover
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.evidence import Announced, announce, mark_stored, open_artifact, retire
from kyc.lifecycle import Stage, Status, UploadState
from kyc.models import Artifact, Upload, VerificationSession
from storage.vault import Vault

SHOWN = (UploadState.CONFIRM, UploadState.READY, UploadState.CONFIRMED)
MAX_BOXES = 50


@dataclass(frozen=True)
class Covered:
    upload_id: str
    former_id: str
    announced: Announced


def own_upload(db: Session, session: VerificationSession, upload_id: str) -> Upload:
    """Raises NotFoundError for an upload of somebody else, as for one that does not exist."""
    upload = db.get(Upload, upload_id)
    if upload is None or upload.session_id != session.id:
        raise NotFoundError("no such upload")
    return upload


def shown_artifact(db: Session, upload: Upload) -> Artifact:
    """The copy that staff will see. Raises NotFoundError while there is none."""
    if upload.state not in SHOWN or upload.artifact_id is None:
        raise NotFoundError("there is no picture to show")
    return db.get_one(Artifact, upload.artifact_id)


def cover_more(
    db: Session, vault: Vault, upload: Upload, boxes: list[Box], now: datetime
) -> Covered:
    """A further covered version, announced; `finish_cover` puts it in the former one's place.

    Raises InvalidInputError for no boxes or too many, ConflictError when it is too late.
    """
    if not 0 < len(boxes) <= MAX_BOXES:
        raise InvalidInputError(f"between 1 and {MAX_BOXES} boxes are taken")
    _must_be_open(_held(db, upload))
    former = shown_artifact(db, upload)
    announced = announce(
        db,
        vault,
        upload,
        cover(open_artifact(vault, former), boxes),
        stage=Stage.REVIEW,
        content_type="image/jpeg",
        now=now,
    )
    _inherit(former, db.get_one(Artifact, announced.artifact_id), boxes)
    return Covered(upload.id, former.id, announced)


def finish_cover(db: Session, covered: Covered, actor: Actor, now: datetime) -> None:
    """The new version is stored: it is shown from now on, and the former one is destroyed."""
    upload = db.get_one(Upload, covered.upload_id)
    _must_be_open(_held(db, upload))
    if upload.artifact_id != covered.former_id or upload.state not in SHOWN:
        raise ConflictError("the picture was changed in another tab")
    mark_stored(db, covered.announced.artifact_id, "abandoned", now)
    upload.artifact_id, upload.updated_at = covered.announced.artifact_id, now
    retire(db, db.get_one(Artifact, covered.former_id), "superseded", now)
    record(
        db,
        Action.CUSTOMER_ARTIFACT_COVERED,
        actor=actor,
        now=now,
        case=upload.session_id,
        object_id=upload.artifact_id,
    )


def confirm(db: Session, upload: Upload, *, covered_all: bool, now: datetime) -> None:
    """The customer has looked; where the program was unsure they must say that all is covered."""
    session = _held(db, upload)
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


def _held(db: Session, upload: Upload) -> VerificationSession:
    """The upload's session, both held until the transaction ends."""
    session = db.get_one(VerificationSession, upload.session_id)
    lock(db, session)
    lock(db, upload)
    return session


def _must_be_open(session: VerificationSession) -> None:
    if session.status != Status.REQUIRES_INPUT:
        raise ConflictError("the pictures were sent for review already")


def _inherit(former: Artifact, later: Artifact, boxes: list[Box]) -> None:
    later.width, later.height = former.width, former.height
    later.policy_id, later.policy_version = former.policy_id, former.policy_version
    later.policy_sha256 = former.policy_sha256
    later.regions = [*former.regions, *({"class": "manual", "quad": _quad(b)} for b in boxes)]


def _quad(box: Box) -> list[list[float]]:
    right, bottom = box.x + box.width, box.y + box.height
    return [[box.x, box.y], [right, box.y], [right, bottom], [box.x, bottom]]
