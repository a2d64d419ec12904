"""Owns the printed labels that say which kind of number stands beside or below them."""

import re

from kyc.documents.dates import fold
from kyc.documents.pages import Cls
from kyc.documents.remembered import remembered

LABELS: tuple[tuple[Cls, str], ...] = (
    (Cls.CARD_ACCESS_NUMBER, r"\bCAN\b|CARD ACCESS|ZUGANGSNUMMER"),
    (
        Cls.PERSONAL_NUMBER,
        r"PERSON(AL|NEL|UMMER)|PERS\. ?ID|IDENTIF|\bPESEL|\bCNP\b|ASMENS KODAS|PERSONAS KODS"
        r"|ISIKUKOOD|KIMLIK|HENKILOTUNNUS|TUNNUS|RODNE CISLO|\bOIB\b|\bEMSO\b|\bJMBG\b|\bBSN\b"
        r"|BURGERSERVICE|CODICE FISCALE|FODSELSNUMMER|\bDNI\b|\bNIE\b|\bEGN\b|ЕГН|I\.D\. ?N",
    ),
    (Cls.SERIAL_NUMBER, r"SUPPORT|SOPORT|CONTROL N|SERIAL|SERIEN"),
    (
        Cls.DOCUMENT_NUMBER,
        r"(PASSPORT|PASSEPORT|DOCUMENT|CARD|LICEN[CS]E|CASE|KAART|PERMIT) ?N|REG(ISTRATION)?\.? ?N"
        r"|\bID ?N[OR]|NUM(BER|ERO|MER)|\bDLN?\b|\bNR\b|KARTES N|PASES N|CISLO|NUMERIS|НОМЕР",
    ),
)
COMPILED = tuple((cls, re.compile(pattern)) for cls, pattern in LABELS)


@remembered
def number_label(text: str) -> Cls | None:
    """The class of number that a line announces, or None when it is no such label."""
    folded = fold(text)
    return next((cls for cls, pattern in COMPILED if pattern.search(folded)), None)
