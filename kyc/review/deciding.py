"""Owns verdicts: what a reviewer fills in, its checks, and writing it down."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import seal_text
from kyc.flows import flow_of
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.models import Claim, GivenVerdict, VerificationSession
from kyc.policy.document_types import items_of
from kyc.policy.flow import Flow
from kyc.policy.seats import Lane, may_escalate
from kyc.restrictions import require_unrestricted
from kyc.review.changes import require_unchanged
from kyc.review.lanes import place_of
from kyc.review.taking_back import TAKE_BACK
from kyc.review.ticks import Lines, lines_of
from storage.vault import Vault

MAX_TEXT = 2000


class Outcome(StrEnum):
    APPROVE = "approve"
    REQUEST_INPUT = "request_input"
    REJECT = "reject"
    ESCALATE = "escalate"


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


def give_verdict(
    db: Session,
    vault: Vault,
    session_id: str,
    staff_id: str,
    verdict: Verdict,
    *,
    attempts: int,
    now: datetime,
) -> GivenVerdict:
    """Writes the verdict down and owes its effect, which comes `TAKE_BACK` later.

    Raises NotFoundError for no such case, RestrictedError, ConflictError for a stale version or a
    lapsed claim, saying what changed, InvalidInputError for an approval with an open checklist, a
    negative outcome without reason or item, a reason that the case's flow does not offer, or a
    missing note.
    """
    session = db.get(VerificationSession, session_id)
    if session is None:
        raise NotFoundError("no such case")
    require_unrestricted(db, session.id)
    claim = require_unchanged(db, session, staff_id, verdict.version, now)
    flow = flow_of(db, session)
    check_verdict(verdict, session, attempts, flow, lines_of(db, session, flow))
    given = _write(db, vault, session, claim, verdict, now)
    session.review_lane = Lane.SETTLING
    session.version += 1
    db.delete(claim)
    owe(db, OwedJobName.SETTLE, given.id, now, after=TAKE_BACK)
    record(
        db,
        Action.STAFF_VERDICT_GIVEN,
        actor=Actor("staff", staff_id),
        now=now,
        case=session.id,
        object_id=given.id,
        detail={
            "outcome": str(verdict.outcome),
            "kind": given.seat,
            "reasons": sorted(verdict.reasons),
            "items": sorted(verdict.items),
        },
    )
    return given


def check_verdict(
    verdict: Verdict,
    session: VerificationSession,
    attempts: int,
    flow: Flow,
    lines: Lines | None = None,
) -> None:
    """`lines` are those to be ticked before an approval; without them, the flow's.

    Raises InvalidInputError, saying what is missing or does not belong together.
    """
    if max(len(verdict.note), len(verdict.message)) > MAX_TEXT:
        raise InvalidInputError(f"notes and messages have at most {MAX_TEXT} characters")
    if verdict.outcome == Outcome.ESCALATE:
        _check_escalation(verdict, session, flow)
        return
    if verdict.outcome == Outcome.APPROVE:
        _check_approval(verdict, frozenset(key for key, _text in lines or flow.checklist))
    else:
        _check_reasons(verdict, flow)
    if verdict.outcome == Outcome.REQUEST_INPUT:
        _check_request(verdict, session, attempts, flow)
    if verdict.outcome in flow.notes_for and not verdict.note.strip():
        raise InvalidInputError("write a note for colleagues: this flow asks for one")


def _check_reasons(verdict: Verdict, flow: Flow) -> None:
    if not verdict.reasons:
        raise InvalidInputError("choose at least one reason")
    if not verdict.reasons <= flow.reasons.keys():
        raise InvalidInputError("the flow of this case does not offer one of these reasons")
    if any(flow.reasons[code].passes_on for code in verdict.reasons):
        raise InvalidInputError("one of the reasons can only pass the case on")
    empty = [
        flow.reasons[code].label for code in verdict.reasons if flow.reasons[code].needs_message
    ]
    if empty and not verdict.message.strip():
        raise InvalidInputError(f"the reason “{min(empty)}” needs a message to the customer")


def _check_escalation(verdict: Verdict, session: VerificationSession, flow: Flow) -> None:
    if not may_escalate(place_of(session)):
        raise InvalidInputError("a senior reviewer decides: approve, ask again or reject")
    if not verdict.note.strip():
        raise InvalidInputError("write a note that says why a senior should decide")
    to_seniors = {code for code, reason in flow.reasons.items() if reason.passes_on}
    if not verdict.reasons <= to_seniors:
        raise InvalidInputError("choose only reasons for passing a case on, or none")
    if verdict.items or verdict.message.strip():
        raise InvalidInputError("a case that is passed on tells the customer nothing yet")


def _check_approval(verdict: Verdict, lines: frozenset[str]) -> None:
    if verdict.checked != lines:
        raise InvalidInputError("tick the whole checklist before you approve")
    if verdict.reasons or verdict.items:
        raise InvalidInputError("an approval has no reasons and asks for nothing")


def _check_request(
    verdict: Verdict, session: VerificationSession, attempts: int, flow: Flow
) -> None:
    if not verdict.items or not verdict.items <= set(items_of(session.document_type)):
        raise InvalidInputError("name at least one item of this case to ask for again")
    if any(not flow.reasons[code].retryable for code in verdict.reasons):
        raise InvalidInputError("one of the reasons can only reject")
    asked = {None, *verdict.items}
    stray = [reason.label for code in verdict.reasons
             if (reason := flow.reasons[code]).item not in asked]  # fmt: skip
    if stray:
        raise InvalidInputError(f"the reason “{min(stray)}” is about what is not asked for again")
    if session.attempt >= attempts:
        raise InvalidInputError("the customer has no attempts left: approve or reject")


def _write(
    db: Session,
    vault: Vault,
    session: VerificationSession,
    claim: Claim,
    verdict: Verdict,
    now: datetime,
) -> GivenVerdict:
    given = GivenVerdict(
        session_id=session.id,
        attempt=session.attempt,
        seat=session.review_seat,
        lane=session.review_lane,
        staff_id=claim.staff_id,
        outcome=verdict.outcome,
        checklist=sorted(verdict.checked),
        items=sorted(verdict.items),
        reasons=sorted(verdict.reasons),
        note=_sealed(vault, session, "note", verdict.note),
        message=_sealed(vault, session, "message", verdict.message),
        waiting_since=session.waiting_since,
        claimed_at=claim.claimed_at,
        claim_expires_at=claim.expires_at,
        at=now,
    )
    db.add(given)
    try:
        db.flush()
    except IntegrityError as error:
        raise ConflictError("you have judged this case: somebody else must look now") from error
    return given


def _sealed(vault: Vault, session: VerificationSession, field: str, text: str) -> bytes | None:
    return seal_text(vault, session, field, text.strip()) if text.strip() else None
