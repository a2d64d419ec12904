"""Owns destruction in three: mark with the key destroyed, remove the object, write it down."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Thing, record, record_all
from kyc.lifecycle import OPEN, ArtifactState, Stage, Status, UploadState
from kyc.models import Artifact, Receipt, SeenHash, Upload, VerificationSession
from kyc.retention.clearing import clear_records
from kyc.retention.destroying import Doomed, destroy_all
from kyc.retention.due import due_artifacts, due_records
from storage.objects import Absence

log = structlog.get_logger("kyc.purge")

SLICE = 2000
LONGEST_LEFT = 200


def mark_due(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Destroys the keys of what is due, in this transaction; returns how many."""
    due = due_artifacts(db, now, limit)
    not_narrowed = _of_approved(db, due)
    for artifact_id in sorted(not_narrowed):
        log.error("copy_not_narrowed", artifact=artifact_id)
    destroy_all(db, due, now, not_narrowed=not_narrowed)
    end_uploads(db, due, now)
    return len(due)


def _of_approved(db: Session, due: Sequence[Doomed]) -> set[str]:
    """Those that a narrower copy should have taken the place of; nobody could make it in time."""
    copies = [one for one in due if (one.stage, one.rule) == (Stage.REVIEW, "approved")]
    if not copies:
        return set()
    verified = select(VerificationSession.id).where(
        VerificationSession.id.in_({one.session_id for one in copies}),
        VerificationSession.status == Status.VERIFIED,
    )
    sessions = set(db.scalars(verified))
    return {one.id for one in copies if one.session_id in sessions}


def mark_absent(db: Session, artifact_id: str, absence: Absence, now: datetime) -> None:
    """The object was removed and its absence verified: the receipt says so. Idempotent."""
    mark_all_absent(db, {artifact_id: absence}, now)


def mark_all_absent(db: Session, absences: Mapping[str, Absence], now: datetime) -> int:
    """As `mark_absent`, for a slice of artifacts by id; returns how many it was news for."""
    news = db.execute(
        select(Artifact.id, Artifact.session_id)
        .where(Artifact.id.in_(absences), Artifact.state == ArtifactState.PURGING)
        .order_by(Artifact.id)
        .with_for_update()
    ).all()
    ids = [id_ for id_, _case in news]
    gone = {"state": ArtifactState.PURGED, "purged_at": now, "policy_sha256": None}
    db.execute(update(Artifact).where(Artifact.id.in_(ids)).values(gone))
    for versions, subjects in _by_versions(ids, absences).items():
        proven = {"absent_at": now, "versions": versions, "left": None}
        db.execute(update(Receipt).where(Receipt.subject_id.in_(subjects)).values(proven))
    things = [Thing(id_, case, _counts(absences[id_])) for id_, case in news]
    record_all(db, Action.SYSTEM_PURGE_VERIFIED, things, actor=SYSTEM, now=now)
    return len(ids)


def _by_versions(ids: Sequence[str], absences: Mapping[str, Absence]) -> dict[int, list[str]]:
    """Nearly always one group: an object has one version, so a slice takes few statements."""
    groups: dict[int, list[str]] = {}
    for id_ in ids:
        groups.setdefault(absences[id_].versions, []).append(id_)
    return groups


def _counts(absence: Absence) -> dict[str, int]:
    return {"versions": absence.versions, "markers": absence.markers}


def mark_left(db: Session, left: Mapping[str, str], now: datetime) -> None:
    """The store keeps these artifacts' objects: their receipts say what is left, and why.

    Their keys are destroyed; each is tried again with every purge, and told as an event once.
    """
    receipts = db.scalars(
        select(Receipt).where(Receipt.subject_id.in_(left), Receipt.absent_at.is_(None))
    )
    for receipt in receipts:
        is_news = receipt.left is None
        receipt.left = left[receipt.subject_id][:LONGEST_LEFT]
        if is_news:
            artifact = db.get_one(Artifact, receipt.subject_id)
            record(
                db,
                Action.SYSTEM_PURGE_LEFT,
                actor=SYSTEM,
                now=now,
                case=artifact.session_id,
                object_id=artifact.id,
            )


def destroy_due_records(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Destroys the personal fields of sessions whose record is due, and every way into them."""
    due = due_records(db, now, limit)
    if due:
        clear_records(db, due, now)
    return len(due)


def destroy_record(db: Session, session: VerificationSession, now: datetime) -> None:
    clear_records(db, {session.id: session.record_rule or ""}, now)


def end_uploads(db: Session, destroyed: Sequence[Artifact | Doomed], now: datetime) -> None:
    """What an open session has no image of any more is refused, so that it is sent again."""
    unfinished = Upload.state.in_((UploadState.RECEIVING, UploadState.PROCESSING))
    shown = Upload.artifact_id.in_([artifact.id for artifact in destroyed])
    gone = [one.upload_id for one in destroyed if one.upload_id]
    ended = (
        select(Upload.id, Upload.session_id)
        .join(VerificationSession, VerificationSession.id == Upload.session_id)
        .where(
            Upload.id.in_(gone),
            or_(unfinished, and_(shown, VerificationSession.status.in_(OPEN))),
        )
    )
    cases = {row[0]: row[1] for row in db.execute(ended)}
    if not cases:
        return
    refused = {"state": UploadState.REFUSED, "refusal": "timed_out", "updated_at": now}
    db.execute(update(Upload).where(Upload.id.in_(cases)).values(refused))
    shown_by = SeenHash.session_id.in_(cases.values()), SeenHash.source.in_(cases)
    db.execute(delete(SeenHash).where(*shown_by))
