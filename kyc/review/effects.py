"""Owns what follows from a decision: the status, the clocks, and what the customer is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.fields import open_text, seal_text
from kyc.flows import flow_of
from kyc.lifecycle import Move, advance
from kyc.mails import owe_mail
from kyc.models import Decision, GivenVerdict, VerificationSession
from kyc.policy.retention import due_at
from kyc.policy.seats import BEGINNING
from kyc.review.deciding import Outcome
from kyc.review.images_after import images_decided
from kyc.viewing import show
from storage.vault import Vault

_MOVES = {
    Outcome.APPROVE: (Move.APPROVE, Action.STAFF_DECISION_APPROVED, "verified"),
    Outcome.REQUEST_INPUT: (Move.REQUEST_INPUT, Action.STAFF_DECISION_INPUT_REQUESTED, "asked"),
    Outcome.REJECT: (Move.REJECT, Action.STAFF_DECISION_REJECTED, "rejected"),
}

MAIL_OF = {outcome: mail for outcome, (_move, _action, mail) in _MOVES.items()}

_RETENTION = {
    Outcome.APPROVE: "approved",
    Outcome.REQUEST_INPUT: "asked_again",
    Outcome.REJECT: "rejected",
}


def conclude(
    db: Session,
    vault: Vault,
    session: VerificationSession,
    verdicts: Sequence[GivenVerdict],
    lasts: timedelta,
    now: datetime,
) -> Decision:
    """Writes the one decision of this attempt and everything that follows from it.

    `verdicts` is the one that stands, or the two that agree: then the customer is told the
    reasons of both, and both messages.
    """
    decision = _write(db, vault, session, verdicts, now)
    outcome = Outcome(decision.outcome)
    _apply(db, session, decision, lasts, now)
    record(
        db,
        _MOVES[outcome][1],
        actor=Actor("staff", decision.staff_id),
        now=now,
        case=session.id,
        object_id=decision.id,
        detail={"reasons": decision.reasons, "items": decision.items},
    )
    return decision


def _write(
    db: Session,
    vault: Vault,
    session: VerificationSession,
    verdicts: Sequence[GivenVerdict],
    now: datetime,
) -> Decision:
    last = verdicts[-1]
    message = _joined_message(vault, session, verdicts)
    decision = Decision(
        session_id=session.id,
        attempt=session.attempt,
        staff_id=last.staff_id,
        outcome=last.outcome,
        checklist=last.checklist,
        items=last.items,
        reasons=sorted({code for verdict in verdicts for code in verdict.reasons}),
        note=last.note,
        message=seal_text(vault, session, "message", message) if message else None,
        at=now,
    )
    db.add(decision)
    db.flush()
    show(db, vault, session.id, "message", message or None)
    return decision


def _joined_message(
    vault: Vault, session: VerificationSession, verdicts: Sequence[GivenVerdict]
) -> str:
    sealed = [verdict.message for verdict in verdicts if verdict.message is not None]
    texts = [open_text(vault, session, "message", blob) for blob in sealed]
    return "\n\n".join(dict.fromkeys(texts))


def _apply(
    db: Session, session: VerificationSession, decision: Decision, lasts: timedelta, now: datetime
) -> None:
    outcome = Outcome(decision.outcome)
    move, _action, mail = _MOVES[outcome]
    session.status = advance(session.status, move)
    session.version += 1
    session.waiting_since = None
    session.review_lane, session.review_seat = BEGINNING.lane, BEGINNING.seat
    if outcome == Outcome.REQUEST_INPUT:
        session.attempt += 1
        session.requested_items = decision.items
        session.expires_at = now + lasts
    else:
        session.decided_at = now
    if outcome == Outcome.REJECT:
        session.record_rule = "record_rejected"
        session.record_destroy_at = due_at(flow_of(db, session).retention, "record_rejected", now)
    is_final = outcome != Outcome.REQUEST_INPUT
    images_decided(db, session, _RETENTION[outcome], now, is_final=is_final)
    owe_mail(db, session, mail, now)
