"""Owns the privacy notice that is shown before the first upload, and its version."""

import hashlib
from dataclasses import asdict, dataclass

import rfc8785

NOTICE_VERSION = "2026-11-3"
"""Rises with every change of the text. What a customer acknowledged is recorded with it; the
periods in it are those of the flow, whose version is recorded too."""


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
    """Marks a text for translation; %(business)s and spans, by retention rule, are put in later."""
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

NOTICE: tuple[Section, ...] = (
    Section(
        _l("Who asks, and why"),
        (
            _l(
                "%(business)s must know who its customers are before it opens an account."
                " It is the controller of what you send here."
            ),
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
        _l("How long it is kept"),
        (
            _l(
                "Pictures are destroyed %(abandoned)s after upload if you do not finish,"
                " %(rejected)s after a rejection, and %(approved)s after an approval. Your details"
                " are destroyed %(record_abandoned)s after an unfinished verification lapses and"
                " %(record_rejected)s after a rejection; after an approval they stay for as long"
                " as you are a customer, and %(record_approved)s more."
            ),
            _l(
                "What a court or an authority demands, or a dispute needs, is kept until that has"
                " ended, even beyond these times."
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
        ),
    ),
)
