"""Owns who appears in the demonstration, with which document, and how their story ends."""

from dataclasses import dataclass

from kyc.review.deciding import Outcome


@dataclass(frozen=True)
class Story:
    """One verification: `hours` is how long ago it was sent, `outcome` what was decided then.

    Whoever holds the telephone `upright` sends the document in portrait format.
    """

    seed: int
    document_type: str
    country: str
    hours: float
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    stops_at: str = ""
    upright: bool = False
    reference: str | None = None


STORIES: tuple[Story, ...] = (
    Story(11, "passport", "EE", 31, reference="C-20419"),
    Story(12, "identity_card", "DE", 26, reference="C-20427", upright=True),
    Story(13, "residence_permit", "FR", 9, reference="C-20431"),
    Story(14, "driving_licence", "PL", 5.5, reference="C-20433"),
    Story(15, "passport", "ES", 2, reference="C-20440"),
    Story(16, "identity_card", "EE", 0.6, reference="C-20441", upright=True),
    Story(17, "passport", "FI", 50, Outcome.APPROVE, reference="C-20388"),
    Story(18, "identity_card", "LV", 47, Outcome.APPROVE, reference="C-20391"),
    Story(19, "driving_licence", "LT", 44, Outcome.REJECT, ("selfie_person_mismatch",),
          reference="C-20396"),
    Story(20, "passport", "SE", 28, Outcome.REQUEST_INPUT, ("statement_code_mismatch",),
          ("selfie_statement",), reference="C-20402"),
    Story(21, "passport", "NL", 0, stops_at="selfie_statement", reference="C-20444"),
    Story(22, "identity_card", "AT", 0, stops_at="document_front", reference="C-20445"),
)  # fmt: skip
