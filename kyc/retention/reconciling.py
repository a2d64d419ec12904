"""Owns reconciliation: objects that no row knows are removed, rows without object are told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, Actor, record
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact
from kyc.retention.deployment import Deployment
from kyc.retention.differences import (
    EXPECTED,
    PAGE,
    Row,
    Tally,
    differences,
    expected_rows,
)
from kyc.retention.guard import MOST_AT_ONCE
from storage.objects import Absence, Stored, check_name
from storage.vault import PREFIX

log = structlog.get_logger("kyc.reconcile")

AGE = timedelta(hours=1)
"""A younger object without a row may be one that somebody writes just now."""

_RANDOM = re.compile(r"[0-9a-f]{40}", re.ASCII)


@dataclass
class Outcome:
    """What a run found and did; counts."""

    tally: Tally = field(default_factory=Tally)
    orphans: int = 0
    removed: int = 0
    kept: list[str] = field(default_factory=list)  # orphans that could not be removed, by name
    missing: int = 0
    foreign: int = 0  # under names that are never ours, and that may mean another object
    is_halted: bool = False


def reconcile(
    deployment: Deployment, *, dry_run: bool = False, many: bool = False, by: Actor = SYSTEM
) -> Outcome:
    """Compares both ways and acts, except in a dry run. Idempotent; raises StorageError.

    More than `MOST_AT_ONCE` orphans look like the wrong database or an old backup: then nothing
    is removed, unless `many` says that a person wants it. Rows are never changed.
    """
    outcome = Outcome()
    waiting: list[str] = []
    found = differences(deployment.vault.walk(), expected_rows(deployment), outcome.tally)
    while page := list(islice(found, PAGE)):
        _report_missing(deployment, _missing(deployment, page), outcome, dry_run)
        orphans = _orphans(deployment, page, outcome)
        outcome.orphans += len(orphans)
        if many and not dry_run:
            _remove(deployment, orphans, outcome)
        else:
            waiting += orphans[: MOST_AT_ONCE - len(waiting)]
    outcome.is_halted = not many and outcome.orphans > MOST_AT_ONCE
    if dry_run:
        return outcome
    if outcome.is_halted:
        log.error("reconcile_halted", orphans=outcome.orphans)
    else:
        _remove(deployment, waiting, outcome)
    _record_run(deployment, outcome, by)
    return outcome


def _orphans(deployment: Deployment, page: Sequence[Stored | Row], outcome: Outcome) -> list[str]:
    """Those of the candidates that are old enough and that no live row knows, asked anew."""
    young = deployment.real_now() - AGE
    old = [one.name for one in page if isinstance(one, Stored) and one.at <= young]
    names = [name for name in old if _is_safe(name)]
    outcome.foreign += len(old) - len(names)
    with deployment.reading() as db:
        known = select(Artifact.object_name).where(
            Artifact.state.in_(EXPECTED), Artifact.object_name.in_(names)
        )
        live = set(db.scalars(known))
    return [name for name in names if name not in live]


def _missing(deployment: Deployment, page: Sequence[Stored | Row]) -> list[str]:
    """Ids of artifacts whose row says stored, and nothing is listed under their very name."""
    stored = [one for one in page if isinstance(one, Row) and one.state == ArtifactState.STORED]
    return [row.artifact_id for row in stored if not deployment.vault.holds(row.name)]


def _report_missing(
    deployment: Deployment, artifact_ids: Sequence[str], outcome: Outcome, dry_run: bool
) -> None:
    if not artifact_ids:
        return
    with deployment.transaction() as db:
        for artifact in _still_stored(db, artifact_ids):
            outcome.missing += 1
            if dry_run:
                continue
            log.error("object_missing", artifact=artifact.id)
            record(
                db,
                Action.SYSTEM_ARTIFACT_MISSING,
                actor=SYSTEM,
                now=deployment.now(),
                case=artifact.session_id,
                object_id=artifact.id,
            )


def _still_stored(db: Session, artifact_ids: Sequence[str]) -> Iterator[Artifact]:
    """It may have been purged since its row was read."""
    wanted = Artifact.id.in_(artifact_ids), Artifact.state == ArtifactState.STORED
    yield from db.scalars(select(Artifact).where(*wanted).order_by(Artifact.id))


def _remove(deployment: Deployment, names: Sequence[str], outcome: Outcome) -> None:
    if not names:
        return
    shredded = deployment.vault.shred_all(names)
    for name in shredded.left:
        log.error("orphan_not_gone", object=name)
    with deployment.transaction() as db:
        rows = db.scalars(select(Artifact).where(Artifact.object_name.in_(names)))
        purged = {artifact.object_name: artifact for artifact in rows}
        for name, absence in shredded.gone.items():
            log.warning("orphan_removed", object=name)
            _record_orphan(deployment, db, name, absence, purged.get(name))
    outcome.removed += len(shredded.gone)
    outcome.kept += shredded.left


def _record_orphan(
    deployment: Deployment, db: Session, name: str, absence: Absence, purged: Artifact | None
) -> None:
    """By its artifact, if there was one; else by the random part of its name, if it has one."""
    random = name.removeprefix(PREFIX)
    record(
        db,
        Action.SYSTEM_ORPHAN_REMOVED,
        actor=SYSTEM,
        now=deployment.now(),
        case=purged.session_id if purged else None,
        object_id=purged.id if purged else (random if _RANDOM.fullmatch(random) else None),
        detail={
            "versions": absence.versions,
            "markers": absence.markers,
            "uploads": absence.uploads,
        },
    )


def _record_run(deployment: Deployment, outcome: Outcome, by: Actor) -> None:
    with deployment.transaction() as db:
        record(
            db,
            Action(f"{by.kind}:storage:reconciled"),
            actor=by,
            now=deployment.now(),
            detail={
                "objects": outcome.tally.objects,
                "rows": outcome.tally.rows,
                "orphans": outcome.orphans,
                "removed": outcome.removed,
                "kept": len(outcome.kept),
                "missing": outcome.missing,
                "foreign": outcome.foreign,
                "halted": outcome.is_halted,
            },
        )


def _is_safe(name: str) -> bool:
    try:
        return bool(check_name(name))
    except ValueError:
        return False
