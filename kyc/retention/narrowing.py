"""Owns the narrower copy: who waits for one, what it shows, the commit that puts it in place."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.db import lock
from kyc.documents.coverage import Moment, RedactionPolicy
from kyc.documents.narrowing import narrow
from kyc.documents.pages import Kind
from kyc.errors import InvalidInputError
from kyc.evidence import Announced, announce, destroy, now_stored
from kyc.flows import flow_of
from kyc.flows.redacting import policy_of
from kyc.holds import held_until, not_held
from kyc.jobs import OwedJobName
from kyc.leases import owe_again
from kyc.lifecycle import ArtifactState, Stage, Status
from kyc.models import Artifact, OwedJob, Upload, VerificationSession
from kyc.retention.due import awaits_narrowing, job_of_artifact
from kyc.retention.relationships import APPROVED, RETAINED, after_end
from storage.vault import Vault

SLICE = 200


@dataclass(frozen=True)
class Plan:
    """The copy that is to show less, from which moment on, by which policy."""

    former: Artifact
    moment: Moment
    policy: RedactionPolicy
    is_held: bool


@dataclass(frozen=True)
class Copy:
    """What stays of the former copy; `regions` as an artifact keeps them."""

    jpeg: bytes = field(repr=False)
    width: int | None
    height: int | None
    regions: list[dict[str, Any]]


def owe_narrowing(db: Session, now: datetime, limit: int = SLICE) -> int:
    """Owes the job for each copy whose dispute window is over, and again for each that failed.

    The caller has asked the brake. Returns how many were owed.
    """
    waiting = db.scalars(
        select(Artifact.id)
        .join(VerificationSession, VerificationSession.id == Artifact.session_id)
        .outerjoin(OwedJob, job_of_artifact())
        .where(
            Artifact.state == ArtifactState.STORED,
            or_(
                and_(awaits_narrowing(now), Artifact.destroy_at <= now, _may_be_tried(now)),
                and_(OwedJob.state == "failed", OwedJob.due_at <= now),
            ),
            not_held(Artifact.session_id, now),
        )
        .order_by(Artifact.destroy_at, Artifact.id)
        .limit(limit)
    ).all()
    for artifact_id in waiting:
        owe_again(db, OwedJobName.NARROW, artifact_id, now)
    return len(waiting)


def is_being_narrowed(now: datetime) -> ColumnElement[bool]:
    """For a WHERE with the session joined: its job is owed, so the brake has let it through."""
    job = select(OwedJob.id).where(job_of_artifact(), OwedJob.state == "owed")
    return and_(awaits_narrowing(now), job.correlate(Artifact).exists())


def plan_narrowing(db: Session, artifact_id: str, now: datetime) -> Plan | None:
    """None when nothing is left to do: destroyed, quarantined, or a copy that stays as it is."""
    former = db.get_one(Artifact, artifact_id)
    session = db.get_one(VerificationSession, former.session_id)
    if not _is_there(former) or session.decided_at is None:
        return None
    policy = policy_of(db, session)
    is_over = former.destroy_at is not None and former.destroy_at <= now
    is_kept = former.destroy_rule == APPROVED and session.status == Status.VERIFIED
    moment = Moment.RETENTION if is_over and is_kept else Moment.DECISION
    if moment is Moment.DECISION and policy.shows_after(moment, Kind(former.kind)) is None:
        return None
    is_held = held_until(db, session.id, now) is not None
    return Plan(former, moment, policy, is_held)


def narrower(plan: Plan, jpeg: bytes) -> Copy | None:
    """What stays of the picture; None for nothing: then it is destroyed without a successor.

    Where the policy hides nothing more after the dispute window (a law wants the copy as it is),
    all of it stays.
    """
    former = plan.former
    try:
        narrowed = narrow(
            jpeg, former.regions, policy=plan.policy, moment=plan.moment, kind=Kind(former.kind)
        )
    except InvalidInputError:
        return None
    if narrowed is None:
        return Copy(jpeg, former.width, former.height, former.regions)
    if not narrowed.shows:
        return None
    return Copy(narrowed.jpeg, narrowed.width, narrowed.height, list(narrowed.regions))


def announce_narrower(
    db: Session, vault: Vault, plan: Plan, copy: Copy, now: datetime
) -> Announced:
    """The row of the narrower copy; it takes the former one's place in `finish_narrowing`."""
    announced = announce(
        db,
        vault,
        db.get_one(Upload, plan.former.upload_id),
        copy.jpeg,
        stage=Stage.RETAINED if plan.moment is Moment.RETENTION else Stage.REVIEW,
        content_type=plan.former.content_type,
        now=now,
    )
    artifact = db.get_one(Artifact, announced.artifact_id)
    artifact.width, artifact.height, artifact.regions = copy.width, copy.height, copy.regions
    stamp = plan.policy.stamp
    artifact.policy_id, artifact.policy_version = stamp.id, stamp.version
    artifact.policy_sha256 = stamp.sha256
    return announced


def finish_narrowing(db: Session, plan: Plan, copy_id: str, years: int, now: datetime) -> bool:
    """The copy is stored: it takes the place of the former, whose key dies in the same commit.

    False when a hold was set or the former one destroyed meanwhile: then it is the copy that
    goes. `years` is the deployment's number, for a flow that leaves it to the deployment.
    """
    session, former = _locked(db, plan)
    if not _is_there(former) or held_until(db, session.id, now):
        destroy(db, db.get_one(Artifact, copy_id), "unfinished", now)
        return False
    copy = now_stored(db, copy_id)
    if copy.stage == Stage.RETAINED:
        _retain(db, session, copy, years)
    else:
        copy.destroy_rule, copy.destroy_at = former.destroy_rule, former.destroy_at
    upload = db.get_one(Upload, former.upload_id)
    if upload.artifact_id == former.id:
        upload.artifact_id, upload.updated_at = copy.id, now
    rule = former.destroy_rule if copy.stage == Stage.RETAINED else "superseded"
    destroy(db, former, rule or "superseded", now)
    record(
        db,
        Action.SYSTEM_ARTIFACT_NARROWED,
        actor=SYSTEM,
        now=now,
        case=session.id,
        object_id=copy.id,
        detail={"kind": copy.kind, "stage": str(copy.stage), "regions": len(copy.regions)},
    )
    return True


def finish_without(db: Session, plan: Plan, now: datetime) -> bool:
    """Nothing of it may stay: it is destroyed, and the event says that no copy follows."""
    session, former = _locked(db, plan)
    if not _is_there(former) or held_until(db, session.id, now):
        return False
    return destroy(db, former, former.destroy_rule or APPROVED, now, {"narrowed": False})


def _retain(db: Session, session: VerificationSession, copy: Artifact, years: int) -> None:
    """Without a day until the end of the relationship is reported, as the details are."""
    ended = session.relationship_ended_at
    rules = flow_of(db, session).retention
    copy.destroy_rule = RETAINED
    copy.destroy_at = after_end(rules, RETAINED, ended, years) if ended else None


def _locked(db: Session, plan: Plan) -> tuple[VerificationSession, Artifact]:
    session = db.get_one(VerificationSession, plan.former.session_id)
    lock(db, session)
    former = db.get_one(Artifact, plan.former.id)
    lock(db, former)
    return session, former


def _is_there(artifact: Artifact) -> bool:
    return (
        artifact.stage == Stage.REVIEW
        and artifact.state == ArtifactState.STORED
        and artifact.quarantined_at is None
    )


def _may_be_tried(now: datetime) -> ColumnElement[bool]:
    """Not owed yet, or given up an hour ago."""
    return or_(OwedJob.id.is_(None), and_(OwedJob.state != "owed", OwedJob.due_at <= now))
