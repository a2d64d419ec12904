"""Owns telling the customer why an item is asked for again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.flows import flow_of
from kyc.models import Decision, VerificationSession
from kyc.policy.flow import Flow
from kyc.viewing import see
from kyc.web.context import runtime
from kyc.web.customer.viewing import customer_view
from kyc.web.texts import _
from kyc.web.words import reason_words


def last_decision(db: Session, session: VerificationSession) -> Decision | None:
    return db.scalars(
        select(Decision)
        .where(Decision.session_id == session.id)
        .order_by(Decision.attempt.desc())
        .limit(1)
    ).one_or_none()


def reason_texts(flow: Flow, decision: Decision, kind: str | None = None) -> list[str]:
    """What may be told of the reasons: those about `kind`, or about no item in particular."""
    given = [flow.reasons[code] for code in decision.reasons if code in flow.reasons]
    open_ = [reason for reason in given if not reason.internal]
    about = [reason for reason in open_ if kind is None or reason.item in {kind, None}]
    told = [reason_words(flow, reason) for reason in about or open_]
    return told or [_("The document could not be verified.")]


def message_of(db: Session, session: VerificationSession, decision: Decision) -> str:
    """The reviewer's own words to the customer, opened with what their request brought."""
    if decision.message is None:
        return ""
    return see(db, runtime().intake, customer_view(db), session.id, "message") or ""


def problem_with(session: VerificationSession, kind: str, db: Session) -> dict[str, str] | None:
    """Why this item is asked for again, with the reviewer's own words if there are any."""
    if kind not in session.requested_items:
        return None
    decision = last_decision(db, session)
    if decision is None:
        return None
    parts = [*reason_texts(flow_of(db, session), decision, kind), message_of(db, session, decision)]
    return {
        "title": _("We need this picture again"),
        "text": " ".join(part for part in parts if part),
    }
