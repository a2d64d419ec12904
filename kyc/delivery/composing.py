"""Owns the words of the mails; they carry a link where one is needed, and no details."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from babel.dates import format_date, format_time

from kyc.delivery.catalogues import catalogue, known_locale


@dataclass(frozen=True)
class Letter:
    to: str = field(repr=False)
    subject: str
    body: str = field(repr=False)
    receipts: str = field(default="", repr=False)
    """The file of receipts that goes with it."""


def _l(text: str) -> str:
    """Marks a text for translation; it is translated when a letter is composed."""
    return text


_SUBJECTS = {
    "notice": _l("The privacy notice of %(business)s has changed"),
    "link": _l("Your link to %(business)s's identity verification"),
    "received": _l("%(business)s has received your verification"),
    "verified": _l("%(business)s has verified your identity"),
    "asked": _l("%(business)s needs something from you again"),
    "rejected": _l("%(business)s could not verify your identity"),
    "expired": _l("Your verification at %(business)s has lapsed"),
    "receipts": _l("Receipts of deletion from %(business)s"),
    "rights_code": _l("Your code for %(business)s"),
    "rights_received": _l("%(business)s has received your request"),
    "rights_answered": _l("There is an answer to your request at %(business)s"),
    "extended_complexity": _l("The answer of %(business)s takes longer"),
    "extended_number": _l("The answer of %(business)s takes longer"),
    "restriction_ends": _l("Your verification at %(business)s goes on"),
    "erased": _l("%(business)s has deleted your data"),
    "bundle": _l("Your data at %(business)s can be fetched"),
}

_BODIES = {
    "notice": _l(
        "When you verified your identity, you were shown our privacy notice. It has changed. There"
        " is nothing that you must do.\n\nThis is new or says something else now:\n\n%(changes)s"
        "\n\nThe whole notice as it stands now:\n\n%(notice)s"
    ),
    "link": _l(
        "Here is a new link to your verification. It works once and until %(until)s.\n\n"
        "%(url)s\n\nIf you did not ask for it, nothing has happened: ignore this mail."
    ),
    "received": _l(
        "We have what you sent. A member of staff will compare the pictures by eye;"
        " you will get a mail when that is done."
    ),
    "verified": _l(
        "Your identity has been verified. There is nothing more to do.\n\n"
        "Your pictures will be destroyed 180 days from now."
    ),
    "asked": _l(
        "We could not finish your verification with what you sent. The page behind this"
        " link says what is needed and why; only that is asked for again.\n\n%(url)s\n\n"
        "The link works once and until %(until)s."
    ),
    "rejected": _l(
        "We could not verify your identity. The page behind this link says why, as far"
        " as we may tell.\n\n%(url)s\n\nThe link works once and until %(until)s. If you think we"
        " are wrong, answer this mail."
    ),
    "expired": _l(
        "You did not finish your verification in time, so it has lapsed. What you sent"
        " is being destroyed. You may begin again whenever you like:\n\n%(home)s"
    ),
    "receipts": _l(
        "We have deleted pictures of yours: nobody can open them any more. For each there is a"
        " signed receipt in the file that comes with this mail. Keep it; everybody can check it,"
        " here or on a machine of their own:\n\n%(home)sreceipts"
    ),
    "rights_code": _l(
        "Your code is %(code)s. Type it into the page on which you asked for it. It works once"
        " and for 15 minutes.\n\nWhoever has it can make requests about your data in your name:"
        " give it to nobody. If you did not ask for it, ignore this mail."
    ),
    "rights_received": _l(
        "We have received a request about your personal data. We answer it within one month, and"
        " as a rule within a week. You find it, and later the answer, on your page:\n\n%(url)s\n\n"
        "The link works once and until %(until)s. After that, ask for a new one here:\n\n"
        "%(home)sresume"
    ),
    "rights_answered": _l(
        "There is an answer to your request about your personal data. You find it on your page:"
        "\n\n%(url)s\n\nThe link works once and until %(until)s. After that, ask for a new one"
        " here:\n\n%(home)sresume"
    ),
    "extended_complexity": _l(
        "We need more time for your request about your personal data. Your request is complex, and"
        " a careful answer takes us longer. We answer at the latest three months after we received"
        " it, as the law allows (GDPR Art. 12(3)). You may complain to the supervisory authority"
        " or go to court. Your page tells the day:\n\n%(url)s\n\nThe link works once and until"
        " %(until)s."
    ),
    "extended_number": _l(
        "We need more time for your request about your personal data. We have received very many"
        " requests, and a careful answer takes us longer. We answer at the latest three months"
        " after we received it, as the law allows (GDPR Art. 12(3)). You may complain to the"
        " supervisory authority or go to court. Your page tells the day:\n\n%(url)s\n\nThe link"
        " works once and until %(until)s."
    ),
    "restriction_ends": _l(
        "At your request nobody has looked at your verification or decided about it. We are going"
        " to lift this restriction, at the earliest a day from now. Why, and how to ask for it"
        " again, is on your page:\n\n%(url)s\n\nThe link works once and until %(until)s. After"
        " that, ask for a new one here:\n\n%(home)sresume"
    ),
    "erased": _l(
        "As you asked, we have deleted your pictures; your details follow within the hour, and with"
        " them this address and your page. Nobody can open any of it any more, not even we.\n\n"
        "If you had sent it for review, we keep for 12 months a code made of your address,"
        " document number and name under a secret key, so that we notice a return. Nobody can read"
        " them from it. You may object to that. That you asked and what we answered stays on record"
        " for 3 years.\n\nSigned receipts of the deletion follow with another mail. Everybody can"
        " check them:\n\n%(home)sreceipts"
    ),
    "bundle": _l(
        "The copy of your data that you asked for is ready. On your page you fetch it, with a code"
        " that we mail you. That works once and within 7 days; then it is deleted here.\n\n%(url)s"
        "\n\nThe link works once and until %(until)s. After that, ask for a new one here:\n\n"
        "%(home)sresume"
    ),
}

_GREETING = _l("Good day,")
_CLOSING = _l("With kind regards\n%(business)s\n\nReference: %(reference)s")

NEEDS_LINK = frozenset(
    {
        "link",
        "asked",
        "rejected",
        "rights_received",
        "rights_answered",
        "extended_complexity",
        "extended_number",
        "restriction_ends",
        "bundle",
    }
)


def compose(
    kind: str, to: str, locale: str, *, until: datetime, receipts: str = "", **values: str
) -> Letter:
    """A letter of one of the kinds above in the language of `locale`, or else in English.

    `until` is when its link ends. Raises KeyError for an unknown kind.
    """
    words = catalogue(locale)
    known = {**values, "until": _moment(until, known_locale(locale))}
    parts = [_GREETING, _BODIES[kind], _CLOSING]
    body = "\n\n".join(words.gettext(part) % known for part in parts) + "\n"
    return Letter(to, words.gettext(_SUBJECTS[kind]) % known, body, receipts)


def _moment(at: datetime, locale: str) -> str:
    """Day and minute: the reader's own zone is not known, so the zone is named."""
    day = format_date(at.astimezone(UTC), "long", locale)
    return f"{day}, {format_time(at, 'short', tzinfo=UTC, locale=locale)} UTC"
