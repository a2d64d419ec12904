"""Owns receiving an upload: limits, the sealed raw copy, and the acknowledgement."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, SYSTEM, Action, record
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, TooManyError
from kyc.evidence import Announced, announce, mark_stored, retire
from kyc.intake.items import needed
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.lifecycle import ItemKind, Stage, Status, UploadState
from kyc.models import Artifact, Upload, VerificationSession, new_id
from kyc.seen import SeenKind, file_hash, forget_seen, note_seen
from kyc.tokens import Lookup
from storage.vault import Vault


@dataclass(frozen=True)
class Limits:
    """Per attempt: files in all, files an item, bytes in all (ASVS 5.2.4)."""

    files: int
    tries: int
    size: int


@dataclass(frozen=True)
class UntrustedFile:
    """What the customer sent; `format` was told by its first bytes, `page` counts from 1.

    `request_key` is the same for every try of sending this one file.
    """

    content: bytes = field(repr=False)
    format: str
    page: int = 1
    request_key: str | None = None


def sent_before(db: Session, session: VerificationSession, request_key: str | None) -> str | None:
    """The upload that an earlier try of the same file led to, if it was acknowledged.

    An answer can get lost on its way back: the browser tries again, and must not lose a try.
    """
    if request_key is None:
        return None
    former = db.scalars(
        select(Upload).where(Upload.session_id == session.id, Upload.request_key == request_key)
    ).one_or_none()
    if former is None:
        return None
    if former.state not in {UploadState.RECEIVING, UploadState.REFUSED}:
        return former.id
    former.request_key = None
    return None


def announce_upload(
    db: Session,
    vault: Vault,
    lookup: Lookup,
    session: VerificationSession,
    *,
    kind: ItemKind,
    file: UntrustedFile,
    limits: Limits,
    now: datetime,
) -> tuple[Upload, Announced]:
    """Rows for a file whose type was checked; acknowledged only once its object is stored.

    Raises ConflictError when the session takes no such item now, TooManyError over a limit.
    """
    lock(db, session)
    _must_take(session, kind)
    _must_be_within(db, session, kind, len(file.content), limits)
    upload = Upload(
        id=new_id("up"),
        session_id=session.id,
        kind=kind,
        attempt=session.attempt,
        state=UploadState.RECEIVING,
        page=file.page,
        size=len(file.content),
        request_key=file.request_key,
        created_at=now,
        updated_at=now,
    )
    db.add(upload)
    db.flush()
    announced = announce(
        db,
        vault,
        upload,
        file.content,
        stage=Stage.RAW,
        content_type=file.format,
        now=now,
    )
    upload.raw_artifact_id = announced.artifact_id
    note_seen(db, session.id, SeenKind.FILE, upload.id, {file_hash(lookup, file.content)})
    return upload, announced


def acknowledge_upload(db: Session, upload_id: str, now: datetime) -> None:
    """The raw object is stored: the upload takes the place of the former one, redaction is owed.

    Raises ConflictError when it was acknowledged before, or the case was sent meanwhile.
    """
    upload = db.get_one(Upload, upload_id)
    session = db.get_one(VerificationSession, upload.session_id)
    lock(db, session)
    lock(db, upload)
    if (session.status, session.attempt) != (Status.REQUIRES_INPUT, upload.attempt):
        raise ConflictError("the pictures were sent for review already")
    if upload.state != UploadState.RECEIVING or upload.raw_artifact_id is None:
        raise ConflictError(f"{upload_id} was acknowledged before, or given up")
    for former in _rivals(db, upload):
        discard(db, former, now)
    mark_stored(db, upload.raw_artifact_id, "raw", now)
    upload.state, upload.updated_at = UploadState.PROCESSING, now
    owe(db, OwedJobName.REDACT, upload.id, now)
    record(
        db,
        Action.CUSTOMER_ARTIFACT_RECEIVED,
        actor=CUSTOMER,
        now=now,
        case=upload.session_id,
        object_id=upload.id,
        detail={"kind": upload.kind, "bytes": upload.size},
    )


def give_up(db: Session, upload_id: str, refusal: str, now: datetime) -> None:
    """The upload comes to nothing: its key is destroyed and the customer is asked again."""
    upload = db.get_one(Upload, upload_id, with_for_update=True)
    upload.state, upload.refusal, upload.updated_at = UploadState.REFUSED, refusal, now
    _destroy_all(db, upload, now)
    record(
        db,
        Action.SYSTEM_ARTIFACT_REFUSED,
        actor=SYSTEM,
        now=now,
        case=upload.session_id,
        object_id=upload.id,
        detail={"reason": refusal},
    )


def discard(db: Session, upload: Upload, now: datetime) -> None:
    """The customer takes another photo instead; every stored version loses its key now."""
    if upload.state in {UploadState.DISCARDED, UploadState.REFUSED}:
        return
    upload.state, upload.updated_at = UploadState.DISCARDED, now
    _destroy_all(db, upload, now)
    record(
        db,
        Action.CUSTOMER_ARTIFACT_DISCARDED,
        actor=CUSTOMER,
        now=now,
        case=upload.session_id,
        object_id=upload.id,
    )


def tries_left(db: Session, session: VerificationSession, kind: ItemKind, limits: Limits) -> int:
    used = [upload for upload in _sent(db, session) if upload.kind == kind]
    return max(0, limits.tries - len(used))


def _must_take(session: VerificationSession, kind: ItemKind) -> None:
    if session.status != Status.REQUIRES_INPUT or session.details is None:
        raise ConflictError("the session takes no uploads now")
    if session.notice_version is None:
        raise ConflictError("the privacy notice comes before the first upload")
    if session.document_type is None or kind not in needed(session):
        raise InvalidInputError(f"{kind} is not asked for")
    if session.requested_items and kind not in session.requested_items:
        raise ConflictError(f"{kind} was accepted already")


def _must_be_within(
    db: Session, session: VerificationSession, kind: ItemKind, size: int, limits: Limits
) -> None:
    sent = _sent(db, session)
    if sum(1 for upload in sent if upload.kind == kind) >= limits.tries:
        raise TooManyError("no tries are left for this item", limit="tries")
    if len(sent) >= limits.files or sum(u.size for u in sent) + size > limits.size:
        raise TooManyError("no more files are taken", limit="files")


def _sent(db: Session, session: VerificationSession) -> list[Upload]:
    mine = (Upload.session_id == session.id, Upload.attempt == session.attempt)
    return list(db.scalars(select(Upload).where(*mine)))


def _rivals(db: Session, upload: Upload) -> list[Upload]:
    return list(
        db.scalars(
            select(Upload).where(
                Upload.session_id == upload.session_id,
                Upload.kind == upload.kind,
                Upload.attempt == upload.attempt,
                Upload.id != upload.id,
                Upload.state.not_in((UploadState.DISCARDED, UploadState.REFUSED)),
            )
        )
    )


def _destroy_all(db: Session, upload: Upload, now: datetime) -> None:
    forget_seen(db, upload.session_id, upload.id)
    for artifact in db.scalars(select(Artifact).where(Artifact.upload_id == upload.id)):
        retire(db, artifact, "superseded", now)
