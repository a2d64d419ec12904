"""Owns small words that several pages share: document names, statuses, spans of time."""

from datetime import datetime, timedelta

from flask_babel import get_locale

from kyc.policy.flow import Flow
from kyc.policy.reasons import Reason
from kyc.policy.retention import RetentionRule, years_of
from kyc.web.context import now
from kyc.web.texts import _, _n


def document_name(document_type: str | None) -> str:
    return {
        "passport": _("Passport"),
        "identity_card": _("Identity card"),
        "residence_permit": _("Residence permit"),
        "driving_licence": _("Driving licence"),
    }.get(document_type or "", "–")


def kind_name(kind: str) -> str:
    return {
        "document_front": _("Front of the document"),
        "document_back": _("Back of the document"),
        "selfie_statement": _("You, with document and statement"),
        "record": _("Personal details"),
        "access": _("Copy of your data"),
        "portability": _("Your data to take elsewhere"),
    }.get(kind, kind)


def reason_words(flow: Flow, reason: Reason) -> str:
    """What the customer reads of it; where a flow's own has not their language, in its first."""
    if not reason.words:
        return _(reason.text)
    return reason.words.get(str(get_locale()), reason.words[flow.languages[0]])


def span_name(span: timedelta) -> str:
    if not span:
        return _("at once")
    if span < timedelta(days=2):
        hours = int(span.total_seconds() // 3600)
        return _n("%(num)s hour", "%(num)s hours", hours)
    return _n("%(num)s day", "%(num)s days", span.days)


def years_name(years: int) -> str:
    return _n("%(num)s year", "%(num)s years", years)


def rule_span(rule: RetentionRule, deployment_years: int) -> str:
    """How long a rule keeps things; its years may be the deployment's."""
    years = years_of(rule, deployment_years)
    return years_name(years) if years else span_name(rule.period)


def ago(moment: datetime) -> str:
    """How long ago, in the largest unit that is at least one."""
    passed = now() - moment
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _n("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if minutes < 60 * 48:
        return _n("%(num)s hour ago", "%(num)s hours ago", minutes // 60)
    return _n("%(num)s day ago", "%(num)s days ago", passed.days)
