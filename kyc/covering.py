"""Owns covering more of a stored copy: a new version, and the end of the one before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.db import lock
from kyc.documents.pages import Box
from kyc.documents.redaction import cover
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.evidence import Announced, announce, mark_stored, retire
from kyc.lifecycle import Stage, UploadState
from kyc.models import Artifact, Upload, VerificationSession
from storage.vault import Vault

SHOWN = (UploadState.CONFIRM, UploadState.READY, UploadState.CONFIRMED)
MAX_BOXES = 50
Opener = Callable[[Artifact], bytes]


@dataclass(frozen=True)
class Covered:
    upload_id: str
    former_id: str
    announced: Announced


def shown_artifact(db: Session, upload: Upload) -> Artifact:
    """The copy that staff will see. Raises NotFoundError while there is none."""
    if upload.state not in SHOWN or upload.artifact_id is None:
        raise NotFoundError("there is no picture to show")
    return db.get_one(Artifact, upload.artifact_id)


def hold_both(db: Session, upload: Upload) -> VerificationSession:
    """The upload's session, both held until the transaction ends."""
    session = db.get_one(VerificationSession, upload.session_id)
    lock(db, session)
    lock(db, upload)
    return session


def announce_covered(
    db: Session, vault: Vault, upload: Upload, boxes: list[Box], opened: Opener, now: datetime
) -> Covered:
    """A further covered version, announced; `replace_by_covered` puts it in its place.

    `opened` is how the one who covers may open a picture. Raises InvalidInputError for no boxes
    or too many.
    """
    if not 0 < len(boxes) <= MAX_BOXES:
        raise InvalidInputError(f"between 1 and {MAX_BOXES} boxes are taken")
    former = shown_artifact(db, upload)
    announced = announce(
        db,
        vault,
        upload,
        cover(opened(former), boxes),
        stage=Stage.REVIEW,
        content_type="image/jpeg",
        now=now,
    )
    _inherit(former, db.get_one(Artifact, announced.artifact_id), boxes)
    return Covered(upload.id, former.id, announced)


def replace_by_covered(
    db: Session, upload: Upload, covered: Covered, action: Action, actor: Actor, now: datetime
) -> None:
    """The new version is stored: it is shown from now on, and the former one is destroyed.

    It keeps the former one's day of destruction. Raises ConflictError when the picture was
    changed meanwhile.
    """
    if upload.artifact_id != covered.former_id or upload.state not in SHOWN:
        raise ConflictError("the picture was changed in another tab")
    former = db.get_one(Artifact, covered.former_id)
    rule, due = former.destroy_rule, former.destroy_at
    mark_stored(db, covered.announced.artifact_id, rule or "abandoned", now)
    later = db.get_one(Artifact, covered.announced.artifact_id)
    later.destroy_at = due or later.destroy_at
    upload.artifact_id, upload.updated_at = later.id, now
    retire(db, former, "superseded", now)
    record(db, action, actor=actor, now=now, case=upload.session_id, object_id=later.id)


def _inherit(former: Artifact, later: Artifact, boxes: list[Box]) -> None:
    later.width, later.height = former.width, former.height
    later.policy_id, later.policy_version = former.policy_id, former.policy_version
    later.policy_sha256 = former.policy_sha256
    later.regions = [*former.regions, *({"class": "manual", "quad": _quad(b)} for b in boxes)]


def _quad(box: Box) -> list[list[float]]:
    right, bottom = box.x + box.width, box.y + box.height
    return [[box.x, box.y], [right, box.y], [right, bottom], [box.x, bottom]]
