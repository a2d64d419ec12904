"""Owns the retention rules: what is destroyed, how long after which event, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """One class of things and the event that starts its clock, which the program knows.

    `of` is what it holds: `raw` (an unredacted file), `review` (the copy that staff compare),
    `retained` (its narrowed successor) or `record` (the details). `longest` bounds the period.
    """

    of: str
    what: str
    start: str
    longest: timedelta | None = None


CLOCKS: dict[str, Clock] = {
    "raw": Clock("raw", "unredacted upload", "upload", timedelta(hours=24)),
    "unfinished": Clock(
        "review", "picture whose storing was never finished", "upload", timedelta(hours=24)
    ),
    "superseded": Clock("review", "image replaced by a later version", "replacement", timedelta(0)),
    "abandoned": Clock("review", "images of a verification never sent for review", "upload"),
    "undecided": Clock("review", "images sent for review that nobody decided", "submission"),
    "asked_again": Clock("review", "images of an attempt that was sent back", "decision"),
    "rejected": Clock("review", "images of a rejected verification", "decision"),
    "approved": Clock("review", "images of an approved verification", "decision"),
    "retained": Clock(
        "retained", "narrowed images of an approved verification", "end of the relationship"
    ),
    "record_abandoned": Clock("record", "details of a verification never finished", "deadline"),
    "record_rejected": Clock("record", "details of a rejected verification", "decision"),
    "record_approved": Clock(
        "record", "details of an approved verification", "end of the relationship"
    ),
}
"""Every class and outcome there is: a flow has a rule for each of them."""


@dataclass(frozen=True)
class RetentionRule:
    """`period` counts from `start`; `legal_basis` is what a privacy notice may cite.

    `years` are counted by the calendar beside the period; None stands for the number that the
    deployment has set (KYC_RECORD_YEARS). `reason` says why images are kept over five years.
    """

    name: str
    what: str
    start: str
    period: timedelta
    legal_basis: str
    years: int | None = 0
    reason: str = ""


Rules = Mapping[str, RetentionRule]


def due_at(rules: Rules, name: str, start: datetime, years: int | None = None) -> datetime:
    """When something under the rule is destroyed, if its clock started at `start`.

    `years` is the deployment's number, for a rule that leaves it to the deployment.
    """
    rule = rules[name]
    return years_after(start, years_of(rule, years)) + rule.period


def years_of(rule: RetentionRule, deployment: int | None) -> int:
    """The calendar years of a rule. Raises ValueError where nobody has said how many."""
    years = deployment if rule.years is None else rule.years
    if years is None:
        raise ValueError(f"the rule {rule.name} leaves its years to the deployment")
    return years


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months later; the first of the month after where there is none."""
    year, month = divmod(start.month - 1 + months, 12)
    try:
        return start.replace(year=start.year + year, month=month + 1)
    except ValueError:
        year, month = divmod(start.month + months, 12)
        return start.replace(year=start.year + year, month=month + 1, day=1)


def years_after(start: datetime, years: int) -> datetime:
    """The same day so many years later; 1 March where that year has no 29 February."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, month=3, day=1)
