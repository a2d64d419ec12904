"""Owns the page of disclosures: which there are, entering one, striking one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.audit import Actor
from kyc.errors import ConflictError, InvalidInputError, KycError, NotFoundError
from kyc.policy.disclosures import CLASSES, GROUNDS, RECIPIENTS, STRIKES, WITHHELD
from kyc.registers.disclosures import Entry, enter, entries, is_withheld, strike
from kyc.retention.naming import sessions_named
from kyc.web import countries
from kyc.web.admin.overview import name_of_person, names_of_staff
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.registers.disclosure_form import DisclosureForm, StrikeForm
from kyc.web.texts import _, sentence

registers = Blueprint("registers", __name__, url_prefix="/staff/registers")

SHOWN = 200


@registers.get("")
@requires(Permission.SEE_REGISTERS)
def disclosures() -> str | tuple[str, int]:
    """The latest, or with `case` in the address those of one verification."""
    with reading() as db:
        return _page(db, DisclosureForm(formdata=None).offer())


@registers.post("")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def enter_disclosure() -> Response | tuple[str, int]:
    form = DisclosureForm().offer()
    if form.validate():
        try:
            with transaction() as db:
                enter(db, runtime().vault, form.given(), by=me(), now=now())
        except (ConflictError, InvalidInputError, NotFoundError) as error:
            form.cases.errors = [sentence(error)]
        else:
            flash(_entered(form), "success")
            return redirect(url_for("registers.disclosures"))
    with reading() as db:
        page = _page(db, form)
    return (page, 422) if isinstance(page, str) else page


@registers.post("/disclosures/<disclosure_id>/strike")
@requires(Permission.MANAGE_PRIVACY)
@requires_step_up
def strike_disclosure(disclosure_id: str) -> Response:
    try:
        with transaction() as db:
            strike(db, disclosure_id, StrikeForm().reason.data or "", by=me(), now=now())
    except NotFoundError:
        raise
    except KycError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("registers.disclosures"))
    flash(_("Struck: it stays readable, and the customer is not told of it."), "success")
    return redirect(url_for("registers.disclosures"))


def _entered(form: DisclosureForm) -> str:
    if form.withheld_until.data:
        return _("Entered: the customer is not told before that day is over.")
    return _("Entered: the customer is told with their data.")


def me() -> Actor:
    return Actor("staff", require_staff().id)


def _page(db: Session, form: DisclosureForm) -> str | tuple[str, int]:
    named = request.args.get("case", "").strip()
    try:
        case = sessions_named(db, named)[0].id if named else None
    except NotFoundError:
        return _shown(form, named, [], unknown=True), 404
    names = names_of_staff(db)
    rows = [_row(one, names) for one in entries(db, runtime().vault, SHOWN, case=case)]
    return _shown(form, named, rows, unknown=False)


def _shown(form: DisclosureForm, named: str, rows: list[Any], *, unknown: bool) -> str:
    return render_template(
        "staff/registers/disclosures.html",
        form=form,
        named=named,
        rows=rows,
        unknown=unknown,
        strikes=STRIKES,
        may_enter=require_staff().may(Permission.MANAGE_PRIVACY),
    )


def _row(entry: Entry, names: dict[str, str]) -> dict[str, Any]:
    row = entry.disclosure
    return {
        "id": row.id,
        "kind": RECIPIENTS.get(row.kind, row.kind),
        "recipient": row.recipient,
        "country": countries.name(row.country),
        "ground": GROUNDS.get(row.ground, row.ground),
        "classes": [CLASSES.get(code, code) for code in row.classes],
        "cases": [
            {"id": id_, "reference": reference, "words": words or {}}
            for id_, reference, words in entry.cases
        ],
        "disclosed_at": row.disclosed_at,
        "entered_at": row.entered_at,
        "entered_by": name_of_person(row.entered_by, names),
        "withheld_until": row.withheld_until if is_withheld(row, now()) else None,
        "withheld_ground": WITHHELD.get(row.withheld_ground or "", ""),
        "struck_at": row.struck_at,
        "struck_by": name_of_person(row.struck_by, names),
        "struck_reason": STRIKES.get(row.struck_reason or "", ""),
    }
