"""Owns the page of one breach: what is known, what was written, what was decided and told."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.errors import KycError, NotFoundError
from kyc.models import Incident
from kyc.policy.incidents import CLASSES, NATURES, PERSONS, RISKS, ROLES, TEXTS
from kyc.registers import incidents as register
from kyc.registers.breach_record import link_report, reports
from kyc.registers.incident_ending import ends_at
from kyc.registers.incident_texts import written
from kyc.web.admin.overview import name_of_person, names_of_staff
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.registers.disclosures_page import me, registers
from kyc.web.registers.incident_form import (
    CloseForm,
    FactsForm,
    PersonsForm,
    ReportForm,
    RiskForm,
    TextForm,
    ToldForm,
    local,
)
from kyc.web.registers.incidents_page import clock_shown
from kyc.web.texts import _, sentence

Answer = Response | tuple[str, int]
Act = Callable[[Session], None]


@registers.get("/breaches/<incident_id>")
@requires(Permission.SEE_REGISTERS)
def incident(incident_id: str) -> str:
    return _page(incident_id)


@registers.post("/breaches/<incident_id>/text")
@requires(Permission.MANAGE_PRIVACY)
def write_incident(incident_id: str) -> Answer:
    form = TextForm(prefix="text")

    def act(db: Session) -> None:
        texts = {form.kind.data: form.words.data}
        register.write(db, runtime().vault, incident_id, texts, by=me(), now=now())

    return _acted(incident_id, "text", form, act, _("Written down."))


@registers.post("/breaches/<incident_id>/facts")
@requires(Permission.MANAGE_PRIVACY)
def revise_incident(incident_id: str) -> Answer:
    form = FactsForm(prefix="facts")

    def act(db: Session) -> None:
        register.revise(db, incident_id, form.facts(), by=me(), now=now())

    return _acted(incident_id, "facts", form, act, _("Put right."))


@registers.post("/breaches/<incident_id>/risk")
@requires(Permission.MANAGE_PRIVACY)
def judge_incident(incident_id: str) -> Answer:
    form = RiskForm(prefix="risk")

    def act(db: Session) -> None:
        register.judge(db, incident_id, form.risk.data, by=me(), now=now())

    return _acted(incident_id, "risk", form, act, _("The risk is judged."))


@registers.post("/breaches/<incident_id>/people")
@requires(Permission.MANAGE_PRIVACY)
def decide_incident(incident_id: str) -> Answer:
    form = PersonsForm(prefix="people")

    def act(db: Session) -> None:
        said = form.decision.data, form.why.data
        register.decide_persons(db, runtime().vault, incident_id, *said, by=me(), now=now())

    return _acted(incident_id, "people", form, act, _("The decision is written down."))


@registers.post("/breaches/<incident_id>/told")
@requires(Permission.MANAGE_PRIVACY)
def told_incident(incident_id: str) -> Answer:
    with reading() as db:
        form = ToldForm(prefix="told").offer(register.incident_named(db, incident_id))

    def act(db: Session) -> None:
        vault, telling, hours = runtime().vault, form.telling(), _hours()
        register.told(db, vault, incident_id, telling, controller_hours=hours, by=me(), now=now())

    return _acted(incident_id, "told", form, act, _("Noted: they were told."))


@registers.post("/breaches/<incident_id>/report")
@requires(Permission.MANAGE_PRIVACY)
def link_incident(incident_id: str) -> Answer:
    with reading() as db:
        form = ReportForm(prefix="report").offer(reports(db))

    def act(db: Session) -> None:
        link_report(db, incident_id, form.report.data, by=me(), now=now())

    return _acted(incident_id, "report", form, act, _("Linked: the report belongs to this breach."))


@registers.post("/breaches/<incident_id>/close")
@requires(Permission.MANAGE_PRIVACY)
def close_incident(incident_id: str) -> Answer:
    def act(db: Session) -> None:
        register.close(db, incident_id, controller_hours=_hours(), by=me(), now=now())

    return _acted(incident_id, "close", CloseForm(prefix="close"), act, _("Closed."))


def _hours() -> int:
    return runtime().settings.incident_controller_hours


def _acted(incident_id: str, name: str, form: FlaskForm, act: Act, done: str) -> Answer:
    """Does it and leads back to the page; what is refused stays typed, with the words of why."""
    if form.validate():
        try:
            with transaction() as db:
                act(db)
        except NotFoundError:
            raise
        except KycError as error:
            form.form_errors = [sentence(error)]
        else:
            flash(done, "success")
            return redirect(url_for("registers.incident", incident_id=incident_id))
    return _page(incident_id, {name: form}), 422


def _page(incident_id: str, refused: dict[str, FlaskForm] | None = None) -> str:
    with reading() as db:
        row = register.incident_named(db, incident_id)
        names = names_of_staff(db)
        return render_template(
            "staff/registers/incident.html",
            row=_shown(row, names),
            texts=_texts(db, row, names),
            missing=register.missing_in(db, row, _hours()),
            forms=_forms(db, row) | (refused or {}),
            zone=runtime().settings.time_zone,
            may_write=require_staff().may(Permission.MANAGE_PRIVACY) and row.closed_at is None,
        )


def _forms(db: Session, row: Incident) -> dict[str, FlaskForm]:
    """Each of its own prefix, since all of them stand on one page."""
    facts = FactsForm(formdata=None, prefix="facts", obj=row)
    facts.began_at.data, facts.ended_at.data = local(row.began_at), local(row.ended_at)
    told = ToldForm(formdata=None, prefix="told").offer(row)
    told.at.data = local(now())
    people = PersonsForm(formdata=None, prefix="people")
    people.decision.data = None if row.persons_decision == "open" else row.persons_decision
    risk = RiskForm(formdata=None, prefix="risk")
    risk.risk.data = None if row.risk == "open" else row.risk
    return {
        "text": TextForm(formdata=None, prefix="text"),
        "facts": facts,
        "risk": risk,
        "people": people,
        "told": told,
        "report": ReportForm(formdata=None, prefix="report").offer(reports(db)),
        "close": CloseForm(formdata=None, prefix="close"),
    }


def _shown(row: Incident, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "role": ROLES[row.role],
        "is_controller": row.role == "controller",
        "natures": [NATURES[code] for code in row.natures],
        "classes": [CLASSES[code] for code in row.classes],
        "persons": row.persons,
        "records": row.records,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "aware_at": row.aware_at,
        "entered_at": row.entered_at,
        "entered_by": name_of_person(row.entered_by, names),
        "risk": RISKS[row.risk],
        "people": PERSONS[row.persons_decision],
        "people_told_at": row.persons_told_at,
        "clock": clock_shown(row),
        "report": row.report,
        "closed_at": row.closed_at,
        "closed_by": name_of_person(row.closed_by, names),
        "ends_at": ends_at(row.closed_at) if row.closed_at and not row.destroyed_at else None,
        "destroyed_at": row.destroyed_at,
    }


def _texts(db: Session, row: Incident, names: dict[str, str]) -> list[dict[str, Any]]:
    """The newest first; what a newer text of its kind took the place of is marked."""
    newest: set[str] = set()
    shown = []
    for one in reversed(written(db, runtime().vault, row)):
        is_newest = one.kind not in newest or one.kind == "note"
        newest.add(one.kind)
        shown.append({
            "about": TEXTS[one.kind],
            "words": one.words,
            "at": one.at,
            "by": name_of_person(one.by, names),
            "is_newest": is_newest,
        })  # fmt: skip
    return shown
