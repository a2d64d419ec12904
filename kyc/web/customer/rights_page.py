"""Owns the customer's page of their rights: what they may ask, what they asked, what was said."""

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.audit import CUSTOMER
from kyc.desk.corrections import as_text
from kyc.desk.receiving import receive_from_customer
from kyc.desk.requests import opened, requests_of, withdraw
from kyc.errors import InvalidInputError, NotFoundError, TooManyError
from kyc.fields import Details, see_details
from kyc.models import PrivacyRequest, VerificationSession
from kyc.policy.rights import RIGHTS, Right
from kyc.web.auth import customer_only, customer_session
from kyc.web.context import now, runtime
from kyc.web.customer.bundle_page import bundles_shown
from kyc.web.customer.entrance import customer
from kyc.web.customer.rights_door import code_awaited, moment_of_rights, must_be_proven, proven
from kyc.web.customer.rights_forms import CodeForm, CorrectionForm, RequestForm
from kyc.web.customer.rights_shown import (
    authority_shown,
    corrected_shown,
    requests_shown,
    restriction_told,
)
from kyc.web.customer.viewing import customer_view
from kyc.web.database import reading, transaction
from kyc.web.texts import _

Page = Response | str | tuple[str, int]


@customer.get("/verify/rights")
@customer_only
def rights() -> str:
    with reading() as db:
        case = customer_session(db)
        is_proven = proven(db, case)
        view = customer_view(db) if case.details is not None else None
        return render_template(
            "customer/rights.html",
            rights=[(str(one), said, url_for("customer.ask_right", right=str(one)))
                    for one, said in RIGHTS.items()],
            proven=is_proven,
            awaited=not is_proven and code_awaited(db, case),
            code_form=CodeForm(formdata=None),
            has_address=case.details is not None,
            requests=requests_shown(requests_of(db, case.id), view, case.id),
            corrected=corrected_shown(db, view, case),
            authority=authority_shown(db, case),
            bundles=bundles_shown(db, case, moment_of_rights(db)),
            restriction=restriction_told(db, case),
        )  # fmt: skip


@customer.route("/verify/rights/ask/<right>", methods=["GET", "POST"])
@customer_only
def ask_right(right: str) -> Page:
    """Without the code from a mail, back to where one is asked for."""
    if right not in set(Right):
        raise NotFoundError("there is no such right")
    with reading() as db:
        case = customer_session(db)
        if not proven(db, case):
            return redirect(url_for("customer.rights"))
        known = see_details(db, runtime().intake, customer_view(db), case)
        form = _form(Right(right), known)
        if not form.validate_on_submit():
            return _page(db, Right(right), form, case)
        changes = (
            form.corrections(as_text(known)) if isinstance(form, CorrectionForm) and known else {}
        )
    return _received(Right(right), form, changes)


@customer.post("/verify/rights/requests/<request_id>/withdraw")
@customer_only
def withdraw_request(request_id: str) -> Response:
    with transaction() as db:
        case = customer_session(db)
        must_be_proven(db, case)
        _own(db, case, request_id)
        withdraw(db, request_id, by=CUSTOMER, now=moment_of_rights(db))
    flash(_("Withdrawn. You may ask again whenever you like."), "success")
    return redirect(url_for("customer.rights"))


def _received(right: Right, form: RequestForm | CorrectionForm, changes: dict[str, str]) -> Page:
    words = form.words.data or ""
    try:
        with transaction() as db:
            case = customer_session(db)
            must_be_proven(db, case)
            receive_from_customer(
                db, runtime().intake, case, right, words, changes, now=moment_of_rights(db)
            )
    except InvalidInputError:
        form.words.errors = [_("Change at least one value above.")]
    except TooManyError:
        form.words.errors = [_("You have many requests open. Wait for an answer, or withdraw one.")]
    else:
        flash(_("We have your request. You see here how it stands."), "success")
        return redirect(url_for("customer.rights"))
    with reading() as db:
        return _page(db, right, form, customer_session(db)), 422


def _form(right: Right, known: Details | None) -> RequestForm | CorrectionForm:
    if right == Right.CORRECTION and known is not None:
        return CorrectionForm(obj=known, today=now().date()).of(known)
    return RequestForm().for_right(right)


def _page(
    db: Session, right: Right, form: RequestForm | CorrectionForm, case: VerificationSession
) -> str:
    return render_template(
        "customer/rights_ask.html",
        right=str(right),
        said=RIGHTS[right],
        form=form,
        corrects=isinstance(form, CorrectionForm),
        authority=authority_shown(db, case),
    )


def _own(db: Session, case: VerificationSession, request_id: str) -> PrivacyRequest:
    """Raises NotFoundError for the request of another case, as for one that does not exist."""
    found = opened(db, request_id)
    if found.session_id != case.id:
        raise NotFoundError("there is no such request")
    return found
