"""Owns the retention table: what is destroyed, how long after which event, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class RetentionRule:
    """`period` counts from `start`; `legal_basis` is what a privacy notice may cite.

    A rule with `years` counts those by the calendar; a deployment may set another number.
    """

    name: str
    what: str
    start: str
    period: timedelta
    legal_basis: str
    years: int = 0


_MINIMISATION = "GDPR Art. 5(1)(c) and (e)"
_LIMITATION = "GDPR Art. 6(1)(f): claims until they lapse; 6(1)(c) where a law asks for it"
_CLAIMS = "GDPR Art. 6(1)(f): answering a dispute about the decision"

RULES: dict[str, RetentionRule] = {
    rule.name: rule
    for rule in (
        RetentionRule(
            "raw", "unredacted upload", "upload", timedelta(hours=24), _MINIMISATION
        ),
        RetentionRule(
            "unfinished",
            "picture whose storing was never finished",
            "upload",
            timedelta(hours=1),
            _MINIMISATION,
        ),
        RetentionRule(
            "superseded", "image replaced by a later version", "replacement", timedelta(0),
            _MINIMISATION,
        ),
        RetentionRule(
            "abandoned", "images of a verification never sent for review", "upload",
            timedelta(days=7), _MINIMISATION,
        ),
        RetentionRule(
            "undecided", "images sent for review that nobody decided", "submission",
            timedelta(days=90), _MINIMISATION,
        ),
        RetentionRule(
            "asked_again", "images of an attempt that was sent back", "decision",
            timedelta(days=90), _CLAIMS,
        ),
        RetentionRule(
            "rejected", "images of a rejected verification", "decision", timedelta(days=90),
            _CLAIMS,
        ),
        RetentionRule(
            "approved", "images of an approved verification", "decision", timedelta(days=180),
            _CLAIMS,
        ),
        RetentionRule(
            "record_abandoned", "details of a verification never finished", "deadline",
            timedelta(days=7), _MINIMISATION,
        ),
        RetentionRule(
            "record_rejected", "details of a rejected verification", "decision",
            timedelta(days=365), _CLAIMS,
        ),
        RetentionRule(
            "record_approved", "details of an approved verification",
            "end of the relationship", timedelta(0), _LIMITATION, years=7,
        ),
    )
}  # fmt: skip
"""The clock of `record_approved` starts when the business reports the end of the relationship."""


def due_at(rule: str, start: datetime, years: int | None = None) -> datetime:
    """When something under `rule` is destroyed, if its clock started at `start`.

    `years` is what this deployment has set for a rule that counts years.
    """
    known = RULES[rule]
    return years_after(start, known.years if years is None else years) + known.period


def years_after(start: datetime, years: int) -> datetime:
    """The same day so many years later; 1 March where that year has no 29 February."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, month=3, day=1)
