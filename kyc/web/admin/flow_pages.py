"""Owns the pages of flows: what a version says, what it changes, proposing and deciding one."""

import json
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission
from kyc.audit import Actor
from kyc.errors import KycError
from kyc.flows import flow_in_force, row_in_force
from kyc.flows.changing import approve, propose, refuse, version_of, versions, withdraw
from kyc.models import FlowVersion
from kyc.policy.flow import STANDARD, Flow, FlowError
from kyc.policy.flow_difference import Difference, differences
from kyc.policy.reasons import ITEM_TITLES, REASONS
from kyc.policy.redaction import PROFILES, warning_of
from kyc.policy.retention import CLOCKS
from kyc.web import countries
from kyc.web.admin.flow_fields import FOUR_EYES_MODES, FOUR_EYES_RULES, NOTES_FOR, name_of
from kyc.web.admin.flow_form import FlowForm, options_shown
from kyc.web.admin.overview import administration, flow_row, names_of_staff
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.languages import LANGUAGES
from kyc.web.texts import _, sentence
from kyc.web.words import document_name, reason_words, rule_span

Page = str | Response | tuple[str, int]


@administration.get("/flows/<int:version>")
@requires(Permission.MANAGE_FLOWS)
def flow(version: int) -> str:
    """One version, and what it changes against another: the one in force unless asked."""
    with reading() as db:
        return _flow_page(db, version)


@administration.get("/flows/new")
@requires(Permission.MANAGE_FLOWS)
def new_flow() -> str:
    with reading() as db:
        current = flow_in_force(db)
    form = FlowForm(formdata=None).fill(json.loads(current.body))
    return _form_page(form, current)


@administration.post("/flows/new")
@requires(Permission.MANAGE_FLOWS)
@requires_step_up
def propose_flow() -> Page:
    form, failed = FlowForm(), ""
    form.validate()
    try:
        with transaction() as db:
            row = propose(db, form.raw(STANDARD), by=_me(), now=now())
    except FlowError as error:
        form.take(error.problems)
    except KycError as error:
        failed = sentence(error)
    else:
        flash(_("Proposed: it comes into force when another administrator approves it."), "success")
        return redirect(url_for("administration.flow", version=row.version))
    with reading() as db:
        return _form_page(form, flow_in_force(db), failed), 422


@administration.post("/flows/<int:version>/approve")
@requires(Permission.MANAGE_FLOWS)
@requires_step_up
def approve_flow(version: int) -> Page:
    return _decide(version, approve, _("Approved: verifications begin under it from now on."))


@administration.post("/flows/<int:version>/refuse")
@requires(Permission.MANAGE_FLOWS)
@requires_step_up
def refuse_flow(version: int) -> Page:
    return _decide(version, refuse, _("Refused: nothing changes."))


@administration.post("/flows/<int:version>/withdraw")
@requires(Permission.MANAGE_FLOWS)
@requires_step_up
def withdraw_flow(version: int) -> Page:
    return _decide(version, withdraw, _("Withdrawn: nothing changes."))


def _decide(version: int, act: Callable[..., FlowVersion], said: str) -> Page:
    try:
        with transaction() as db:
            act(db, STANDARD, version, by=_me(), now=now())
    except KycError as error:
        with reading() as db:
            return _flow_page(db, version, sentence(error)), 409
    flash(said, "success")
    return redirect(url_for("administration.flow", version=version))


def _flow_page(db: Session, version: int, failed: str = "") -> str:
    row, shown = version_of(db, STANDARD, version)
    current = row_in_force(db)
    other = _compared(db, row, current)
    return render_template(
        "staff/admin/flow.html",
        flow=flow_row(row, current, names_of_staff(db)),
        facts=_facts(shown),
        checklist=shown.checklist,
        reasons=_reasons(shown),
        rules=_rules(shown),
        against=other.version if other else None,
        others=[one.version for one in versions(db, STANDARD) if one.version != version],
        changes=[_change(one) for one in (differences(other, shown) if other else [])],
        warning=warning_of(shown.redaction_profile),
        failed=failed,
    )


def _compared(db: Session, row: FlowVersion, current: FlowVersion | None) -> Flow | None:
    """What to compare with: what was asked for, the one in force, or the one before."""
    asked = request.args.get("against", "")
    usual = current.version if current and current.version != row.version else row.version - 1
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else usual
    known = {one.version for one in versions(db, row.name)} - {row.version}
    return version_of(db, row.name, number)[1] if number in known else None


def _facts(flow: Flow) -> list[tuple[str, str]]:
    eyes = flow.four_eyes
    rules = [text for key, text in FOUR_EYES_RULES.items() if getattr(eyes, key)]
    found = [
        (name_of("documents"), ", ".join(document_name(key) for key in flow.documents)),
        (name_of("countries"), _countries(flow.countries) or _("All")),
        (name_of("redaction_profile"), flow.redaction_profile),
        (name_of("redaction_options"), options_shown(dict(flow.redaction_options.rules))),
        (name_of("statute"), flow.statute),
        (name_of("languages"), ", ".join(LANGUAGES[code] for code in flow.languages)),
        (name_of("statement"), " / ".join(flow.statement)),
        (name_of("notes_for"), ", ".join(t for k, t in NOTES_FOR.items() if k in flow.notes_for)),
        (name_of("four_eyes"), _(FOUR_EYES_MODES[eyes.mode])),
        (name_of("four_eyes.percent"), str(eyes.percent) if eyes.percent else ""),
        (name_of("four_eyes.rules"), ", ".join(rules)),
        (name_of("four_eyes.countries"), _countries(eyes.countries)),
    ]
    return [(label, text) for label, text in found if text]


def _change(one: Difference) -> dict[str, str]:
    """No country or reason named means that all are."""
    nothing = _("All") if one.field in {"countries", "reasons"} else ""
    return {
        "field": name_of(one.field),
        "before": one.before or nothing,
        "after": one.after or nothing,
    }


def _countries(codes: frozenset[str]) -> str:
    return ", ".join(sorted(countries.name(code) for code in codes))


def _reasons(flow: Flow) -> list[dict[str, Any]]:
    """What reviewers choose from, and what customers read of it."""
    return [
        {
            "code": reason.code,
            "label": _(reason.label),
            "asks_for": _(ITEM_TITLES[reason.item]) if reason.item else "",
            "final": not reason.retryable,
            "passes_on": reason.passes_on,
            "told": _("not told") if reason.internal else reason_words(flow, reason),
            "own": reason.code not in REASONS,
        }
        for reason in flow.reasons.values()
    ]


def _rules(flow: Flow) -> list[dict[str, str]]:
    years = runtime().settings.record_years
    return [
        {
            "what": name_of(f"retention.{rule.name}"),
            "period": rule_span(rule, years),
            "start": rule.start,
            "legal_basis": rule.legal_basis,
            "reason": rule.reason,
        }
        for rule in flow.retention.values()
    ]


def _form_page(form: FlowForm, current: Flow, failed: str = "") -> str:
    return render_template(
        "staff/admin/flow_new.html",
        form=form,
        based_on=current.version,
        rules=_rule_fields(form),
        told=form.told(),
        warnings=[(name, warning_of(name)) for name in PROFILES if warning_of(name)],
        failed=failed,
    )


def _rule_fields(form: FlowForm) -> list[dict[str, Any]]:
    return [
        {
            "name": name_of(f"retention.{name}"),
            "start": clock.start,
            "form": form.rule(name).form,
            "is_image": clock.of != "record",
        }
        for name, clock in CLOCKS.items()
    ]


def _me() -> Actor:
    return Actor("staff", require_staff().id)
