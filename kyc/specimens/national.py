"""Owns zones as text that are no ICAO 9303 layout: old French cards, driving licences' rows."""

from kyc.specimens.chance import dice
from kyc.specimens.mrz import FILLER, check_digit, transliterate
from kyc.specimens.numbers import filled
from kyc.specimens.people import Person

_ROW = 30


def french_number(person: Person) -> str:
    """Twelve digits: year and month of issue, department, a count."""
    throw = dice(0, f"french:{person.document_number}")
    return f"{person.date_of_issue:%y%m}" + filled("0########", throw)[:8]


def french_card(person: Person, number: str) -> tuple[str, str]:
    """The two lines of 36 of cards of 1988 to 2021; the office that issued stands behind the name.

    The last digit covers both lines.
    """
    surname = _field(transliterate(person.surname), 25)
    first = f"IDFRA{surname}{number[4:7]}052"
    given = _field(transliterate(person.given_names).replace(FILLER, FILLER * 2), 14)
    birth = f"{person.date_of_birth:%y%m%d}"
    second = f"{number}{check_digit(number)}{given}{birth}{check_digit(birth)}{person.sex}"
    return first, second + check_digit(first + second)


def licence_row(person: Person, zone_code: str) -> str:
    """The one line of 30: France's with number, expiry and surname, else as each state likes."""
    head = "D1" + _field(zone_code, 3)
    if zone_code == "FRA":
        number = head + _field(person.document_number, 9)
        expiry = f"{person.date_of_expiry:%y%m%d}"
        row = number + check_digit(number) + expiry + _field(transliterate(person.surname), 8)
    else:
        chosen = filled("#" * 8 + "@##@@##@##@##@##", dice(0, f"row:{person.document_number}"))
        row = head + _field(f"1{person.document_number}{chosen}", _ROW - 6)
    return row + check_digit(row)


def _field(text: str, width: int) -> str:
    return text[:width].ljust(width, FILLER)
