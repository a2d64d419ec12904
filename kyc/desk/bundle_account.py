"""Owns the account that goes with a person's data: why, how long, to whom, what was decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.clock import written
from kyc.delivery.catalogues import catalogue
from kyc.errors import ConfigurationError
from kyc.fields import open_text
from kyc.flows import flow_of
from kyc.models import Decision, LegalHold, PrivacyRequest, SeenHash, VerificationSession
from kyc.policy.flow import Flow
from kyc.policy.holds import PRESERVED
from kyc.policy.reasons import REASONS, Reason
from kyc.policy.rights import RIGHTS
from kyc.privacy.controller import Missing, controller_of
from kyc.privacy.facts import facts_of
from kyc.privacy.notice_words import notice_said
from kyc.registers import disclosures
from kyc.restrictions import restriction_on
from kyc.settings import Settings
from storage.vault import Vault

Json = dict[str, Any]


def account_of(
    db: Session, vault: Vault, settings: Settings, session: VerificationSession, now: datetime
) -> Json:
    """GDPR Art. 15(1) and (2), without the data themselves and the looks."""
    return {
        "information": _information(settings, flow_of(db, session), session.locale),
        "controller": _controller(settings),
        "purposes": _purposes(db, settings, session),
        "recipients": _recipients(db, settings, session, now),
        "retention": _retention(db, settings, session),
        "source": _source(db, session),
        "decisions": _decisions(db, vault, session),
        "automated_decisions": False,
        "requests": _requests(db, session),
        "kept": _kept(db, session, now),
        "rights": _rights(session.locale),
    }


def _information(settings: Settings, flow: Flow, locale: str) -> Json:
    """The notice in force in the person's language: Art. 15(1)(a) to (h) in plain words."""
    said = notice_said(flow, settings, locale)
    return {
        "language": said.language,
        "sections": [
            {"title": section.title, "text": list(section.paragraphs)} for section in said.sections
        ],
    }


def _controller(settings: Settings) -> Json:
    try:
        said = controller_of(settings)
    except ConfigurationError:
        return {"name": settings.business_name}
    known = {name: one for name, one in said.particulars.items() if not isinstance(one, Missing)}
    return {"name": settings.business_name, **known}


def _purposes(db: Session, settings: Settings, session: VerificationSession) -> list[Json]:
    try:
        basis = facts_of(flow_of(db, session), settings)["basis"]
    except ConfigurationError:
        basis = "GDPR Art. 6(1)(b), (c) or (f)"
    return [
        {"purpose": "to establish who the customer is", "legal_basis": basis},
        {
            "purpose": "to answer disputes and requests, and to show that the rules were kept",
            "legal_basis": "GDPR Art. 5(2), 6(1)(c) and (f)",
        },
    ]


def _recipients(
    db: Session, settings: Settings, session: VerificationSession, now: datetime
) -> Json:
    """Art. 15(1)(c): who processes for the business, and whom data of this case were given to."""
    try:
        processors = controller_of(settings).processors or ()
    except ConfigurationError:
        processors = ()
    return {
        "processors": [
            {"name": one.name, "purpose": one.purpose, "country": one.country}
            for one in processors
            if not one.until or one.until > f"{now:%Y-%m-%d}"
        ],
        "disclosures": [
            {
                "recipient": one.recipient,
                "kind": one.kind,
                "country": one.country,
                "ground": one.ground,
                "data": list(one.classes),
                "on": f"{one.disclosed_at:%Y-%m-%d}",
            }
            for one in disclosures.of(db, session.id, now)
        ],
    }


def _retention(db: Session, settings: Settings, session: VerificationSession) -> list[Json]:
    """The rules of the flow; the day of each picture stands beside it."""
    flow = flow_of(db, session)
    try:
        rules = facts_of(flow, settings)["retention"]
    except ConfigurationError:
        rules = []
    said = [
        {
            "data": rule["what"],
            "from": rule["start"],
            "for": rule["period"],
            "legal_basis": rule["basis"],
        }
        for rule in rules
    ]
    details = {
        "data": "your details",
        "from": session.record_rule or "",
        "for": written(session.record_destroy_at) or "",
        "legal_basis": "",
    }
    return [*said, details]


def _source(db: Session, session: VerificationSession) -> list[str]:
    """Art. 15(1)(g)."""
    kinds = set(
        db.scalars(select(SeenHash.kind).where(SeenHash.session_id == session.id).distinct())
    )
    told = ["you: what you typed, and the pictures that you sent"]
    told += ["the business: its reference for you"] if session.client_reference_id else []
    told += ["our staff: their decisions, with reasons and notes"] if session.submitted_at else []
    if kinds:
        told.append(
            "made from what you gave: keyed hashes, from which nobody can read it, of "
            + ", ".join(sorted(kind.replace("_", " ") for kind in kinds))
            + "; they serve to notice the same in another account"
        )
    return told


def _decisions(db: Session, vault: Vault, session: VerificationSession) -> list[Json]:
    mine = select(Decision).where(Decision.session_id == session.id).order_by(Decision.at)
    reasons = {**REASONS, **flow_of(db, session).reasons}

    def opened(name: str, blob: bytes | None) -> str | None:
        return open_text(vault, session, name, blob) if blob else None

    return [
        {
            "at": written(one.at),
            "attempt": one.attempt,
            "outcome": one.outcome,
            "asked_again": one.items,
            "reasons": [
                {"code": code, "text": _reason(reasons.get(code), session.locale)}
                for code in one.reasons
            ],
            "message": opened("message", one.message),
            "note": opened("note", one.note),
        }
        for one in db.scalars(mine)
    ]


def _reason(reason: Reason | None, locale: str) -> str:
    if reason is None:
        return ""
    return reason.words.get(locale) or catalogue(locale).gettext(reason.text)


def _requests(db: Session, session: VerificationSession) -> list[Json]:
    mine = select(PrivacyRequest).where(PrivacyRequest.session_id == session.id)
    return [
        {
            "right": one.kind,
            "state": one.state,
            "received_at": written(one.received_at),
            "answered_at": written(one.answered_at),
            "ground": one.ground,
        }
        for one in db.scalars(mine.order_by(PrivacyRequest.received_at))
    ]


def _kept(db: Session, session: VerificationSession, now: datetime) -> Json:
    """Holds and restriction. An order may forbid to tell of it, and is told by who ordered it."""
    in_force = LegalHold.lifted_at.is_(None), LegalHold.until > now, LegalHold.reason != PRESERVED
    holds: Sequence[LegalHold] = db.scalars(
        select(LegalHold).where(LegalHold.session_id == session.id, *in_force)
    ).all()
    restriction = restriction_on(db, session.id)
    return {
        "holds": [{"reason": hold.reason, "until": written(hold.until)} for hold in holds],
        "restriction": (
            {"ground": restriction.ground, "since": written(restriction.set_at)}
            if restriction
            else None
        ),
    }


def _rights(locale: str) -> list[Json]:
    words = catalogue(locale)
    return [
        {
            "article": right.article,
            "name": words.gettext(right.name),
            "text": words.gettext(right.text),
        }
        for right in RIGHTS.values()
    ]
