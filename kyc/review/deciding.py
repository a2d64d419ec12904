"""Owns decisions: approve, ask again for named items, reject."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.evidence import retain
from kyc.fields import seal_text
from kyc.flows import flow_of
from kyc.lifecycle import ArtifactState, Move, advance
from kyc.mails import owe_mail
from kyc.models import Artifact, Claim, Decision, VerificationSession
from kyc.policy.document_types import items_of
from kyc.policy.reasons import REASONS
from kyc.policy.retention import due_at
from kyc.review.claims import require_claim
from kyc.viewing import show
from storage.vault import Vault

MAX_TEXT = 2000


class Outcome(StrEnum):
    APPROVE = "approve"
    REQUEST_INPUT = "request_input"
    REJECT = "reject"


@dataclass(frozen=True)
class Verdict:
    """What the reviewer filled in; `version` is the case's version that they looked at."""

    outcome: Outcome
    version: int
    checked: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    note: str = ""
    message: str = ""


_MOVES = {
    Outcome.APPROVE: (Move.APPROVE, Action.STAFF_DECISION_APPROVED, "verified"),
    Outcome.REQUEST_INPUT: (Move.REQUEST_INPUT, Action.STAFF_DECISION_INPUT_REQUESTED, "asked"),
    Outcome.REJECT: (Move.REJECT, Action.STAFF_DECISION_REJECTED, "rejected"),
}

_RETENTION = {
    Outcome.APPROVE: "approved",
    Outcome.REQUEST_INPUT: "asked_again",
    Outcome.REJECT: "rejected",
}


def decide(
    db: Session,
    vault: Vault,
    session_id: str,
    staff_id: str,
    verdict: Verdict,
    *,
    attempts: int,
    lasts: timedelta,
    now: datetime,
) -> Decision:
    """Writes the one decision of this attempt and everything that follows from it.

    Raises NotFoundError for no such case, ConflictError for a stale version or a lapsed claim,
    InvalidInputError for an approval with an open checklist or a negative outcome without reason
    or item.
    """
    session = db.get(VerificationSession, session_id, with_for_update=True)
    if session is None:
        raise NotFoundError("no such case")
    require_claim(db, session_id, staff_id, now)
    if session.version != verdict.version:
        raise ConflictError("the case has changed since you opened it")
    _check(verdict, session, attempts, flow_of(db, session).check_keys)
    decision = _write(db, vault, session, staff_id, verdict, now)
    _apply(db, session, verdict, lasts, now)
    db.delete(db.get_one(Claim, session_id))
    move_action = _MOVES[verdict.outcome][1]
    record(
        db,
        move_action,
        actor=Actor("staff", staff_id),
        now=now,
        case=session.id,
        object_id=decision.id,
        detail={"reasons": sorted(verdict.reasons), "items": sorted(verdict.items)},
    )
    return decision


def _check(
    verdict: Verdict, session: VerificationSession, attempts: int, lines: frozenset[str]
) -> None:
    if max(len(verdict.note), len(verdict.message)) > MAX_TEXT:
        raise InvalidInputError(f"notes and messages have at most {MAX_TEXT} characters")
    if verdict.outcome == Outcome.APPROVE:
        _check_approval(verdict, lines)
        return
    if not verdict.reasons or not verdict.reasons <= REASONS.keys():
        raise InvalidInputError("choose at least one reason")
    if "other" in verdict.reasons and not verdict.message.strip():
        raise InvalidInputError("the reason “other” needs a message to the customer")
    if verdict.outcome == Outcome.REQUEST_INPUT:
        _check_request(verdict, session, attempts)


def _check_approval(verdict: Verdict, lines: frozenset[str]) -> None:
    if verdict.checked != lines:
        raise InvalidInputError("tick the whole checklist before you approve")
    if verdict.reasons or verdict.items:
        raise InvalidInputError("an approval has no reasons and asks for nothing")


def _check_request(verdict: Verdict, session: VerificationSession, attempts: int) -> None:
    if not verdict.items or not verdict.items <= set(items_of(session.document_type)):
        raise InvalidInputError("name at least one item of this case to ask for again")
    if any(not REASONS[code].retryable for code in verdict.reasons):
        raise InvalidInputError("one of the reasons can only reject")
    if session.attempt >= attempts:
        raise InvalidInputError("the customer has no attempts left: approve or reject")


def _write(
    db: Session,
    vault: Vault,
    session: VerificationSession,
    staff_id: str,
    verdict: Verdict,
    now: datetime,
) -> Decision:
    decision = Decision(
        session_id=session.id,
        attempt=session.attempt,
        staff_id=staff_id,
        outcome=verdict.outcome,
        checklist=sorted(verdict.checked),
        items=sorted(verdict.items),
        reasons=sorted(verdict.reasons),
        note=_sealed(vault, session, "note", verdict.note),
        message=_sealed(vault, session, "message", verdict.message),
        at=now,
    )
    db.add(decision)
    db.flush()
    show(db, vault, session.id, "message", verdict.message.strip() or None)
    return decision


def _sealed(vault: Vault, session: VerificationSession, field: str, text: str) -> bytes | None:
    return seal_text(vault, session, field, text.strip()) if text.strip() else None


def _apply(
    db: Session, session: VerificationSession, verdict: Verdict, lasts: timedelta, now: datetime
) -> None:
    move, _, mail = _MOVES[verdict.outcome]
    session.status = advance(session.status, move)
    session.version += 1
    session.waiting_since = None
    if verdict.outcome == Outcome.REQUEST_INPUT:
        session.attempt += 1
        session.requested_items = sorted(verdict.items)
        session.expires_at = now + lasts
    else:
        session.decided_at = now
    if verdict.outcome == Outcome.REJECT:
        session.record_rule = "record_rejected"
        session.record_destroy_at = due_at(flow_of(db, session).retention, "record_rejected", now)
    _set_clocks(db, session, verdict, now)
    owe_mail(db, session, mail, now)


def _set_clocks(db: Session, session: VerificationSession, verdict: Verdict, now: datetime) -> None:
    """Every image of the case gets its date of destruction; those asked again may go earlier.

    What was replaced and is only there because the case is held goes when the hold ends.
    """
    images = select(Artifact).where(
        Artifact.session_id == session.id, Artifact.state == ArtifactState.STORED
    )
    for artifact in db.scalars(images):
        if artifact.destroy_rule in {"asked_again", "superseded"}:
            continue
        retain(db, artifact, _RETENTION[verdict.outcome], now)
