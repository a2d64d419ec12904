"""Owns the words of the mails; they carry a link where one is needed, and no details."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Letter:
    to: str = field(repr=False)
    subject: str
    body: str = field(repr=False)


_SUBJECTS = {
    "link": "Your link to %(business)s's identity verification",
    "received": "%(business)s has received your verification",
    "verified": "%(business)s has verified your identity",
    "asked": "%(business)s needs something from you again",
    "rejected": "%(business)s could not verify your identity",
    "expired": "Your verification at %(business)s has lapsed",
}

_BODIES = {
    "link": "Here is a new link to your verification. It works once and until %(until)s.\n\n"
    "%(url)s\n\nIf you did not ask for it, nothing has happened: ignore this mail.",
    "received": "We have what you sent. A member of staff will compare the pictures by eye;"
    " you will get a mail when that is done.",
    "verified": "Your identity has been verified. There is nothing more to do.\n\n"
    "Your pictures will be destroyed 180 days from now.",
    "asked": "We could not finish your verification with what you sent. The page behind this"
    " link says what is needed and why; only that is asked for again.\n\n%(url)s\n\n"
    "The link works once and until %(until)s.",
    "rejected": "We could not verify your identity. The page behind this link says why, as far"
    " as we may tell.\n\n%(url)s\n\nThe link works once and until %(until)s. If you think we"
    " are wrong, answer this mail.",
    "expired": "You did not finish your verification in time, so it has lapsed. What you sent"
    " is being destroyed. You may begin again whenever you like:\n\n%(home)s",
}

NEEDS_LINK = frozenset({"link", "asked", "rejected"})


def compose(kind: str, to: str, **values: str) -> Letter:
    """A letter of one of the kinds above. Raises KeyError for an unknown kind."""
    greeting = "Good day,\n\n"
    closing = "\n\nWith kind regards\n%(business)s\n\nReference: %(reference)s\n"
    body = (greeting + _BODIES[kind] + closing) % values
    return Letter(to, _SUBJECTS[kind] % values, body)
