"""Owns the rights that people have over their data, and how long an answer may take."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Right(StrEnum):
    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    PORTABILITY = "portability"
    COMPLAINT = "complaint"


class RequestState(StrEnum):
    OPEN = "open"
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


UNANSWERED = frozenset({RequestState.OPEN, RequestState.EXTENDED})


class Outcome(StrEnum):
    """How an answer went; a refusal has a state of its own."""

    GRANTED = "granted"
    PARTLY = "partly"


BY_CUSTOMER, BY_STAFF = "customer_link_and_code", "staff"
"""How somebody was identified: link or cookie and a mailed code, or what staff say in words."""


@dataclass(frozen=True)
class RightSaid:
    """`name` and `text` are for the customer, in their language; `guide` is for staff."""

    article: str
    name: str
    text: str
    guide: str


def _l(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


RIGHTS: dict[Right, RightSaid] = {
    Right.ACCESS: RightSaid(
        "GDPR Art. 15",
        _l("A copy of what you hold about me"),
        _l("You get the data and the pictures that we hold, why, how long, and who looked at"
           " them."),
        "Make the bundle, have a second person release it, then answer: it is fetched on the"
        " customer's page.",
    ),
    Right.CORRECTION: RightSaid(
        "GDPR Art. 16",
        _l("Something about me is wrong"),
        _l("You tell us what it should be. What it was before stays in the history of your case."),
        "Accept or refuse each value. The accepted one takes the place of the claimed one at once,"
        " and reviewers are told.",
    ),
    Right.ERASURE: RightSaid(
        "GDPR Art. 17",
        _l("Delete what you hold about me"),
        _l("We delete at once what no law makes us keep, and tell you what we must keep and why."),
        "Look at what can go and what a duty or a claim keeps. What can go is destroyed as it would"
        " be at its end.",
    ),
    Right.RESTRICTION: RightSaid(
        "GDPR Art. 18",
        _l("Keep my data, but do not use it"),
        _l("Nobody looks at your pictures or decides about you until this is settled."),
        "A restriction blocks looking and deciding. Tell the person before it is lifted"
        " (Art. 18(3)).",
    ),
    Right.OBJECTION: RightSaid(
        "GDPR Art. 21",
        _l("I object to how you use my data"),
        _l("Tell us what about your situation speaks against it. We stop, unless we can show that"
           " strong reasons of ours weigh more, or that we need the data for a legal claim."),
        "The business must show compelling grounds that override the person's interests, or needs"
        " for a legal claim; if it cannot, it stops. Restrict the case meanwhile (Art. 18(1)(d)).",
    ),
    Right.PORTABILITY: RightSaid(
        "GDPR Art. 20",
        _l("Give me my data to take elsewhere"),
        _l("You get what you gave us in a form that other programs can read."),
        "As for access: the bundle is in a published format that machines read.",
    ),
    Right.COMPLAINT: RightSaid(
        "GDPR Art. 77",
        _l("I want to complain"),
        _l("Tell us what went wrong. You may also complain to the supervisory authority at any"
           " time, without asking us first."),
        "Find out what happened, who was concerned, and what is changed. The person may go to the"
        " authority whatever you answer.",
    ),
}  # fmt: skip
"""In the order in which a customer may choose one."""

MONTHS, MONTHS_MORE = 1, 2
"""GDPR Art. 12(3): one month from receipt; two further ones where that is necessary."""

TARGET = timedelta(days=7)
"""What the desk sets itself."""

ALARM_DAYS = (14, 25, 30)
"""Days after receipt on which the privacy officers are reminded."""

ALARMS_BEFORE_END = (timedelta(days=16), timedelta(days=5), timedelta(0))
"""As far before the end of an extended time as those days are before the end of a month of 30."""

KEPT_YEARS = 3
"""How long it stays on record that somebody asked and was answered, from the answer on.

The ground is the controller's duty to show that it answered in time (GDPR Art. 5(2), 12(3)) and the
defence against claims (Art. 17(3)(e)); three years are the ordinary limitation of such claims in
much of the Union (such as § 195 of the German Civil Code and § 1489 of the Austrian one).
"""

EXTENSION_REASONS: dict[str, str] = {
    "complexity": _l("Your request is complex, and a careful answer takes us longer."),
    "number": _l("We have received very many requests, and a careful answer takes us longer."),
}
"""GDPR Art. 12(3), second sentence: these two and no others; the words are mailed."""
