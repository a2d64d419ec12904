"""Owns the question what is due for destruction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kyc.holds import held_among, not_held
from kyc.jobs import OwedJobName
from kyc.lifecycle import LIVE, ArtifactState, Stage, Status
from kyc.models import Artifact, LegalHold, OwedJob, VerificationSession
from kyc.retention.destroying import Doomed

GRACE = timedelta(minutes=15)
"""What is due for less than this is the next purge's, and not overdue."""
NARROWED_WITHIN = timedelta(days=7)
"""So long after the first try, or the end of a hold, a copy waits for its narrower one."""
NARROWED_AT_LAST = timedelta(days=28)
"""So long it waits where nobody has tried, since everything stood still."""


class _Likely(FunctionElement[bool]):
    """What SQLite is told to hold for true of most rows; no other database asks.

    Without it SQLite looks the state up in another index and sorts all that waits, each slice anew.
    """

    type = Boolean()
    inherit_cache = True


@compiles(_Likely)
def _as_it_is(element: _Likely, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Likely, "sqlite")
def _as_likely(element: _Likely, compiler: SQLCompiler, **options: Any) -> str:
    return f"likely({compiler.process(element.clauses, **options)})"


IS_PURGING = _Likely(Artifact.state == literal_column(f"'{ArtifactState.PURGING}'"))
"""Written out, since a database finds a partial index by its very words."""


@dataclass(frozen=True)
class DueGroup:
    """How many things of one kind fall due under one rule, and the first of those moments."""

    kind: str
    rule: str
    first_due_at: datetime
    count: int


def due_artifacts(db: Session, now: datetime, limit: int) -> Sequence[Doomed]:
    """Artifacts whose time is over and whose case nobody holds, oldest due first in each state.

    That is the order of the index: else every slice of many would sort all that are due.

    Locks their sessions too: whoever sets a hold waits, and finds the keys gone or kept.
    """
    one = Artifact
    rule = func.coalesce(one.destroy_rule, "raw")
    found = db.execute(
        select(one.id, one.session_id, one.upload_id, one.kind, one.stage, rule)
        .join(VerificationSession, VerificationSession.id == Artifact.session_id)
        .where(
            Artifact.state.in_(LIVE),
            Artifact.destroy_at <= now,
            ~awaits_narrowing(now),
            not_kept(now),
        )
        .order_by(Artifact.state, Artifact.destroy_at, Artifact.id)
        .limit(limit)
        .with_for_update(of=(Artifact, VerificationSession), key_share=True, skip_locked=True)
    )
    due = [Doomed(*row) for row in found]
    held = held_among(db, (one.session_id for one in due), now)
    return [one for one in due if one.stage == Stage.BUNDLE or one.session_id not in held]


def not_kept(at: datetime) -> ColumnElement[bool]:
    """For a WHERE: no hold keeps this artifact. A bundle is the customer's copy: none keeps it."""
    return or_(Artifact.stage == Stage.BUNDLE, not_held(Artifact.session_id, at))


def awaits_narrowing(now: datetime) -> ColumnElement[bool]:
    """For a WHERE with the session joined: at its end a narrower copy takes its place.

    Not for ever: what could not be narrowed in time is the purge's.
    """
    tried = select(OwedJob.id).where(job_of_artifact(), OwedJob.created_at <= now - NARROWED_WITHIN)
    released = select(LegalHold.id).where(
        LegalHold.session_id == Artifact.session_id,
        func.coalesce(LegalHold.lifted_at, LegalHold.until) > now - NARROWED_WITHIN,
    )
    never_tried = ~tried.correlate(Artifact).exists()
    in_time = and_(never_tried, Artifact.destroy_at > now - NARROWED_AT_LAST)
    return and_(
        Artifact.stage == Stage.REVIEW,
        Artifact.state == ArtifactState.STORED,
        func.coalesce(Artifact.destroy_rule, "") == "approved",
        Artifact.quarantined_at.is_(None),
        VerificationSession.status == Status.VERIFIED,
        or_(in_time, released.correlate(Artifact).exists()),
    )


def job_of_artifact() -> ColumnElement[bool]:
    """For a JOIN: the job that makes its narrower copy."""
    return and_(OwedJob.name == OwedJobName.NARROW, OwedJob.subject_id == Artifact.id)


class Waiting(NamedTuple):
    """An artifact whose key is destroyed."""

    id: str
    object_name: str


def purging_artifacts(db: Session, limit: int, after: str = "") -> Sequence[Waiting]:
    """Those whose key is gone and whose object may not be, by object name, from behind `after`.

    So the names of a slice are neighbours in the bucket too, and few pages list them all.
    """
    found = db.execute(
        select(Artifact.id, Artifact.object_name)
        .where(IS_PURGING, Artifact.object_name > after)
        .order_by(Artifact.object_name)
        .limit(limit)
    )
    return [Waiting(*row) for row in found]


def due_records(db: Session, now: datetime, limit: int) -> dict[str, str]:
    """Sessions whose details are to be destroyed and that nobody holds, each with its rule."""
    rule = func.coalesce(VerificationSession.record_rule, "")
    found = db.execute(
        select(VerificationSession.id, rule)
        .where(
            VerificationSession.record_destroy_at <= now,
            VerificationSession.record_destroyed_at.is_(None),
            not_held(VerificationSession.id, now),
        )
        .order_by(VerificationSession.record_destroy_at, VerificationSession.id)
        .limit(limit)
        .with_for_update(of=VerificationSession, skip_locked=True)
    )
    due = {row[0]: row[1] for row in found}
    held = held_among(db, due, now)
    return {id_: rule for id_, rule in due.items() if id_ not in held}


def groups(db: Session, until: datetime) -> list[DueGroup]:
    """What falls due up to `until`, by kind and rule, soonest first; nothing that is held then."""
    images = (
        select(Artifact.kind, Artifact.destroy_rule, func.min(Artifact.destroy_at), func.count())
        .where(
            Artifact.state.in_(LIVE),
            Artifact.destroy_at <= until,
            not_kept(until),
        )
        .group_by(Artifact.kind, Artifact.destroy_rule)
    )
    records = (
        select(
            VerificationSession.record_rule,
            func.min(VerificationSession.record_destroy_at),
            func.count(),
        )
        .where(
            VerificationSession.record_destroy_at <= until,
            VerificationSession.record_destroyed_at.is_(None),
            not_held(VerificationSession.id, until),
        )
        .group_by(VerificationSession.record_rule)
    )
    found = [DueGroup(k, r or "", at, n) for k, r, at, n in db.execute(images) if at]
    found += [DueGroup("record", r or "", at, n) for r, at, n in db.execute(records) if at]
    return sorted(found, key=lambda group: (group.first_due_at, group.kind, group.rule))


def overdue(db: Session, before: datetime) -> int:
    """How many images and records that nobody holds should have lost their key before `before`."""
    image, session = Artifact, VerificationSession
    images = select(func.count()).where(
        image.state.in_(LIVE), image.destroy_at < before, not_kept(before)
    )
    records = select(func.count()).where(
        session.record_destroyed_at.is_(None),
        session.record_destroy_at < before,
        not_held(session.id, before),
    )
    return (db.scalar(images) or 0) + (db.scalar(records) or 0)
