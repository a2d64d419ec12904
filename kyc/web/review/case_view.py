"""Owns putting the page of a case together, from what this person may see of it."""

from datetime import datetime
from typing import Any

from flask import abort, render_template, url_for
from sqlalchemy.orm import Session

from kyc.flows import flow_of
from kyc.holds import held_until
from kyc.lifecycle import Status
from kyc.models import Claim, VerificationSession
from kyc.restrictions import restriction_on
from kyc.review.claims import my_claim
from kyc.review.deciding import Outcome
from kyc.web.context import now, require_staff, runtime
from kyc.web.oversight.dates_shown import dates_shown
from kyc.web.review.case_contents import (
    checklist_shown,
    details_shown,
    facts_shown,
    images_shown,
    reasons_shown,
    statement_shown,
)
from kyc.web.review.case_corrections import corrections_told
from kyc.web.review.case_history import history_shown
from kyc.web.review.case_likeness import likeness_shown
from kyc.web.review.forms import DecisionForm, form_for, offered
from kyc.web.review.preview import Preview
from kyc.web.review.taking_back import take_back_bar


def case_page(
    db: Session,
    session_id: str,
    form: DecisionForm | None = None,
    preview: Preview | None = None,
) -> str:
    """The page as this person may see it; who took a verdict back finds it filled in again."""
    session = db.get(VerificationSession, session_id)
    if session is None:
        abort(404)
    me, moment = require_staff(), now()
    held = my_claim(db, me.id, moment)
    restricted = restriction_on(db, session_id) is not None
    mine = held is not None and held.session_id == session_id and not restricted
    vault, settings, flow = runtime().vault, runtime().settings, flow_of(db, session)
    form = form or form_for(db, vault, session, me.id if mine else None)
    return render_template(
        "staff/case.html",
        case=_case(session, held if mine else None, held_until(db, session_id, moment)),
        restricted=restricted,
        corrections=corrections_told(db, vault, session, with_values=mine),
        details=details_shown(vault, session) if mine else [],
        statement=statement_shown(db, session, settings) if mine else None,
        images=images_shown(db, session) if mine else [],
        facts=facts_shown(db, session) if mine else [],
        likeness=likeness_shown(db, session, me) if mine else [],
        checklist=checklist_shown(db, session, flow),
        form=offered(form, session),
        preview=preview,
        take_back=take_back_bar(db, me.id, moment),
        reasons=reasons_shown(flow),
        notes_for=sorted({*flow.notes_for, Outcome.ESCALATE}),
        dates=dates_shown(db, session, moment),
        history=[] if restricted else history_shown(db, vault, session, with_notes=mine),
        **_urls(session_id, waits=session.status == Status.PROCESSING and not restricted),
    )


def _case(
    session: VerificationSession, claim: Claim | None, hold_ends: datetime | None
) -> dict[str, Any]:
    return {
        "id": session.id,
        "reference": session.reference,
        "version": session.version,
        "status": session.status,
        "claimed_until": claim.expires_at if claim else None,
        "mine": claim is not None,
        "submitted_at": session.submitted_at,
        "attempt": session.attempt,
        "held_until": hold_ends,
    }


def _urls(session_id: str, *, waits: bool) -> dict[str, str | None]:
    return {
        "preview_url": url_for("review.preview_decision", session_id=session_id),
        "decide_url": url_for("review.decide_case", session_id=session_id),
        "release_url": url_for("review.release", session_id=session_id),
        "heartbeat_url": url_for("review.heartbeat", session_id=session_id),
        "claim_url": url_for("review.claim", session_id=session_id) if waits else None,
    }
