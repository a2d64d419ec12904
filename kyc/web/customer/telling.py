"""Owns the pages on which the customer tells who they are and which document they have."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from kyc.fields import see_details
from kyc.flows import flow_of
from kyc.intake.giving_details import acknowledge_notice, give_details
from kyc.intake.submitting import choose_document
from kyc.lifecycle import ItemKind
from kyc.policy.flow import Flow
from kyc.policy.notice import BY_STATUTE, NOTICE, NOTICE_VERSION
from kyc.policy.redaction import hides_less
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import now, runtime
from kyc.web.customer.entrance import customer
from kyc.web.customer.forms import DetailsForm, DocumentForm
from kyc.web.customer.steps import next_url, steps
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.texts import _
from kyc.web.words import rule_span


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
                "customer/details.html", form=form, notice=notice(flow), steps=line
            )
    with transaction() as db:
        session = customer_session(db)
        acknowledge_notice(db, session, now())
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


def notice(flow: Flow) -> dict[str, object]:
    """The notice in force with the periods of the customer's flow, in the reader's language."""
    settings = runtime().settings
    known = {"business": settings.business_name, "statute": flow.statute}
    known |= {name: rule_span(rule, settings.record_years) for name, rule in flow.retention.items()}
    instead = BY_STATUTE if hides_less(flow.redaction_profile, flow.redaction_options) else {}
    sections = [
        {
            "title": _(section.title),
            "paragraphs": [_said(instead.get(text, text), known) for text in section.paragraphs],
        }
        for section in NOTICE
    ]
    return {"version": NOTICE_VERSION, "sections": sections}


def _said(text: str, known: dict[str, str]) -> str:
    return _(text, **known) if "%(" in text else _(text)
