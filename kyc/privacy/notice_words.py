"""Owns the privacy notice as a customer reads it: periods and law of a flow, in one language."""

from gettext import NullTranslations

from kyc.delivery.catalogues import catalogue
from kyc.policy.flow import Flow
from kyc.policy.notice import BY_STATUTE, NOTICE, NOTICE_VERSION, NoticeSaid, Section
from kyc.policy.redaction import hides_less
from kyc.policy.retention import RetentionRule, years_of
from kyc.settings import Settings

SHORT_HOURS = 48


def notice_said(flow: Flow, settings: Settings, language: str) -> NoticeSaid:
    """The notice in force for those who begin under the flow."""
    words = catalogue(language)
    known = {"business": settings.business_name, "statute": flow.statute}
    known |= {
        name: span_said(rule, settings.record_years, words) for name, rule in flow.retention.items()
    }
    instead = BY_STATUTE if hides_less(flow.redaction_profile, flow.redaction_options) else {}
    return NoticeSaid(
        NOTICE_VERSION,
        language,
        tuple(
            Section(
                words.gettext(section.title),
                tuple(
                    _filled(words.gettext(instead.get(text, text)), known)
                    for text in section.paragraphs
                ),
            )
            for section in NOTICE
        ),
    )


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
