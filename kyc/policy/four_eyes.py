"""Owns the rules by which a second person must look at a case before it is decided."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from kyc.errors import ConfigurationError

THIRD = 3
_DRAWN_FROM = 10_000


class Mode(StrEnum):
    OFF = "off"
    SAMPLED = "sampled"
    BY_RULE = "by_rule"
    ALWAYS = "always"


@dataclass(frozen=True)
class FourEyes:
    """When a second person decides too; `countries` are ISO 3166-1 alpha-2.

    `percent` (0 to 100) is drawn under `sampled`, and under `by_rule` from what no rule caught.
    The other fields are the rules of `by_rule`: a rejection, a third or later attempt, a possible
    duplicate, a case that a colleague passed to a senior.
    Raises ConfigurationError for what cannot be meant.
    """

    mode: Mode = Mode.OFF
    percent: int = 0
    final_rejection: bool = False
    third_attempt: bool = False
    possible_duplicate: bool = False
    countries: frozenset[str] = frozenset()
    flagged: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:
            raise ConfigurationError("four_eyes.percent must be between 0 and 100")
        if self.mode == Mode.SAMPLED and self.percent == 0:
            raise ConfigurationError("four_eyes.percent must be set for the mode “sampled”")
        if self.mode == Mode.BY_RULE and not (self._has_rule() or self.percent):
            raise ConfigurationError("four_eyes needs at least one rule for the mode “by_rule”")

    def _has_rule(self) -> bool:
        rules = self.final_rejection, self.third_attempt, self.possible_duplicate, self.flagged
        return any(rules) or bool(self.countries)


@dataclass(frozen=True)
class CaseFacts:
    """What the rules ask of a case that one person has just decided."""

    is_rejected: bool
    attempt: int
    country: str
    is_possible_duplicate: bool = False
    is_flagged: bool = False


def draw(key: bytes, session_id: str, attempt: int) -> int:
    """0 to 9,999, the same for the same attempt whoever asks, so that nobody can draw again.

    HMAC-SHA256 (RFC 2104) under `key`, which lies outside the database: who sees only the case
    cannot tell beforehand whether it will be looked at twice.
    """
    message = f"kyc/four-eyes/v1\0{session_id}\0{attempt}".encode()
    drawn = hmac.new(key, message, hashlib.sha256).digest()
    return int.from_bytes(drawn[:8], "big") % _DRAWN_FROM


def needs_second(four_eyes: FourEyes, case: CaseFacts, drawn: int) -> bool:
    """Whether a second person must decide too; `drawn` is what `draw` gave for this attempt."""
    if four_eyes.mode == Mode.OFF:
        return False
    if four_eyes.mode == Mode.ALWAYS:
        return True
    if four_eyes.mode == Mode.BY_RULE and _rule_applies(four_eyes, case):
        return True
    return drawn < four_eyes.percent * (_DRAWN_FROM // 100)


def agree(one: tuple[str, Collection[str]], other: tuple[str, Collection[str]]) -> bool:
    """Whether two verdicts, each an outcome and the items asked for again, come to the same."""
    return one[0] == other[0] and set(one[1]) == set(other[1])


def _rule_applies(four_eyes: FourEyes, case: CaseFacts) -> bool:
    return (
        (four_eyes.final_rejection and case.is_rejected)
        or (four_eyes.third_attempt and case.attempt >= THIRD)
        or (four_eyes.possible_duplicate and case.is_possible_duplicate)
        or (four_eyes.flagged and case.is_flagged)
        or case.country in four_eyes.countries
    )
