"""Owns what an entry in the register of disclosures must say, and what no entry may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kyc.errors import InvalidInputError
from kyc.models import VerificationSession
from kyc.policy.disclosures import (
    CLASSES,
    GROUNDS,
    MOST_CASES,
    PICTURES,
    RECIPIENTS,
    WITHHELD,
    forbids_pictures,
)

LONGEST_RECIPIENT = 200
LONGEST_REFERENCE = 200
LONGEST_NOTE = 2000
LONGEST_SILENCE = timedelta(days=3653)


class ForbiddenDisclosureError(InvalidInputError):
    """A law forbids to hand this over; the message names it."""

    code = "forbidden_disclosure"


@dataclass(frozen=True)
class Given:
    """What is entered; `cases` are ids or references, `country` ISO 3166-1 alpha-2.

    `withheld_until` is the last day on which the customer is not told, with its ground.
    """

    kind: str
    recipient: str
    country: str
    ground: str
    classes: Sequence[str]
    cases: Sequence[str]
    disclosed_on: date
    reference: str = ""
    note: str = ""
    withheld_until: date | None = None
    withheld_ground: str = ""


def check_given(given: Given, now: datetime) -> None:
    """Raises InvalidInputError that says what to put right."""
    _check_codes(given)
    if not given.recipient.strip() or len(given.recipient) > LONGEST_RECIPIENT:
        raise InvalidInputError("name the body that got the data")
    if not 0 < len(given.cases) <= MOST_CASES:
        raise InvalidInputError(f"name the cases, at most {MOST_CASES} in one entry")
    if given.ground == "order" and not given.reference.strip():
        raise InvalidInputError("give the reference of the order or request")
    if len(given.reference) > LONGEST_REFERENCE or len(given.note) > LONGEST_NOTE:
        raise InvalidInputError(
            f"a reference has at most {LONGEST_REFERENCE} characters, a note {LONGEST_NOTE}"
        )
    if given.disclosed_on > now.date():
        raise InvalidInputError("the day is in the future: enter what was handed over")
    _check_silence(given, now)


def _check_silence(given: Given, now: datetime) -> None:
    if given.withheld_until is None:
        return
    if given.withheld_ground not in WITHHELD:
        raise InvalidInputError("say on which ground the customer is not told")
    if not now.date() <= given.withheld_until <= now.date() + LONGEST_SILENCE:
        raise InvalidInputError("the day until which they are not told is within ten years")


def _check_codes(given: Given) -> None:
    if given.kind not in RECIPIENTS:
        raise InvalidInputError(f"the kind of recipient is one of {', '.join(RECIPIENTS)}")
    if given.ground not in GROUNDS:
        raise InvalidInputError(f"the ground is one of {', '.join(GROUNDS)}")
    if not given.classes or not set(given.classes) <= CLASSES.keys():
        raise InvalidInputError("name at least one class of data that was handed over")


def check_case(session: VerificationSession, given: Given) -> None:
    """Raises InvalidInputError, ForbiddenDisclosureError for what a law forbids."""
    if given.disclosed_on < session.created_at.date():
        raise InvalidInputError(
            f"{session.reference} did not exist on that day: look at the day and at the case"
        )
    if PICTURES not in given.classes:
        return
    facts = session.facts or {}
    rule = forbids_pictures(
        given.kind,
        {str(one) for one in (session.document_country, facts.get("issuing_state")) if one},
        {str(one) for one in (session.document_type, facts.get("document_type")) if one},
    )
    if rule is not None:
        raise ForbiddenDisclosureError(
            f"{session.reference} has a German document: {rule} forbids everybody but its holder to"
            " pass a copy on to third parties. Ask the customer to hand it over themselves"
        )
