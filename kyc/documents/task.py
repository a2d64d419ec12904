"""Owns what is known of a picture before anybody looks at it."""

from dataclasses import dataclass
from datetime import date

from kyc.documents.coverage import RedactionPolicy
from kyc.documents.pages import Claimed, Kind


@dataclass(frozen=True)
class Task:
    """What the caller knows about the picture, besides its bytes."""

    kind: Kind
    policy: RedactionPolicy
    claimed: Claimed | None
    statement: tuple[str, ...]
    today: date | None
