"""Owns the grounds on which a case is restricted (GDPR Art. 18), and which of them keep it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class RestrictionGround:
    """One letter of Art. 18(1); `keeps` where the person asks for keeping in place of erasure."""

    letter: str
    text: str
    keeps: bool


RESTRICTION_GROUNDS: dict[str, RestrictionGround] = {
    "accuracy": RestrictionGround(
        "a", "The person says that the data are wrong, until that is checked", keeps=False
    ),
    "unlawful": RestrictionGround(
        "b",
        "Processing is unlawful, and the person wants it restricted, not erased",
        keeps=True,
    ),
    "claims": RestrictionGround(
        "c", "We need the data no longer, but the person needs them for a legal claim", keeps=True
    ),
    "objection": RestrictionGround(
        "d", "The person has objected, until it is checked whose grounds weigh more", keeps=False
    ),
}
"""By the code that is stored."""

RESTRICTED = "restriction"
"""The reason of the hold under a restriction that keeps; it ends with the restriction alone."""

NOTICE = timedelta(days=1)
"""So long after the customer was told a restriction is lifted, not sooner: Art. 18(3) wants them
informed before it, and who is told in the same minute cannot answer."""
