"""Owns the queue page and the claiming of cases."""

from datetime import timedelta

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.review.claims import claim_named, my_claim, prolong
from kyc.review.claims import claim_next as take_next
from kyc.review.claims import release as give_back
from kyc.review.queue import Page as QueuePage
from kyc.review.queue import Tab, counts, page
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.review.filter_form import FilterForm
from kyc.web.review.queue_contents import queue_row, queue_tabs
from kyc.web.review.taking_back import take_back_bar
from kyc.web.texts import _

Page = str | tuple[str, int]

review = Blueprint("review", __name__, url_prefix="/staff")


@review.get("/queue")
@requires(Permission.SEE_QUEUE)
def queue() -> Page:
    """A filter that the form does not offer gets 422 and says which; no row is shown for it."""
    tab = _tab(request.args.get("tab", Tab.WAITING))
    form = FilterForm(request.args)
    if not form.validate():
        return _queue_page(tab, form, None), 422
    with reading() as db:
        try:
            after = request.args.get("after", "")
            shown = page(db, tab, require_staff().id, now(), after, form.filters())
        except ValueError:
            abort(404)
        return _queue_page(tab, form, shown)


def _queue_page(tab: Tab, form: FilterForm, shown: QueuePage | None) -> str:
    me, moment = require_staff(), now()
    with reading() as db:
        held = my_claim(db, me.id, moment)
        tabs = queue_tabs(counts(db, me.id, moment), tab, form)
        rows = [queue_row(row, tab, moment) for row in shown.rows] if shown else []
        next_key = shown.next_key if shown else None
        bar = take_back_bar(db, me.id, moment)
    kept = form.kept()
    return render_template(
        "staff/queue.html",
        tabs=tabs,
        tab=str(tab),
        rows=rows,
        form=form,
        is_filtered=bool(kept),
        looked_through=shown.looked_through if shown else None,
        is_further="after" in request.args,
        take_back=bar,
        all_url=url_for("review.queue", tab=tab),
        next_page_url=next_key and url_for("review.queue", tab=tab, after=next_key, **kept),
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
