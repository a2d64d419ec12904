"""Owns why something is not erased on request, and what is left of somebody who was (Art. 17)."""

from enum import StrEnum

from kyc.policy.holds import PRESERVED
from kyc.policy.restrictions import RESTRICTED
from kyc.policy.retention import RetentionRule

ERASURE = "erasure"
"""The rule that receipts name for what was destroyed because its person asked for it."""

TOMBSTONE_MONTHS = 12
"""How long a return is recognised: GDPR Art. 6(1)(f) with recital 47, the prevention of fraud.

A keyed hash says only that somebody with this address, document or name had a case erased that was
sent for review. A year covers the time in which a second try follows a first one, and no more.
"""


class Why(StrEnum):
    """What keeps a thing; each leads to one ground of `kyc.policy.grounds`."""

    HELD = "held"
    ORDERED = "ordered"
    FOR_THE_PERSON = "for_the_person"
    IN_REVIEW = "in_review"
    CONTRACT = "contract"
    DUTY = "duty"
    CLAIMS = "claims"


GROUND_OF = {
    Why.HELD: "legal_claims",
    Why.ORDERED: "legal_obligation",
    Why.FOR_THE_PERSON: "kept_for_you",
    Why.IN_REVIEW: "still_needed",
    Why.CONTRACT: "still_needed",
    Why.DUTY: "legal_obligation",
    Why.CLAIMS: "legal_claims",
}
"""What the refusal of each part rests on, strongest first: the first that applies is named."""

_AUTHORITY = "authority"


def why_held(reason: str) -> Why:
    """Of a hold in force, by its reason."""
    if reason == RESTRICTED:
        return Why.FOR_THE_PERSON
    return Why.ORDERED if reason in {PRESERVED, _AUTHORITY} else Why.HELD


def why_kept(rule: RetentionRule) -> Why | None:
    """Whether the legal basis of a retention rule outlives the person's wish, and how.

    A law (Art. 6(1)(c)) does; the business's own interest in claims (Art. 6(1)(f)) does until it is
    weighed, case by case; what rests on neither was only waiting for its day.
    """
    if "6(1)(f)" in rule.legal_basis:
        return Why.CLAIMS
    return Why.DUTY if "6(1)(c)" in rule.legal_basis else None
