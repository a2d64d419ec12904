"""Owns composing machine-readable zones: ICAO 9303 part 3 (characters), 4 (TD3), 5 (TD1)."""

import unicodedata
from datetime import date

from kyc.specimens.people import Person

_SPECIAL = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Å": "AA", "Ø": "OE", "Æ": "AE",
            "Ł": "L", "Đ": "D", "Ñ": "N", "Õ": "O"}  # fmt: skip
_WEIGHTS = (7, 3, 1)


def transliterate(name: str) -> str:
    """A name as the zone writes it: A to Z, `<` between its parts (part 3, section 6)."""
    written = "".join(_SPECIAL.get(c, c) for c in name.upper().replace("ß", "SS"))
    plain = unicodedata.normalize("NFD", written)
    return "".join("<" if c in " -" else c for c in plain if c in " -" or "A" <= c <= "Z")


def check_digit(text: str) -> str:
    """Modulo 10 with weights 7, 3, 1 (part 3, section 4.9)."""
    total = sum(_value(c) * _WEIGHTS[i % 3] for i, c in enumerate(text))
    return str(total % 10)


def td3(person: Person, state: str) -> tuple[str, str]:
    """Two lines of 44 characters (part 4, section 4.2.2)."""
    first = f"P<{state}{_names(person)}".ljust(44, "<")[:44]
    number = person.document_number.ljust(9, "<")
    birth, expiry = _day(person.date_of_birth), _day(person.date_of_expiry)
    optional = person.personal_number.ljust(14, "<")
    head = number + check_digit(number)
    dates = birth + check_digit(birth), expiry + check_digit(expiry)
    tail = optional + check_digit(optional)
    total = check_digit(head + dates[0] + dates[1] + tail)
    return first, f"{head}{state}{dates[0]}{person.sex}{dates[1]}{tail}{total}"


def td1(person: Person, state: str, code: str = "I<") -> tuple[str, str, str]:
    """Three lines of 30 characters (part 5, section 4.2.2)."""
    number = person.document_number.ljust(9, "<")
    first = f"{code}{state}{number}{check_digit(number)}{person.personal_number}".ljust(30, "<")
    birth, expiry = _day(person.date_of_birth), _day(person.date_of_expiry)
    dates = birth + check_digit(birth), expiry + check_digit(expiry)
    optional = "<" * 11
    total = check_digit(first[5:30] + dates[0] + dates[1] + optional)
    second = f"{dates[0]}{person.sex}{dates[1]}{state}{optional}{total}"
    return first[:30], second, _names(person).ljust(30, "<")[:30]


def _names(person: Person) -> str:
    return f"{transliterate(person.surname)}<<{transliterate(person.given_names)}"


def _day(day: date) -> str:
    return day.strftime("%y%m%d")


def _value(c: str) -> int:
    if c == "<":
        return 0
    return int(c) if c.isdigit() else ord(c) - ord("A") + 10
