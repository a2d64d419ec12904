"""Owns what a decision does to the case's pictures: their clocks, and which show less from now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.documents.coverage import Moment, RedactionPolicy
from kyc.documents.pages import Kind
from kyc.evidence import retain, retire
from kyc.flows.redacting import policy_of
from kyc.holds import held_until
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.lifecycle import ArtifactState, Stage
from kyc.models import Artifact, VerificationSession
from kyc.policy.bundles import BUNDLE

_KEPT_CLOCKS = {"asked_again", "superseded", BUNDLE}


def images_decided(
    db: Session, session: VerificationSession, rule: str, now: datetime, *, is_final: bool
) -> None:
    """Every image of the case gets its date of destruction; those asked again may go earlier.

    What was replaced and is only there because the case is held goes when the hold ends. A final
    decision is the moment in which some policies narrow a copy, or destroy it.
    """
    images = select(Artifact).where(
        Artifact.session_id == session.id, Artifact.state == ArtifactState.STORED
    )
    policy = policy_of(db, session) if is_final else None
    for artifact in db.scalars(images.order_by(Artifact.id)).all():
        if artifact.destroy_rule not in _KEPT_CLOCKS:
            retain(db, artifact, rule, now)
        if policy is not None and artifact.stage == Stage.REVIEW:
            _show_less(db, artifact, policy, now)


def _show_less(db: Session, artifact: Artifact, policy: RedactionPolicy, now: datetime) -> None:
    if policy.destroyed_on_decision:
        _end(db, artifact, now)
    elif policy.shows_after(Moment.DECISION, Kind(artifact.kind)) is not None:
        owe(db, OwedJobName.NARROW, artifact.id, now)


def _end(db: Session, artifact: Artifact, now: datetime) -> None:
    """In a held case it is due from now on, so that it goes with the end of the hold."""
    rule = artifact.destroy_rule or "superseded"
    if held_until(db, artifact.session_id, now) is None:
        retire(db, artifact, rule, now)
    else:
        artifact.destroy_at = now
