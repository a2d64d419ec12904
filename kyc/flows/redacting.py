"""Owns which redaction policy the pictures of a verification are under."""

import pycountry
from sqlalchemy.orm import Session

from kyc.documents.coverage import RedactionPolicy
from kyc.flows import flow_of
from kyc.models import VerificationSession
from kyc.policy.redaction import load_policy


def policy_of(db: Session, session: VerificationSession) -> RedactionPolicy:
    """By the flow that it began under, the country and the type that the customer named."""
    flow = flow_of(db, session)
    return load_policy(
        alpha_3(session.document_country or ""),
        session.document_type or "",
        flow.redaction_profile,
        flow.redaction_options,
    )


def alpha_3(alpha_2: str) -> str:
    """The ISO 3166-1 alpha-3 code; empty when there is none."""
    found = pycountry.countries.get(alpha_2=alpha_2)
    return str(found.alpha_3) if found else ""
