"""Owns the privacy notice that is shown before the first upload, and its version."""

from dataclasses import dataclass

NOTICE_VERSION = "2026-11-2"
"""Rises with every change of the text; what a customer acknowledged is recorded with it."""


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: tuple[str, ...]


def _l(text: str) -> str:
    """Marks a text for translation; %(business)s and %(span)s are put in where it is shown."""
    return text


NOTICE: tuple[Section, ...] = (
    Section(
        _l("Who asks, and why"),
        (
            _l(
                "%(business)s must know who its customers are before it opens an account."
                " It is the controller of what you send here."
            ),
            _l(
                "The legal basis is the contract you are about to enter and our legitimate"
                " interest in preventing fraud (GDPR Art. 6(1)(b) and (f)), not your consent."
            ),
        ),
    ),
    Section(
        _l("What happens to your pictures"),
        (
            _l(
                "Numbers that need not be seen (document number, personal number,"
                " machine-readable lines, barcodes) are covered before anything is kept."
                " The picture you sent is destroyed within 24 hours, usually within a minute."
            ),
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
                "Pictures are destroyed 7 days after upload if you do not finish, 90 days after"
                " a rejection, and 180 days after an approval. Your details are destroyed 7 days"
                " after an unfinished verification lapses and one year after a rejection; after"
                " an approval they stay for as long as you are a customer, and %(span)s more."
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
