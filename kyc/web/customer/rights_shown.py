"""Owns what customers see of their requests, of what was corrected, and of who watches over it."""

from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.desk.requests import ANSWER, EXTENSION, shown_name
from kyc.desk.words import seen
from kyc.fields import see_details
from kyc.models import CorrectionItem, PrivacyRequest, VerificationSession
from kyc.policy.authorities import authority_of
from kyc.policy.grounds import GROUNDS
from kyc.policy.rights import EXTENSION_REASONS, RIGHTS, UNANSWERED, RequestState, Right
from kyc.privacy.controller import controller_of
from kyc.restrictions import restriction_on
from kyc.web import countries
from kyc.web.context import runtime
from kyc.web.customer.viewing import customer_view
from kyc.web.texts import _, _l
from storage.boxes import PrivateHalf

STATES = {
    RequestState.OPEN: _l("We work on it"),
    RequestState.EXTENDED: _l("We need more time"),
    RequestState.ANSWERED: _l("Answered"),
    RequestState.REFUSED: _l("Refused"),
    RequestState.WITHDRAWN: _l("Withdrawn"),
}
TONES = {
    RequestState.ANSWERED: "badge-good",
    RequestState.REFUSED: "badge-bad",
    RequestState.EXTENDED: "badge-warn",
}
ITEMS = {
    "asked": _l("We look into it"),
    "accepted": _l("Corrected"),
    "refused": _l("Left as it is"),
}
FIELDS = {
    "surname": _l("Surname"),
    "given_names": _l("Given names"),
    "patronymic": _l("Patronymic"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "date_of_birth": _l("Date of birth"),
    "nationality": _l("Nationality"),
    "residence": _l("Country of residence"),
    "entity_name": _l("Name of the organisation"),
    "entity_registry_code": _l("Registry code"),
    "entity_country": _l("Country of registration"),
    "entity_role": _l("Your role"),
}
NAMED_COUNTRIES = frozenset({"nationality", "residence", "entity_country"})


def requests_shown(
    requests: list[PrivacyRequest], view: PrivateHalf | None, session_id: str
) -> list[dict[str, Any]]:
    """The newest first; their words are opened with what the customer's request brought."""
    return [_request(one, view, session_id) for one in requests]


def corrected_shown(
    db: Session, view: PrivateHalf | None, case: VerificationSession
) -> list[dict[str, Any]]:
    """What was asked to be corrected and what it was before, by the customer's own copies."""
    asked_no_more = (CorrectionItem.state == "asked") & PrivacyRequest.state.not_in(UNANSWERED)
    mine = (
        select(CorrectionItem)
        .join(PrivacyRequest, PrivacyRequest.id == CorrectionItem.request_id)
        .where(CorrectionItem.session_id == case.id, ~asked_no_more)
    )
    items = db.scalars(mine.order_by(CorrectionItem.request_id, CorrectionItem.field))
    return [
        {
            "field": FIELDS[item.field],
            "asked": _value(item, "asked", item.shown_asked, view),
            "former": _value(item, "former", item.shown_former, view),
            "state": ITEMS[item.state],
            "at": item.decided_at,
        }
        for item in items
    ]


def authority_shown(db: Session, case: VerificationSession) -> dict[str, Any]:
    """That of where the customer lives, and the one that the business itself names."""
    known = None
    if case.details is not None:
        known = see_details(db, runtime().intake, customer_view(db), case)
    particulars = controller_of(runtime().settings).particulars
    named = particulars["authority"]
    return {
        "own": authority_of(known.residence) if known else None,
        "of_business": named if isinstance(named, str) else "",
    }


def restriction_told(db: Session, case: VerificationSession, *, with_end: bool = True) -> str:
    """What a restriction means for the customer, and that it is going to end (Art. 18(3))."""
    found = restriction_on(db, case.id)
    if found is None:
        return ""
    told = _("Nobody looks at your verification or decides about it. You may still send what was"
             " asked for, see what we hold and withdraw.")  # fmt: skip
    if found.announced_at is None or not with_end:
        return told
    return (
        told
        + " "
        + _(
            "We are going to lift this restriction, at the earliest a day after our mail. If you do"
            " not agree, ask for it again below."
        )
    )


def _request(request: PrivacyRequest, view: PrivateHalf | None, session_id: str) -> dict[str, Any]:
    state, ground = RequestState(request.state), GROUNDS.get(request.ground or "")

    def told(name: str, box: bytes | None) -> str:
        if view is None:
            return ""
        return seen(runtime().intake, view, session_id, shown_name(request, name), box)

    return {
        "id": request.id,
        "name": RIGHTS[Right(request.kind)].name,
        "state": STATES[state],
        "tone": TONES.get(state, ""),
        "is_open": request.state in UNANSWERED,
        "is_refusal": ground is not None,
        "received_at": request.received_at,
        "due_at": request.due_at,
        "answered_at": request.answered_at,
        "words": told("words", request.shown_words),
        "extended_reason": EXTENSION_REASONS.get(request.extended_reason or "", ""),
        "extension": told(EXTENSION, request.shown_extension),
        "ground": f"{_(ground.text)} ({ground.article})" if ground else "",
        "answer": told(ANSWER, request.shown_answer),
        "withdraw_url": url_for("customer.withdraw_request", request_id=request.id),
    }


def _value(item: CorrectionItem, name: str, box: bytes | None, view: PrivateHalf | None) -> str:
    if view is None:
        return ""
    text = seen(runtime().intake, view, item.session_id, f"{item.id} {name}", box)
    return countries.name(text) if text and item.field in NAMED_COUNTRIES else text
