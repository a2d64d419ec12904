"""Owns what joins an artifact's row to its sealed object: announcing, opening, destroying."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.clock import month_epoch
from kyc.errors import ConflictError, NotFoundError, QuarantinedError
from kyc.flows import flow_of_id
from kyc.holds import held_until
from kyc.lifecycle import LIVE, ArtifactState, Stage
from kyc.models import Artifact, Receipt, Upload, new_id
from kyc.policy.retention import due_at
from kyc.viewing import public_half_of
from storage.boxes import PrivateHalf
from storage.envelope import Binding
from storage.errors import TamperedError, WrongKeyError
from storage.vault import Sealed, Vault

SHOWN_AGAIN = frozenset({Stage.REVIEW, Stage.BUNDLE})
"""Copies that the customer may see again, with what their own request brings."""


class AlteredError(TamperedError):
    """An artifact that does not open as it was stored; `code` names the rule that it broke."""

    def __init__(self, artifact_id: str, code: str) -> None:
        super().__init__(f"{artifact_id} does not open as it was stored: {code}")
        self.artifact_id = artifact_id
        self.code = code


@dataclass(frozen=True)
class Announced:
    """A row that exists, and the sealed bytes that are to be stored under its object name."""

    artifact_id: str
    object_name: str
    ciphertext: bytes


def announce(
    db: Session,
    vault: Vault,
    upload: Upload,
    plaintext: bytes,
    *,
    stage: Stage,
    content_type: str,
    now: datetime,
) -> Announced:
    """Seals, and writes the row before the object is stored: so no object is without a row.

    Until `mark_stored` the row is under the rule `unfinished`, so that a crash leaves nothing.
    """
    binding = Binding(
        upload.session_id, new_id("art"), upload.kind, stage, content_type, len(plaintext)
    )
    return _announce(db, vault, binding, plaintext, upload.id, now)


def announce_bundle(
    db: Session, vault: Vault, session_id: str, kind: str, plaintext: bytes, now: datetime
) -> Announced:
    """As `announce`, for a zip that was made for the case's customer; no upload stands for it."""
    binding = Binding(
        session_id, new_id("art"), kind, Stage.BUNDLE, "application/zip", len(plaintext)
    )
    return _announce(db, vault, binding, plaintext, None, now)


def _announce(
    db: Session,
    vault: Vault,
    binding: Binding,
    plaintext: bytes,
    upload_id: str | None,
    now: datetime,
) -> Announced:
    view = public_half_of(db, binding.session_id) if binding.stage in SHOWN_AGAIN else None
    sealed, ciphertext = vault.seal(plaintext, binding, month_epoch(now), view)
    artifact = Artifact(
        id=binding.artifact_id,
        session_id=binding.session_id,
        upload_id=upload_id,
        kind=binding.kind,
        stage=binding.stage,
        state=ArtifactState.STORING,
        object_name=sealed.object_name,
        wrapped_key=sealed.wrapped_key,
        key_epoch=sealed.key_epoch,
        view_key=sealed.view_key,
        ciphertext_sha256=sealed.ciphertext_sha256,
        ciphertext_length=sealed.ciphertext_length,
        plaintext_length=sealed.plaintext_length,
        content_type=binding.content_type,
        created_at=now,
    )
    retain(db, artifact, "unfinished", now)
    db.add(artifact)
    db.flush()
    return Announced(binding.artifact_id, sealed.object_name, ciphertext)


def mark_stored(db: Session, artifact_id: str, rule: str, now: datetime) -> None:
    """The object is there: from now on the artifact is kept under `rule`.

    Raises ConflictError when it took so long that its key was destroyed meanwhile.
    """
    retain(db, now_stored(db, artifact_id), rule, now)


def now_stored(db: Session, artifact_id: str) -> Artifact:
    """As `mark_stored`, for a caller that says itself how long it is kept."""
    artifact = db.get_one(Artifact, artifact_id, with_for_update=True)
    if artifact.state != ArtifactState.STORING:
        raise ConflictError("it took too long to store the picture")
    artifact.state = ArtifactState.STORED
    return artifact


def open_artifact(vault: Vault, artifact: Artifact) -> bytes:
    """The plain bytes. Raises NotFoundError once destroyed, QuarantinedError, AlteredError.

    For workers and staff: raises SealOnlyError in the customer-facing process. Whoever has its own
    transaction quarantines what is altered: `kyc.keeping.quarantine`.
    """
    return _open_surely(artifact, lambda: vault.get(sealed_of(artifact), **_names(artifact)))


def open_as_customer(vault: Vault, artifact: Artifact, view: PrivateHalf) -> bytes:
    """As `open_artifact`, with what the customer's own request brought.

    Raises WrongKeyError when that is what does not fit: it says nothing about the artifact.
    """
    try:
        return _open_surely(
            artifact, lambda: vault.get_as_customer(sealed_of(artifact), view, **_names(artifact))
        )
    except AlteredError as error:
        if error.code != WrongKeyError.code:
            raise
        raise WrongKeyError("what the request brought does not open this") from error


def _open_surely(artifact: Artifact, read: Callable[[], bytes]) -> bytes:
    if artifact.wrapped_key is None or artifact.state != ArtifactState.STORED:
        raise NotFoundError(f"{artifact.id} is not held")
    if artifact.quarantined_at is not None:
        raise QuarantinedError
    try:
        return read()
    except TamperedError:
        # What was damaged on its way here is whole when it is read again.
        try:
            return read()
        except TamperedError as error:
            raise AlteredError(artifact.id, error.code) from error


def sealed_of(artifact: Artifact) -> Sealed:
    """What the vault must know of it. Raises NotFoundError once its key is destroyed."""
    if artifact.wrapped_key is None:
        raise NotFoundError(f"{artifact.id} is not held")
    return Sealed(
        object_name=artifact.object_name,
        wrapped_key=artifact.wrapped_key,
        key_epoch=artifact.key_epoch,
        ciphertext_sha256=artifact.ciphertext_sha256,
        ciphertext_length=artifact.ciphertext_length,
        plaintext_length=artifact.plaintext_length,
        content_type=artifact.content_type,
        view_key=artifact.view_key,
    )


def _names(artifact: Artifact) -> dict[str, str]:
    return {
        "session_id": artifact.session_id,
        "artifact_id": artifact.id,
        "kind": artifact.kind,
        "stage": artifact.stage,
    }


def destroy(
    db: Session,
    artifact: Artifact,
    rule: str,
    now: datetime,
    detail: Mapping[str, bool] = MappingProxyType({}),
) -> bool:
    """Destroys the key in the caller's transaction; the purge removes the object after it.

    `detail` is for the event. False when it had been destroyed before: a second call changes
    nothing.
    """
    if artifact.state in {ArtifactState.PURGING, ArtifactState.PURGED}:
        return False
    artifact.state = ArtifactState.PURGING
    artifact.wrapped_key = artifact.view_key = None
    artifact.destroy_rule = rule
    artifact.regions = []
    db.add(
        Receipt(
            subject_id=artifact.id,
            kind=artifact.kind,
            stage=artifact.stage,
            rule=rule,
            key_destroyed_at=now,
        )
    )
    record(
        db,
        Action.SYSTEM_ARTIFACT_DESTROYED,
        actor=SYSTEM,
        now=now,
        case=artifact.session_id,
        object_id=artifact.id,
        detail={"rule": rule, "stage": str(artifact.stage), **detail},
    )
    return True


def retire(db: Session, artifact: Artifact, rule: str, now: datetime) -> bool:
    """Destroys what was replaced or given up; in a held case a review copy waits for the purge.

    The raw file goes even from a held case, as soon as its covered copy is stored. The caller
    holds the session's row, so that no hold is set meanwhile. False when nothing was destroyed.
    """
    if artifact.stage != Stage.RAW and held_until(db, artifact.session_id, now):
        if artifact.state in LIVE:
            retain(db, artifact, rule, now)
        return False
    return destroy(db, artifact, rule, now)


def retain(db: Session, artifact: Artifact, rule: str, start: datetime) -> None:
    """Puts the artifact under another retention rule of its flow; the clock began at `start`."""
    rules = flow_of_id(db, artifact.session_id).retention
    artifact.destroy_rule = rule
    artifact.destroy_at = due_at(rules, rule, start)
