"""Owns what is done with a case: preview, decide, take back."""

from dataclasses import asdict

from flask import abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.errors import InvalidInputError
from kyc.flows import flow_of
from kyc.models import VerificationSession
from kyc.review.claims import claim_next, require_claim
from kyc.review.deciding import give_verdict
from kyc.review.taking_back import take_back as undo
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.errors import wants_json
from kyc.web.review.case_view import case_page
from kyc.web.review.forms import DecisionForm
from kyc.web.review.preview import preview_of
from kyc.web.review.queue_pages import claim_span, review
from kyc.web.texts import sentence

Page = str | Response | tuple[str, int]


@review.post("/cases/<session_id>/decide")
@requires(Permission.REVIEW)
def decide_case(session_id: str) -> Page:
    """A verdict is given once; a stale or lapsed one gets 409 and says what changed."""
    form = DecisionForm()
    if not form.validate():
        return _again(session_id, form)
    try:
        with transaction() as db:
            give_verdict(
                db,
                runtime().vault,
                session_id,
                require_staff().id,
                form.verdict(),
                attempts=runtime().settings.attempts,
                now=now(),
            )
    except InvalidInputError as error:
        form.outcome.errors = [sentence(error)]
        return _again(session_id, form)
    return _onward()


@review.post("/cases/<session_id>/preview")
@requires(Permission.REVIEW)
def preview_decision(session_id: str) -> Page:
    """What the customer would read; nothing is written. A page without a script is shown anew."""
    form = DecisionForm()
    with reading() as db:
        session = db.get(VerificationSession, session_id)
        if session is None:
            abort(404)
        require_claim(db, session_id, require_staff().id, now())
        if not form.validate():
            return _again(session_id, form)
        preview = preview_of(session, flow_of(db, session), form.verdict(), runtime().settings)
        if wants_json():
            return jsonify(asdict(preview))
        return case_page(db, session_id, form, preview)


@review.post("/verdicts/<verdict_id>/take-back")
@requires(Permission.REVIEW)
def take_back(verdict_id: str) -> Response:
    with transaction() as db:
        verdict = undo(db, verdict_id, require_staff().id, now())
    return redirect(url_for("review.case", session_id=verdict.session_id))


def _again(session_id: str, form: DecisionForm) -> tuple[str, int]:
    with reading() as db:
        return case_page(db, session_id, form), 422


def _onward() -> Response:
    """To the next case where that was asked for, else to the queue."""
    if not request.form.get("then"):
        return redirect(url_for("review.queue"))
    with transaction() as db:
        claim = claim_next(db, require_staff().id, claim_span(), now())
        target = claim and url_for("review.case", session_id=claim.session_id)
    return redirect(target or url_for("review.queue"))
