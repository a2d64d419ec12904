"""Owns the pages on which the customer tells who they are and which document they have."""

from flask import redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from kyc.fields import see_details
from kyc.flows import flow_of
from kyc.intake.giving_details import acknowledge_notice, give_details
from kyc.intake.submitting import choose_document
from kyc.lifecycle import ItemKind
from kyc.policy.flow import Flow
from kyc.policy.notice import NoticeSaid
from kyc.privacy.notice_words import notice_said
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import now, runtime
from kyc.web.customer.entrance import customer
from kyc.web.customer.forms import DetailsForm, DocumentForm
from kyc.web.customer.steps import next_url, steps
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.languages import LANGUAGES


@customer.route("/verify/details", methods=["GET", "POST"])
@customer_only
def details() -> str | Response:
    with reading() as db:
        session = customer_session(db)
        known = see_details(db, runtime().intake, customer_view(db), session)
        if session.attempt > 1 or session.status not in {"created", "requires_input"}:
            return redirect(next_url(db, session))
        form = DetailsForm(obj=known, today=now().date())
        if not form.validate_on_submit():
            line, flow = steps(db, session, "details"), flow_of(db, session)
            return render_template(
                "customer/details.html", form=form, notice=_notice(flow), steps=line
            )
    with transaction() as db:
        session = customer_session(db)
        shown = _notice(flow_of(db, session), request.form.get("notice_language", ""))
        acknowledge_notice(db, session, shown, now())
        give_details(
            db,
            runtime().intake,
            runtime().lookup,
            session,
            form.details(),
            minimum_age=runtime().settings.minimum_age,
            now=now(),
        )
        return redirect(next_url(db, session))


@customer.route("/verify/document", methods=["GET", "POST"])
@customer_only
def document() -> str | Response:
    with reading() as db:
        session = customer_session(db)
        front_wanted = (
            not session.requested_items or ItemKind.DOCUMENT_FRONT in session.requested_items
        )
        if session.status != "requires_input" or not front_wanted:
            return redirect(next_url(db, session))
        form = DocumentForm(obj=session, flow=flow_of(db, session))
        if not form.validate_on_submit():
            line = steps(db, session, "document")
            return render_template("customer/document.html", form=form, steps=line)
    with transaction() as db:
        session = customer_session(db)
        chosen = form.document_type.data, form.document_country.data
        choose_document(db, session, *chosen, now())
        return redirect(next_url(db, session))


def _notice(flow: Flow, language: str = "") -> NoticeSaid:
    """The notice in force with the periods of the customer's flow; by default as the page is."""
    language = language if language in LANGUAGES else str(get_locale() or "en")
    return notice_said(flow, runtime().settings, language)
