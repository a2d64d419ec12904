"""Owns the privacy notice as a customer reads it: a flow's periods and law, in one language."""

from gettext import NullTranslations

from kyc.delivery.catalogues import catalogue
from kyc.errors import ConfigurationError
from kyc.policy.flow import Flow
from kyc.policy.notice import (
    BY_STATUTE,
    DESTROYED_AT_DECISION,
    KEPT_AS_THEY_ARE,
    NOTICE,
    NOTICE_VERSION,
    SAID_BY_CONTROLLER,
    NoticeSaid,
    Section,
)
from kyc.policy.redaction import hides_less, load_policy
from kyc.policy.retention import RetentionRule, years_of
from kyc.privacy.controller import PARTICULARS, Controller, Processor, controller_of
from kyc.settings import Settings

SHORT_HOURS = 48


def notice_said(flow: Flow, settings: Settings, language: str) -> NoticeSaid:
    """The notice in force for those who begin under the flow."""
    words, instead = catalogue(language), _instead(flow)
    known = {
        "business": settings.business_name,
        "statute": flow.statute,
        "receipts": f"{settings.base_url}/receipts",
        "rights": f"{settings.base_url}/verify/rights",
        **_particulars(settings),
    }
    known |= {
        name: span_said(rule, settings.record_years, words) for name, rule in flow.retention.items()
    }
    return NoticeSaid(
        NOTICE_VERSION,
        language,
        tuple(
            Section(
                words.gettext(section.title),
                tuple(
                    _filled(words.gettext(instead.get(text, text)), known)
                    for text in section.paragraphs
                    if not _names_unsaid(text, known)
                ),
            )
            for section in NOTICE
        ),
    )


def _instead(flow: Flow) -> dict[str, str]:
    """The paragraphs that the flow's profile and options make untrue, and what is true of it."""
    policy = load_policy("", "", flow.redaction_profile, flow.redaction_options)
    instead = BY_STATUTE if hides_less(flow.redaction_profile, flow.redaction_options) else {}
    if policy.destroyed_on_decision:
        return instead | DESTROYED_AT_DECISION
    return instead if policy.on_retention else instead | KEPT_AS_THEY_ARE


def _particulars(settings: Settings) -> dict[str, str]:
    """What the controller has said of itself (GDPR Art. 13(1)(a) and (b), 13(2)(d)).

    A file out of form says nothing here: doctor and the documents name what is wrong with it, and
    a slip in it must not keep customers out.
    """
    try:
        controller = controller_of(settings)
    except ConfigurationError:
        return {}
    said = controller.particulars.items()
    return {name: one for name, one in said if isinstance(one, str)} | _processors(controller)


def _processors(controller: Controller) -> dict[str, str]:
    """Who they are, what for and where (GDPR Art. 13(1)(e)), and on which ground data leave the
    EEA (Art. 13(1)(f)); or that there is none, which needs no words of its own."""
    if controller.processors is None:
        return {}
    if not controller.engaged:
        return {"no_processors": ""}
    return {"processors": "; ".join(_processor(one) for one in controller.engaged)}


def _processor(one: Processor) -> str:
    ground = "" if one.transfer.casefold() == "none" else f", {one.transfer}"
    return f"{one.name} ({one.purpose}, {one.country}{ground})"


def _names_unsaid(text: str, known: dict[str, str]) -> bool:
    names = {*PARTICULARS, *SAID_BY_CONTROLLER} - known.keys()
    return any(f"%({name})s" in text for name in names)


def span_said(rule: RetentionRule, deployment_years: int, words: NullTranslations) -> str:
    """How long a rule keeps things, in the words of the pages."""
    years = years_of(rule, deployment_years)
    if years:
        return words.ngettext("%(num)s year", "%(num)s years", years) % {"num": years}
    if not rule.period:
        return words.gettext("at once")
    hours = int(rule.period.total_seconds() // 3600)
    if hours < SHORT_HOURS:
        return words.ngettext("%(num)s hour", "%(num)s hours", hours) % {"num": hours}
    days = rule.period.days
    return words.ngettext("%(num)s day", "%(num)s days", days) % {"num": days}


def _filled(text: str, known: dict[str, str]) -> str:
    """As the page does it: a sentence without a name in it may hold a lone percent sign."""
    return text % known if "%(" in text else text
