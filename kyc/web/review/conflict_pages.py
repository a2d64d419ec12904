"""Owns declaring a conflict of interest from the page of a case."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.review.conflicts import declare
from kyc.web.auth import requires
from kyc.web.context import now, require_staff
from kyc.web.database import transaction
from kyc.web.review.queue_pages import review
from kyc.web.texts import _


@review.post("/cases/<session_id>/conflict")
@requires(Permission.REVIEW)
def declare_conflict(session_id: str) -> Response:
    with transaction() as db:
        declare(db, session_id, require_staff().id, now())
    flash(_("Thank you. This case is not offered to you any more."), "success")
    return redirect(url_for("review.queue"))
