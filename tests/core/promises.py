"""Owns what must always hold of everything in the database, as I1 to I9 say it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.lifecycle import LIVE, ArtifactState, ItemKind, Stage, Status, UploadState
from kyc.models import (
    Artifact,
    AuditEvent,
    Decision,
    OwedJob,
    Receipt,
    Upload,
    VerificationSession,
)
from kyc.review.deciding import Outcome

FRONT, SELFIE = ItemKind.DOCUMENT_FRONT, ItemKind.SELFIE_STATEMENT
COPIED = {UploadState.READY, UploadState.CONFIRM, UploadState.CONFIRMED}


@dataclass(frozen=True)
class World:
    """Everything there is, as it was committed."""

    artifacts: dict[str, Artifact]
    sessions: dict[str, VerificationSession]
    uploads: Sequence[Upload]
    decisions: Sequence[Decision]
    receipts: Counter[str]
    events: Counter[str]
    jobs: set[str]

    @classmethod
    def read(cls, db: Session) -> "World":
        owed = select(OwedJob.subject_id).where(OwedJob.state == "owed")
        return cls(
            artifacts={row.id: row for row in db.scalars(select(Artifact))},
            sessions={row.id: row for row in db.scalars(select(VerificationSession))},
            uploads=db.scalars(select(Upload)).all(),
            decisions=db.scalars(select(Decision)).all(),
            receipts=Counter(db.scalars(select(Receipt.subject_id))),
            events=Counter(db.scalars(select(AuditEvent.action))),
            jobs=set(db.scalars(owed)),
        )


def every_upload_is_somewhere(world: World) -> None:
    """I1, and I3: where there is a copy, the key of the raw picture is gone."""
    for upload in world.uploads:
        raw = world.artifacts.get(upload.raw_artifact_id or "")
        if upload.state == UploadState.PROCESSING:
            assert upload.id in world.jobs
            assert raw is not None
            assert raw.state == ArtifactState.STORED
        if upload.state in COPIED:
            assert world.artifacts[upload.artifact_id or ""].stage != Stage.RAW
            assert raw is None or raw.wrapped_key is None


def nothing_is_reviewed_unconfirmed(world: World) -> None:
    """I4: what reviewers are given was redacted, and confirmed by the customer."""
    for session in world.sessions.values():
        if session.status != Status.PROCESSING:
            continue
        mine = [upload for upload in world.uploads if upload.session_id == session.id]
        used = [upload for upload in mine if upload.state == UploadState.CONFIRMED]
        assert {upload.kind for upload in used} >= {FRONT, SELFIE}
        assert all(world.artifacts[u.artifact_id or ""].stage == Stage.REVIEW for u in used)


def rows_and_objects_match(world: World, names: set[str]) -> None:
    """I5: no object without a row that may have one, no stored row without its object."""
    rows = world.artifacts.values()
    assert names <= {row.object_name for row in rows if row.state != ArtifactState.PURGED}
    assert names >= {row.object_name for row in rows if row.state == ArtifactState.STORED}


def what_is_destroyed_has_one_receipt(world: World) -> None:
    """I6 and I9: no key, no personal column; one receipt, and one event of each change."""
    artifacts, sessions = world.artifacts.values(), world.sessions.values()
    dead = [row for row in artifacts if row.state not in LIVE]
    forgotten = [row for row in sessions if row.record_destroyed_at]
    gone = [*(row.id for row in dead), *(row.id for row in forgotten)]
    assert world.receipts == Counter(gone)
    assert not any(row.wrapped_key or row.view_key or row.regions for row in dead)
    assert not any(row.details or row.field_key or row.facts for row in forgotten)
    assert world.events["system:artifact:destroyed"] == len(dead)
    assert world.events["system:record:destroyed"] == len(forgotten)
    purged = [row for row in dead if row.state == ArtifactState.PURGED]
    assert world.events["system:purge:verified"] == len(purged)
    retained = [row for row in artifacts if row.destroy_rule == "retained"]
    assert world.events["system:artifact:narrowed"] == len(retained)


def there_is_one_decision(world: World) -> None:
    """I8: one an attempt, and one that ends the case."""
    attempts = Counter((one.session_id, one.attempt) for one in world.decisions)
    final = Counter(
        one.session_id for one in world.decisions if one.outcome != Outcome.REQUEST_INPUT
    )
    assert {*attempts.values(), *final.values()} <= {1}
