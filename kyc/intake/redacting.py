"""Owns what happens to an upload around its redaction: the plan, the result, the refusal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.db import lock
from kyc.documents.narrowing import stored_regions
from kyc.documents.pages import Claimed, CopyMark, Facts, Kind, Redaction
from kyc.documents.redaction import RedactionPolicy
from kyc.errors import ConflictError
from kyc.evidence import Announced, announce, mark_stored, retire
from kyc.fields import Details, read_details
from kyc.flows.redacting import alpha_3, policy_of
from kyc.intake.statement import current_statement
from kyc.lifecycle import Stage, UploadState
from kyc.models import Artifact, Upload, VerificationSession
from kyc.seen import NumbersSeen, SeenKind, document_hash, document_hashes, note_seen
from kyc.tokens import Lookup
from storage.vault import Vault


@dataclass(frozen=True)
class Plan:
    """What the redaction of one upload needs to know."""

    upload_id: str
    raw: Artifact
    kind: Kind
    page: int
    policy: RedactionPolicy
    mark: CopyMark
    claimed: Claimed | None
    statement: tuple[str, ...]


def plan_redaction(
    db: Session, vault: Vault, upload_id: str, business: str, now: datetime
) -> Plan | None:
    """None when there is nothing left to redact (discarded, expired, done before).

    Nor is a raw upload opened once its time is over: the purge destroys it, and asks for it again.
    """
    upload = db.get_one(Upload, upload_id)
    if upload.state != UploadState.PROCESSING or upload.raw_artifact_id is None:
        return None
    raw = db.get_one(Artifact, upload.raw_artifact_id)
    if raw.destroy_at is not None and raw.destroy_at <= now:
        return None
    session = db.get_one(VerificationSession, upload.session_id)
    statement = current_statement(db, session, business, timedelta(0))
    policy = policy_of(db, session)
    return Plan(
        upload_id=upload.id,
        raw=raw,
        kind=Kind(upload.kind),
        page=upload.page,
        policy=policy,
        mark=_mark(session, policy, business, now),
        claimed=_claimed(session, read_details(vault, session)),
        statement=statement.lines if statement else (),
    )


def numbers_shown(db: Session, lookup: Lookup, plan: Plan) -> NumbersSeen | None:
    """What tells the numbers of the case's documents in the hand of its selfie.

    None for other pictures, and where no document is known by a hash so far: the selfie does not
    wait for one, and patterns alone find its numbers.
    """
    if plan.kind is not Kind.SELFIE_STATEMENT:
        return None
    hashes = document_hashes(db, plan.raw.session_id)
    facts = db.get_one(VerificationSession, plan.raw.session_id).facts or {}
    states = {str(of["issuing_state"]) for of in facts.values() if of.get("issuing_state")}
    return NumbersSeen(lookup, frozenset(states), hashes) if hashes else None


def announce_copy(
    db: Session, vault: Vault, plan: Plan, redaction: Redaction, now: datetime
) -> Announced:
    """The row of the redacted copy; it becomes the upload's copy in `finish_redaction`."""
    upload = db.get_one(Upload, plan.upload_id)
    announced = announce(
        db,
        vault,
        upload,
        redaction.jpeg,
        stage=Stage.REVIEW,
        content_type="image/jpeg",
        now=now,
    )
    artifact = db.get_one(Artifact, announced.artifact_id)
    artifact.width, artifact.height = redaction.width, redaction.height
    artifact.policy_id = redaction.policy.id
    artifact.policy_version = redaction.policy.version
    artifact.policy_sha256 = redaction.policy.sha256
    artifact.regions = stored_regions(redaction)
    return announced


def document_seen(lookup: Lookup, redaction: Redaction) -> bytes | None:
    """The keyed hash of issuer and number, by which the document is noticed in another case.

    None unless every check digit of the zone agrees: a number misread would be somebody else's.
    """
    number, state = redaction.document_number, redaction.facts.get("issuing_state")
    if not number or not state or redaction.facts.get("mrz_check_digits") is not True:
        return None
    return document_hash(lookup, str(state), number)


def finish_redaction(
    db: Session,
    plan: Plan,
    redaction: Redaction,
    artifact_id: str,
    now: datetime,
    *,
    document: bytes | None,
) -> None:
    """The copy is stored: it becomes the upload's, and the raw key dies in the same commit.

    It is kept from the day of the upload on, however late it was made, as the notice says.
    `document` is what `document_seen` said of it; the number itself goes nowhere.
    Raises ConflictError when the upload was discarded in between.
    """
    upload = db.get_one(Upload, plan.upload_id)
    session = db.get_one(VerificationSession, upload.session_id)
    lock(db, session)
    lock(db, upload)
    if upload.state != UploadState.PROCESSING:
        raise ConflictError(f"{upload.id} is {upload.state}")
    complete = redaction.status == "complete"
    mark_stored(db, artifact_id, "abandoned", upload.created_at)
    upload.artifact_id = artifact_id
    upload.state = UploadState.READY if complete else UploadState.CONFIRM
    upload.reasons = list(redaction.reasons)
    upload.updated_at = now
    session.facts = {**(session.facts or {}), upload.kind: _kept(redaction.facts)}
    note_seen(
        db, session.id, SeenKind.DOCUMENT_NUMBER, upload.id, {document} if document else set()
    )
    retire(db, db.get_one(Artifact, plan.raw.id), "raw", now)
    record(
        db,
        Action.SYSTEM_ARTIFACT_REDACTED if complete else Action.SYSTEM_ARTIFACT_CONFIRM_NEEDED,
        actor=SYSTEM,
        now=now,
        case=upload.session_id,
        object_id=artifact_id,
        detail={"kind": upload.kind, "regions": len(redaction.regions)},
    )


_KEPT_FACTS = (
    "mrz_check_digits",
    "mrz_name_agrees",
    "mrz_birth_date_agrees",
    "printed_name_agrees",
    "printed_birth_date_agrees",
    "printed_expiry_agrees",
    "issuing_state_agrees",
    "document_type_agrees",
    "expired",
    "expires_on",
    "issuing_state",
    "document_type",
)


def _kept(facts: Facts) -> dict[str, str | bool | None]:
    """Results of checks and what the record may say of the document; nothing of the person."""
    return {key: facts[key] for key in _KEPT_FACTS if key in facts}


def _mark(
    session: VerificationSession, policy: RedactionPolicy, business: str, now: datetime
) -> CopyMark:
    return CopyMark(
        lines=(
            "For identity verification only",
            f"{business}, {now:%Y-%m-%d}",
            f"Reference {session.reference}",
        ),
        words=("COPY", *policy.copy_words),
    )


def _claimed(session: VerificationSession, details: Details | None) -> Claimed | None:
    if details is None:
        return None
    return Claimed(
        surname=details.surname,
        given_names=details.given_names,
        date_of_birth=details.date_of_birth.isoformat(),
        country=alpha_3(session.document_country or ""),
        document_type=session.document_type or "",
    )
