"""Owns what is known of a picture before anybody looks at it."""

from dataclasses import dataclass
from datetime import date

from kyc.documents.coverage import RedactionPolicy
from kyc.documents.known_numbers import NumberKnown
from kyc.documents.pages import Claimed, Kind


@dataclass(frozen=True)
class Task:
    """What the caller knows about the picture, besides its bytes.

    `number_known` tells a number that other pictures showed, for a picture of a held document.
    """

    kind: Kind
    policy: RedactionPolicy
    claimed: Claimed | None
    statement: tuple[str, ...]
    today: date | None
    number_known: NumberKnown | None = None
