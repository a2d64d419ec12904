"""Owns the case page: compare, look, decide."""

from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from kyc.access import Permission
from kyc.documents.redaction import for_screen
from kyc.errors import InvalidInputError
from kyc.evidence import open_artifact
from kyc.holds import held_until
from kyc.lifecycle import Status
from kyc.models import Claim, VerificationSession
from kyc.review.claims import my_claim
from kyc.review.deciding import Outcome, decide
from kyc.review.looking import SCREEN_SIDE, ZOOMED_SIDE, look, record_view
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.review.case_contents import (
    checklist_shown,
    details_shown,
    facts_shown,
    history_shown,
    images_shown,
    reasons_shown,
    statement_shown,
)
from kyc.web.review.forms import DecisionForm
from kyc.web.review.queue_pages import review
from kyc.web.texts import _, sentence

Page = str | AnyResponse | tuple[str, int]


@review.get("/cases/<session_id>")
@requires(Permission.REVIEW)
def case(session_id: str) -> Page:
    """Who holds the case sees what the customer said of themselves: that is an event too."""
    me = require_staff()
    with reading() as db:
        held = my_claim(db, me.id, now())
        mine = held is not None and held.session_id == session_id
    if mine:
        with transaction() as db:
            record_view(db, session_id, me.id, now())
    with reading() as db:
        return _case_page(db, session_id, DecisionForm(formdata=None))


@review.post("/cases/<session_id>/decide")
@requires(Permission.REVIEW)
def decide_case(session_id: str) -> Page:
    """A decision is written once; a stale or lapsed one gets 409 and says why."""
    form = DecisionForm()
    me, settings = require_staff(), runtime().settings
    if not form.validate():
        with reading() as db:
            return _case_page(db, session_id, form), 422
    try:
        with transaction() as db:
            decide(
                db,
                runtime().vault,
                session_id,
                me.id,
                form.verdict(),
                attempts=settings.attempts,
                lasts=timedelta(days=settings.session_days),
                now=now(),
            )
    except InvalidInputError as error:
        form.outcome.errors = [sentence(error)]
        with reading() as db:
            return _case_page(db, session_id, form), 422
    flash(_said(form.verdict().outcome), "success")
    return redirect(url_for("review.queue"))


@review.get("/images/<artifact_id>")
@requires(Permission.LOOK)
def image(artifact_id: str) -> Response:
    """One image, rendered for this look: the event is committed before the first byte."""
    me, moment = require_staff(), now()
    with transaction() as db:
        artifact = look(db, artifact_id, me.id, moment)
    plain = open_artifact(runtime().vault, artifact)
    mark = (me.name, f"{artifact.session_id[:11]} {moment:%Y-%m-%d %H:%M} UTC")
    side = ZOOMED_SIDE if request.args.get("zoom") else SCREEN_SIDE
    answer = Response(for_screen(plain, mark, side), mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _case_page(db: Session, session_id: str, form: DecisionForm) -> str:
    session = db.get(VerificationSession, session_id)
    if session is None:
        abort(404)
    me, moment = require_staff(), now()
    held = my_claim(db, me.id, moment)
    mine = held is not None and held.session_id == session_id
    vault, settings = runtime().vault, runtime().settings
    return render_template(
        "staff/case.html",
        case=_case(session, held if mine else None, held_until(db, session_id, moment)),
        details=details_shown(vault, session) if mine else [],
        statement=statement_shown(db, session, settings) if mine else None,
        images=images_shown(db, session) if mine else [],
        facts=facts_shown(session) if mine else [],
        checklist=checklist_shown(db, session),
        form=form,
        reasons=reasons_shown(),
        history=history_shown(db, vault, session, with_notes=mine),
        **_urls(session_id, waits=session.status == Status.PROCESSING),
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
        "decide_url": url_for("review.decide_case", session_id=session_id),
        "release_url": url_for("review.release", session_id=session_id),
        "heartbeat_url": url_for("review.heartbeat", session_id=session_id),
        "claim_url": url_for("review.claim", session_id=session_id) if waits else None,
    }


def _said(outcome: Outcome) -> str:
    return {
        Outcome.APPROVE: _("Approved. The customer is told by mail."),
        Outcome.REQUEST_INPUT: _("Sent back. The customer is asked by mail for what is missing."),
        Outcome.REJECT: _("Rejected. The customer is told by mail."),
    }[outcome]
