"""Owns what a document says about itself once its text is forgotten: facts, never numbers."""

from calendar import monthrange
from datetime import date

from kyc.documents.mrz.names import names_agree
from kyc.documents.mrz.parse import Mrz
from kyc.documents.pages import Claimed, Facts

UNKNOWN: Facts = {
    "mrz_check_digits": None,
    "mrz_name_agrees": None,
    "mrz_birth_date_agrees": None,
    "expired": None,
    "expires_on": None,
    "issuing_state": None,
    "nationality": None,
    "document_type": None,
}
LAST_EXPIRY_OF_THIS_CENTURY = 69
OWN_CODES = {"D": "DEU"}
"""Germany prints one letter (ICAO 9303 part 3, section 5)."""


def facts_of(mrz: Mrz | None, claimed: Claimed | None, today: date | None) -> Facts:
    """Compare the zone with itself, with what was typed, and with the calendar.

    Values are True, False, a code or date, or None where nothing can be said.
    """
    if mrz is None:
        return dict(UNKNOWN)
    expiry = _expiry(mrz)
    return {
        "mrz_check_digits": mrz.check_digits_agree,
        "mrz_name_agrees": _name(mrz, claimed),
        "mrz_birth_date_agrees": _birth(mrz, claimed),
        "expired": expiry < today if expiry and today else None,
        "expires_on": expiry.isoformat() if expiry else None,
        "issuing_state": OWN_CODES.get(mrz.issuer, mrz.issuer),
        "nationality": OWN_CODES.get(mrz.nationality, mrz.nationality),
        "document_type": _document_type(mrz),
    }


def document_number(mrz: Mrz | None) -> str | None:
    """The number for the caller's keyed hash; None unless its check digit agrees."""
    return mrz.number if mrz and "number" in mrz.agreeing and mrz.number else None


def _name(mrz: Mrz, claimed: Claimed | None) -> bool | None:
    if claimed is None or not claimed.surname.strip():
        return None
    return names_agree(claimed.surname, claimed.given_names, mrz)


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
    if "expiry" not in mrz.agreeing or not mrz.expiry[:2].isdigit():
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
    return "residence_permit" if mrz.code in ("IR", "AR", "CR", "RP", "RT") else "identity_card"
