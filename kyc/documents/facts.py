"""Owns what a document says about itself once its text is forgotten: facts, never numbers."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from kyc.documents.mrz.names import names_agree, transliterations
from kyc.documents.mrz.parse import Mrz
from kyc.documents.pages import Claimed, Facts, Line
from kyc.documents.printed import date_printed, names_printed

UNKNOWN: Facts = {
    "mrz_check_digits": None,
    "mrz_name_agrees": None,
    "mrz_birth_date_agrees": None,
    "printed_name_agrees": None,
    "printed_birth_date_agrees": None,
    "printed_expiry_agrees": None,
    "issuing_state_agrees": None,
    "document_type_agrees": None,
    "expired": None,
    "expires_on": None,
    "issuing_state": None,
    "nationality": None,
    "document_type": None,
}
LAST_EXPIRY_OF_THIS_CENTURY = 69
OWN_CODES = {"D": "DEU"}
"""Germany prints one letter (ICAO 9303 part 3, section 5)."""


CARDS = frozenset({"identity_card", "residence_permit"})
LICENCE = "D"
"""The first letter of a driving licence's row (ISO/IEC 18013-3), which holds no given names."""

PERMITS = frozenset({"IR", "AR", "CR", "RP", "RT"})


def facts_of(
    mrz: Mrz | None,
    claimed: Claimed | None,
    today: date | None,
    printed: Sequence[Line] = (),
) -> Facts:
    """Compare the zone with itself, with what was typed and printed, and with the calendar.

    `printed` are the lines beside the zone, on a side that names the person. Values are True,
    False, a code or date, or None where nothing can be said.
    """
    facts = {**UNKNOWN, **_printed(mrz, claimed, printed)}
    if mrz is None:
        return facts
    expiry = _expiry(mrz)
    state = OWN_CODES.get(mrz.issuer, mrz.issuer)
    return {
        **facts,
        "mrz_check_digits": mrz.check_digits_agree,
        "mrz_name_agrees": _name(mrz, claimed),
        "mrz_birth_date_agrees": _birth(mrz, claimed),
        "issuing_state_agrees": state == claimed.country if claimed and claimed.country else None,
        "document_type_agrees": _type_agrees(mrz, claimed),
        "expired": expiry < today if expiry and today else None,
        "expires_on": expiry.isoformat() if expiry else None,
        "issuing_state": state,
        "nationality": OWN_CODES.get(mrz.nationality, mrz.nationality) or None,
        "document_type": _document_type(mrz),
    }


def _printed(mrz: Mrz | None, claimed: Claimed | None, lines: Sequence[Line]) -> Facts:
    """What is printed against the zone, or where there is none against what was typed."""
    birth, expiry = _birth_date(mrz, claimed), _expiry(mrz) if mrz else None
    return {
        "printed_name_agrees": names_printed(lines, _name_words(mrz, claimed)),
        "printed_birth_date_agrees": date_printed(lines, birth) if birth else None,
        "printed_expiry_agrees": date_printed(lines, expiry) if expiry else None,
    }


def _name_words(mrz: Mrz | None, claimed: Claimed | None) -> list[str]:
    """Surname and first given name: a page may leave out the others, a zone may cut them."""
    if mrz and mrz.surname:
        cut = mrz.names_may_be_cut
        return [] if cut else [*mrz.surname.split(), *mrz.given_names.split()[:1]]
    if claimed is None:
        return []
    words = f"{claimed.surname} {claimed.given_names.split(' ')[0]}".replace("-", " ").split()
    return [min(transliterations(word)) for word in words]


def _birth_date(mrz: Mrz | None, claimed: Claimed | None) -> date | None:
    """The zone's date of birth, else the typed one; a zone's century is a living person's."""
    if mrz is None or not mrz.birth:
        return _typed_date(claimed.date_of_birth) if claimed else None
    if "birth" not in mrz.agreeing or not mrz.birth.isdigit():
        return None
    short, month, day = (int(mrz.birth[at : at + 2]) for at in (0, 2, 4))
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000 + short, month)[1]:
        return None
    return date(2000 + short, month, day)


def _typed_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _type_agrees(mrz: Mrz, claimed: Claimed | None) -> bool | None:
    """Between cards and permits only a permit's own code tells: states choose the second letter
    (ICAO 9303-5, section 4.2.2)."""
    if claimed is None or not claimed.document_type:
        return None
    printed = _document_type(mrz)
    if {printed, claimed.document_type} == CARDS and printed == "identity_card":
        return None
    return printed == claimed.document_type


def document_number(mrz: Mrz | None) -> str | None:
    """The number for the caller's keyed hash; None unless its check digit agrees."""
    return mrz.number if mrz and "number" in mrz.agreeing and mrz.number else None


def _name(mrz: Mrz, claimed: Claimed | None) -> bool | None:
    if claimed is None or not claimed.surname.strip() or not mrz.surname:
        return None
    given_names = claimed.given_names if mrz.code != LICENCE else ""
    return names_agree(claimed.surname, given_names, mrz)


def _birth(mrz: Mrz, claimed: Claimed | None) -> bool | None:
    """The zone has two digits of the year; unknown parts are fillers and agree with anything."""
    if claimed is None or "birth" not in mrz.agreeing:
        return None
    typed = claimed.date_of_birth.replace("-", "")[2:]
    if len(typed) != len(mrz.birth):
        return None
    return all(b in ("<", a) for a, b in zip(typed, mrz.birth, strict=True))


def _expiry(mrz: Mrz) -> date | None:
    """Unknown days and months of an expiry date count as the last possible ones."""
    if not mrz.vouches_for("expiry") or not mrz.expiry[:2].isdigit():
        return None
    short, month, day = (mrz.expiry[at : at + 2] for at in (0, 2, 4))
    year = int(short) + (2000 if int(short) <= LAST_EXPIRY_OF_THIS_CENTURY else 1900)
    month_number = int(month) if month.isdigit() else 12
    if not 1 <= month_number <= 12:
        return None
    last = monthrange(year, month_number)[1]
    day_number = int(day) if day.isdigit() else last
    return date(year, month_number, day_number) if 1 <= day_number <= last else None


def _document_type(mrz: Mrz) -> str:
    if mrz.code.startswith("P"):
        return "passport"
    if mrz.code.startswith("V"):
        return "visa"
    if mrz.code == LICENCE:
        return "driving_licence"
    return "residence_permit" if mrz.code in PERMITS else "identity_card"
