"""Owns erasure on request (GDPR Art. 17): at once where nothing forbids it, else refused, why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.audit.values import Value
from kyc.db import lock
from kyc.desk.erasure_plan import Plan, erasure_plan
from kyc.desk.requests import Reply, answer, case_of, opened, refuse
from kyc.errors import ConflictError, InvalidInputError
from kyc.evidence import destroy
from kyc.lifecycle import OPEN, Move, advance
from kyc.models import Artifact, PrivacyRequest, VerificationSession
from kyc.policy.erasure import ERASURE
from kyc.policy.rights import Outcome, Right
from kyc.retention.purging import end_uploads
from kyc.tokens import Lookup
from kyc.tombstones import bury
from storage.vault import Vault

MAIL = "erased"
ANSWERED_WITHIN = timedelta(hours=1)
"""So long the details outlive the pictures: the answer and the receipts need an address. They go by
the purge, whether a mail server answered or not."""


@dataclass(frozen=True)
class Erasure:
    """What the officer saw and says; `seen` are the ids of the parts that the page offered."""

    words: str
    seen: frozenset[str]
    waives_claims: bool = False
    version: int | None = None


def erase(
    db: Session,
    vault: Vault,
    lookup: Lookup,
    request_id: str,
    asked: Erasure,
    *,
    by: Actor,
    now: datetime,
) -> PrivacyRequest:
    """Destroys what nothing keeps, in the caller's transaction, and answers the request with it.

    Keys go now, objects and receipts with the next purge. Where all of it stays the request is
    refused, where some of it stays answered in part; both name the ground. Raises NotFoundError,
    InvalidInputError, ConflictError when what may be erased has changed since it was looked at.
    """
    request = opened(db, request_id)
    if request.kind != Right.ERASURE:
        raise InvalidInputError("this request does not ask for erasure")
    session = case_of(db, request)
    if session is None or session.record_destroyed_at is not None:
        raise ConflictError("nothing is held any more: refuse the request for that reason")
    lock(db, session)
    plan = erasure_plan(db, session, now, waives_claims=asked.waives_claims)
    if {part.id for part in plan.erased} != asked.seen:
        raise ConflictError("what can be erased has changed meanwhile: look at it anew")
    if not plan.erased:
        reply = Reply(asked.words, ground=plan.ground, version=asked.version)
        return refuse(db, vault, request_id, reply, by=by, now=now)
    answered = answer(db, vault, request_id, _reply(plan, asked), by=by, now=now)
    gone = _destroyed(db, lookup, session, plan, now)
    counts: dict[str, Value] = {**gone, "waived": asked.waives_claims, "request": request_id}
    done = Action.STAFF_ERASURE_DONE
    record(db, done, actor=by, now=now, case=session.id, detail=counts)
    return answered


def _reply(plan: Plan, asked: Erasure) -> Reply:
    if plan.is_whole:
        return Reply(asked.words, version=asked.version, mail=MAIL)
    return Reply(asked.words, Outcome.PARTLY, plan.ground, asked.version)


def _destroyed(
    db: Session, lookup: Lookup, session: VerificationSession, plan: Plan, now: datetime
) -> dict[str, Value]:
    """Does it, and counts what the event tells."""
    ids = [part.id for part in plan.erased]
    rows = select(Artifact).where(Artifact.id.in_(ids)).order_by(Artifact.id).with_for_update()
    gone = db.scalars(rows).all()
    for artifact in gone:
        destroy(db, artifact, ERASURE, now)
    stones = _end(db, lookup, session, now) if plan.is_whole else 0
    end_uploads(db, gone, now)
    return {
        "images": len(gone),
        "details": plan.is_whole,
        "kept": len(plan.kept),
        "tombstones": stones,
    }


def _end(db: Session, lookup: Lookup, session: VerificationSession, now: datetime) -> int:
    """Sets the day of the details; what was still open is over. How many tombstones are left."""
    stones = bury(db, lookup, session, now)
    session.record_rule, session.record_destroy_at = ERASURE, now + ANSWERED_WITHIN
    if session.status in OPEN:
        session.status = advance(session.status, Move.CANCEL)
        session.version += 1
    return stones
