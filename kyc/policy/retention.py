"""Owns the retention table: what is destroyed, how long after which event, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class RetentionRule:
    """`period` counts from `start`; `legal_basis` is what a privacy notice may cite."""

    name: str
    what: str
    start: str
    period: timedelta
    legal_basis: str


_MINIMISATION = "GDPR Art. 5(1)(c) and (e)"
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
    )
}  # fmt: skip
"""The record of an approved verification is kept until the relationship has ended, which the
business reports; so no rule here starts its clock."""


def due_at(rule: str, start: datetime) -> datetime:
    """When something under `rule` is destroyed, if its clock started at `start`."""
    return start + RULES[rule].period
