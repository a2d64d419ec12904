"""Owns the privacy notice that is shown before the first upload, and its version."""

import hashlib
from dataclasses import asdict, dataclass

import rfc8785

NOTICE_VERSION = "2026-11-7"
"""Rises with every change of the text. What a customer acknowledged is recorded with it; the
periods in it are those of the flow, whose version is recorded too, and what the controller says
of itself is in the words that are kept."""


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class NoticeSaid:
    """The notice as one customer reads it: translated, with periods and names put in."""

    version: str
    language: str
    sections: tuple[Section, ...]

    @property
    def body(self) -> str:
        """Titles and paragraphs as canonical JSON (RFC 8785)."""
        sections = [
            {**asdict(section), "paragraphs": list(section.paragraphs)} for section in self.sections
        ]
        return rfc8785.dumps(sections).decode()

    @property
    def sha256(self) -> str:
        """Of version, language and body."""
        whole = "\0".join((self.version, self.language, self.body))
        return hashlib.sha256(whole.encode()).hexdigest()


def _l(text: str) -> str:
    """Marks a text for translation; names, and spans by retention rule, are put in later."""
    return text


_BY_CONTRACT = _l(
    "The legal basis is the contract you are about to enter and our legitimate"
    " interest in preventing fraud (GDPR Art. 6(1)(b) and (f)), not your consent."
)
_NUMBERS_COVERED = _l(
    "Numbers that need not be seen (document number, personal number,"
    " machine-readable lines, barcodes) are covered before anything is kept."
    " The picture you sent is destroyed within 24 hours, usually within a minute."
)
_PICTURES = _l(
    "Pictures are destroyed %(abandoned)s after upload if you do not finish,"
    " %(rejected)s after a rejection, and %(approved)s after an approval. Those of an approved"
    " customer are then replaced by copies without portrait, signature and address, which are kept"
    " for as long as you are a customer, and %(retained)s more. Of documents from some countries no"
    " copy is kept: their pictures are destroyed as soon as the decision is made."
)
BY_STATUTE: dict[str, str] = {
    _BY_CONTRACT: _l(
        "The legal basis is a law that obliges %(business)s to verify its customers"
        " (%(statute)s; GDPR Art. 6(1)(c)), not your consent."
    ),
    _NUMBERS_COVERED: _l(
        "That law asks for a copy in which what it needs stays readable."
        " The picture you sent is destroyed within 24 hours, usually within a minute."
    ),
}
"""What stands in place of a paragraph where the flow names a law for showing more."""

KEPT_AS_THEY_ARE: dict[str, str] = {
    _PICTURES: _l(
        "Pictures are destroyed %(abandoned)s after upload if you do not finish, and %(rejected)s"
        " after a rejection. After an approval that law asks to keep the copies that staff"
        " compared, for as long as you are a customer, and %(retained)s more."
    ),
}
"""Likewise, where the profile hides nothing more after the dispute window."""

DESTROYED_AT_DECISION: dict[str, str] = {
    _PICTURES: _l(
        "Pictures are destroyed %(abandoned)s after upload if you do not finish, and otherwise as"
        " soon as the final decision is made. No copy is kept."
    ),
}
"""Likewise, where the profile keeps no picture."""

NOTICE: tuple[Section, ...] = (
    Section(
        _l("Who asks, and why"),
        (
            _l(
                "%(business)s must know who its customers are before it opens an account."
                " It is the controller of what you send here."
            ),
            _l("Postal address of %(business)s: %(address)s"),
            _l("E-mail address or telephone number of %(business)s: %(contact)s"),
            _l("Data protection officer: %(data_protection_officer)s"),
            _BY_CONTRACT,
        ),
    ),
    Section(
        _l("What happens to your pictures"),
        (
            _NUMBERS_COVERED,
            _l(
                "The covered picture is encrypted under a key of its own."
                " You see exactly what staff will see, and may cover more."
            ),
            _l(
                "A named member of staff compares the pictures by eye. There is no facial"
                " recognition, no biometric processing, and no decision by a machine."
            ),
        ),
    ),
    Section(
        _l("What is compared with other accounts"),
        (
            _l(
                "To notice fraud, the files you send, the number of your document, and your name"
                " with your date of birth are compared with those of other accounts of"
                " %(business)s. Only codes made with a secret key (keyed hashes) are kept for"
                " this, and they are deleted together with your verification. A match is shown to"
                " staff; it never decides anything."
            ),
            _l(
                "If you have a verification deleted that you had sent for review, such codes of"
                " your address, document number and name are kept for 12 months, so that we notice"
                " a return (GDPR Art. 6(1)(f)). You may object to that."
            ),
        ),
    ),
    Section(
        _l("Who receives your data"),
        (
            _l(
                "Staff of %(business)s, each as far as their role needs it, and those who work for"
                " %(business)s on its instructions: %(processors)s."
            ),
            _l(
                "Staff of %(business)s, each as far as their role needs it. No other company"
                " works on your data for %(business)s.%(no_processors)s"
            ),
            _l(
                "Authorities and courts get data where a law obliges %(business)s to hand it over."
                " Anybody else gets data only if you ask for it or a legal claim needs it. With"
                " your data you are told what was handed over, unless a law forbids that."
            ),
        ),
    ),
    Section(
        _l("How long it is kept"),
        (
            _PICTURES,
            _l(
                "Your details are destroyed %(record_abandoned)s after an unfinished verification"
                " lapses and %(record_rejected)s after a rejection; after an approval they stay for"
                " as long as you are a customer, and %(record_approved)s more."
            ),
            _l(
                "What a court or an authority demands, or a dispute needs, is kept until that has"
                " ended, even beyond these times."
            ),
            _l(
                "When pictures have been destroyed, you get signed receipts by mail for as long as"
                " we have your address. At %(receipts)s anybody can check a receipt."
            ),
        ),
    ),
    Section(
        _l("Your rights"),
        (
            _l(
                "You may ask %(business)s for access, correction, erasure, restriction or a copy"
                " of your data, object to its use, and complain to a data protection authority."
            ),
            _l(
                "You ask on your page, %(rights)s, with a code that we mail you, or by letter. We"
                " answer within one month. That you asked, and what we answered, is kept for 3"
                " years."
            ),
            _l("Authority that you may complain to: %(authority)s"),
        ),
    ),
)
"""A paragraph that names a particular or the processors is left out while nobody has said it."""

SAID_BY_CONTROLLER = frozenset({"processors", "no_processors"})
"""What a paragraph may name beside the particulars (GDPR Art. 13(1)(e) and (f))."""
