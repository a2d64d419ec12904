"""Owns showing beforehand what exactly the customer will read, in their language."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import force_locale

from kyc.delivery.catalogues import known_locale
from kyc.delivery.composing import compose
from kyc.models import Decision, VerificationSession
from kyc.policy.flow import Flow
from kyc.review.deciding import Outcome, Verdict
from kyc.review.effects import MAIL_OF
from kyc.settings import Settings
from kyc.web.context import now
from kyc.web.customer.asked_again import reason_texts
from kyc.web.words import kind_name


@dataclass(frozen=True)
class Preview:
    """`page` are the paragraphs on the customer's own page; of a mail there may be none."""

    language: str
    subject: str
    body: str
    page: list[str]


def preview_of(
    session: VerificationSession, flow: Flow, verdict: Verdict, settings: Settings
) -> Preview:
    """Made by the same hands as the mail and the page themselves."""
    language = known_locale(session.locale)
    if verdict.outcome == Outcome.ESCALATE:
        return Preview(language, "", "", [])
    lasts = timedelta(hours=max(settings.link_hours, 72))
    letter = compose(
        MAIL_OF[verdict.outcome],
        "",
        session.locale,
        business=settings.business_name,
        reference=session.reference,
        url=f"{settings.base_url}/v/…",
        home=settings.base_url + "/",
        until=now() + lasts,
    )
    with force_locale(language):
        page = _page(flow, verdict)
    return Preview(language, letter.subject, letter.body, [part for part in page if part])


def _page(flow: Flow, verdict: Verdict) -> list[str]:
    told = Decision(reasons=sorted(verdict.reasons))
    if verdict.outcome == Outcome.APPROVE:
        return []
    if verdict.outcome == Outcome.REJECT:
        reasons = reason_texts(flow, told) if verdict.reasons else []
        return [" ".join([*reasons, verdict.message.strip()]).strip()]
    asked = [
        f"{kind_name(kind)}: {' '.join(reason_texts(flow, told, kind))}"
        for kind in sorted(verdict.items)
    ]
    return [verdict.message.strip(), *asked]
