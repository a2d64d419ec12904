"""Owns the queue page and the claiming of cases."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.review.claims import claim_named, my_claim, prolong
from kyc.review.claims import claim_next as take_next
from kyc.review.claims import release as give_back
from kyc.review.queue import Row, Tab, counts, page
from kyc.web import countries
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.texts import _
from kyc.web.words import document_name

review = Blueprint("review", __name__, url_prefix="/staff")

OLD, LATE = timedelta(hours=4), timedelta(hours=24)


@review.get("/queue")
@requires(Permission.SEE_QUEUE)
def queue() -> str:
    tab = _tab(request.args.get("tab", Tab.WAITING))
    me, moment = require_staff(), now()
    with reading() as db:
        try:
            shown = page(db, tab, me.id, moment, request.args.get("after", ""))
        except ValueError:
            abort(404)
        held = my_claim(db, me.id, moment)
        tabs = _tabs(counts(db, me.id, moment), tab)
        rows = [_row(row, tab, moment) for row in shown.rows]
    return render_template(
        "staff/queue.html",
        tabs=tabs,
        rows=rows,
        next_page_url=shown.next_key and url_for("review.queue", tab=tab, after=shown.next_key),
        my_case_url=held and url_for("review.case", session_id=held.session_id),
    )


@review.post("/claim-next")
@requires(Permission.REVIEW)
def claim_next() -> Response:
    with transaction() as db:
        claim = take_next(db, require_staff().id, claim_span(), now())
        target = claim and url_for("review.case", session_id=claim.session_id)
    if target is None:
        flash(_("Nothing waits for review now."), "info")
    return redirect(target or url_for("review.queue"))


@review.post("/cases/<session_id>/claim")
@requires(Permission.REVIEW)
def claim(session_id: str) -> Response:
    with transaction() as db:
        claim_named(db, session_id, require_staff().id, claim_span(), now())
    return redirect(url_for("review.case", session_id=session_id))


@review.post("/cases/<session_id>/release")
@requires(Permission.REVIEW)
def release(session_id: str) -> Response:
    with transaction() as db:
        give_back(db, session_id, require_staff().id, now())
    flash(_("Released: the case is back in the queue."), "info")
    return redirect(url_for("review.queue"))


@review.post("/cases/<session_id>/heartbeat")
@requires(Permission.REVIEW)
def heartbeat(session_id: str) -> Response:
    with transaction() as db:
        claim = prolong(db, session_id, require_staff().id, claim_span(), now())
        return jsonify(until=claim.expires_at.isoformat())


def claim_span() -> timedelta:
    return timedelta(minutes=runtime().settings.claim_minutes)


def _tab(untrusted: str) -> Tab:
    if untrusted not in set(Tab):
        abort(404)
    return Tab(untrusted)


def _tabs(found: dict[Tab, int], active: Tab) -> list[dict[str, Any]]:
    labels = {
        Tab.WAITING: _("Waiting"),
        Tab.MINE: _("Mine"),
        Tab.CUSTOMER: _("Waiting for customer"),
        Tab.DONE: _("Done"),
    }
    return [
        {
            "key": str(tab),
            "label": label,
            "count": found[tab],
            "url": url_for("review.queue", tab=tab),
            "active": tab == active,
        }
        for tab, label in labels.items()
    ]


def _row(row: Row, tab: Tab, moment: datetime) -> dict[str, Any]:
    session = row.session
    since = session.waiting_since or session.decided_at or session.created_at
    waited = moment - since
    age = "late" if waited >= LATE else "old" if waited >= OLD else "fresh"
    flags = [_("Redaction to confirm")] if row.to_confirm else []
    flags += [_("Asked again")] if session.attempt > 1 else []
    return {
        "id": session.id,
        "url": url_for("review.case", session_id=session.id),
        "reference": session.reference,
        "waiting_since": since,
        "waiting_minutes": int(waited.total_seconds() // 60),
        "age": age if tab in {Tab.WAITING, Tab.MINE} else "fresh",
        "country": countries.name(session.document_country or "") or "–",
        "document_type": document_name(session.document_type),
        "attempt": session.attempt,
        "flags": flags,
        "claimed_by": row.claimed_by,
        "status": session.status,
    }
