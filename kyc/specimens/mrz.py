"""Owns the machine readable zone as text: ICAO Doc 9303 parts 3 (names), 4, 5, 6 and 7."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from kyc.specimens.people import Person
from kyc.specimens.states import state_of

FILLER = "<"
_WEIGHTS = (7, 3, 1)

# Part 3, section 6 A; letters not listed lose their diacritics.
_LATIN = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Þ": "TH",
    "ẞ": "SS", "Đ": "D", "Ħ": "H", "ı": "I", "ĸ": "Q", "Ł": "L", "Ŋ": "N", "Œ": "OE",
    "Ŧ": "T", "Ə": "E",
}  # fmt: skip
# Part 3, section 6 B, the common column.
_CYRILLIC = dict(
    zip(
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎ",
        "A B V G D E E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH IE Y _ E IU IA I I IE G U"
        .replace("_", "").split(" "),
        strict=True,
    )
)  # fmt: skip
_SEPARATORS = " -/\u00a0"
_DROPPED = "'’`.,"


@dataclass(frozen=True)
class Zone:
    """What a zone says. `code` is the document code (P, ID, IR); states are alpha-3 or D."""

    code: str
    state: str
    surname: str
    given_names: str
    number: str
    nationality: str
    birth: date
    sex: str
    expiry: date
    optional: str = ""
    optional_2: str = ""


def check_digit(text: str) -> str:
    """Modulus 10, weights 7, 3, 1 (part 3, section 4.9); ValueError on a foreign character."""
    return str(sum(_value(c) * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def _value(character: str) -> int:
    if character == FILLER:
        return 0
    if not (character.isascii() and character.isalnum()) or character.islower():
        raise ValueError(f"not a character of the zone: {character!r}")
    return int(character, 36)


def transliterate(name: str) -> str:
    """A name in A to Z and fillers; raises ValueError for a script that has no rule here."""
    return FILLER.join("".join(map(_letter, name.replace("ß", "ẞ").upper())).split(FILLER))


def _letter(character: str) -> str:
    if character in _SEPARATORS:
        return FILLER
    if character in _DROPPED:
        return ""
    mapped = _LATIN.get(character) or _CYRILLIC.get(character)
    if mapped is not None:
        return mapped
    base = unicodedata.normalize("NFKD", character)[0]
    if not ("A" <= base <= "Z"):
        raise ValueError(f"no transliteration for {character!r}")
    return base


def _names(surname: str, given_names: str, width: int) -> str:
    """Primary << secondary; a cut field ends in a letter, so that the cut shows (part 4, 4.2.3)."""
    primary, secondary = transliterate(surname), transliterate(given_names)
    if not secondary:
        return _fill(primary[:width], width)
    whole = f"{primary}<<{secondary}"
    if len(whole) <= width:
        return _fill(whole, width)
    primary = primary[: width - 3]
    cut = f"{primary}<<{secondary}"[:width]
    while cut.endswith(FILLER):
        primary = primary[:-1]
        cut = f"{primary}<<{secondary}"[:width]
    return cut


def _fill(text: str, width: int) -> str:
    if len(text) > width:
        raise ValueError(f"{text!r} is longer than {width}")
    return text.ljust(width, FILLER)


def _day(day: date) -> str:
    return day.strftime("%y%m%d")


def _sex(sex: str) -> str:
    return sex if sex in ("F", "M") else FILLER


def _checked(text: str) -> str:
    return text + check_digit(text)


def zone_td3(zone: Zone) -> tuple[str, str]:
    """Two lines of 44 characters (part 4, 4.2)."""
    number, birth, expiry = _dated(zone)
    optional = _fill(zone.optional, 14)
    # An empty optional field may carry a filler in place of its check digit.
    personal = optional + (check_digit(optional) if zone.optional else FILLER)
    second = number + _fill(zone.nationality, 3) + birth + _sex(zone.sex) + expiry + personal
    return _heads(zone, 39), second + check_digit(number + birth + expiry + personal)


def zone_td2(zone: Zone) -> tuple[str, str]:
    """Two lines of 36 characters (part 6, 4.2)."""
    number, birth, expiry = _dated(zone)
    optional = _fill(zone.optional[:7], 7)
    second = number + _fill(zone.nationality, 3) + birth + _sex(zone.sex) + expiry + optional
    return _heads(zone, 31), second + check_digit(number + birth + expiry + optional)


def zone_mrv(zone: Zone, width: int) -> tuple[str, str]:
    """A visa's two lines of 44 (MRV-A) or 36 characters (MRV-B): part 7, 4.2, no composite."""
    number, birth, expiry = _dated(zone)
    second = number + _fill(zone.nationality, 3) + birth + _sex(zone.sex) + expiry
    return _heads(zone, width - 5), _fill(second + zone.optional[: width - 28], width)


def _heads(zone: Zone, names: int) -> str:
    """The upper line: code, state and as many characters of the names."""
    head = _fill(zone.code, 2) + _fill(zone.state, 3)
    return head + _names(zone.surname, zone.given_names, names)


def _dated(zone: Zone) -> tuple[str, str, str]:
    """Number, birth and expiry, each with its check digit."""
    number = _checked(_fill(zone.number, 9))
    return number, _checked(_day(zone.birth)), _checked(_day(zone.expiry))


def zone_td1(zone: Zone) -> tuple[str, str, str]:
    """Three lines of 30 characters (part 5, 4.2); a long number runs on into the optional field."""
    upper = _fill(zone.code, 2) + _fill(zone.state, 3) + _td1_number(zone)
    birth, expiry = _checked(_day(zone.birth)), _checked(_day(zone.expiry))
    nationality, optional = _fill(zone.nationality, 3), _fill(zone.optional_2, 11)
    composite = check_digit(upper[5:30] + birth + expiry + optional)
    middle = birth + _sex(zone.sex) + expiry + nationality + optional + composite
    return upper, middle, _names(zone.surname, zone.given_names, 30)


def _td1_number(zone: Zone) -> str:
    number = zone.number
    if len(number) <= 9:
        return _checked(_fill(number, 9)) + _fill(zone.optional, 15)
    rest = number[9:] + check_digit(number) + FILLER + zone.optional
    return number[:9] + FILLER + _fill(rest, 15)


def td3(person: Person, state: str) -> tuple[str, str]:
    """The two lines of this person's passport of `state`."""
    personal = _plain(person.personal_number)
    return zone_td3(_zone("P", person, state, personal if len(personal) <= 14 else ""))


def td1(person: Person, state: str, code: str = "I<") -> tuple[str, str, str]:
    """The three lines of this person's card of `state`; `code` is its document code."""
    personal = _plain(person.personal_number)
    return zone_td1(_zone(code.rstrip(FILLER), person, state, personal[:15]))


def td2(person: Person, state: str, code: str = "ID") -> tuple[str, str]:
    """The two lines of this person's larger card of `state`."""
    return zone_td2(_zone(code, person, state, ""))


def visa(person: Person, state: str, width: int) -> tuple[str, str]:
    """The two lines of this person's visa for `state`, of 44 or 36 characters."""
    return zone_mrv(_zone("V", person, state, ""), width)


def _zone(code: str, person: Person, state: str, optional: str) -> Zone:
    return Zone(
        code=code,
        state=state_of(state).zone_code,
        surname=person.surname,
        given_names=person.given_names,
        number=person.document_number,
        nationality=state_of(person.nationality or state).zone_code,
        birth=person.date_of_birth,
        sex=person.sex,
        expiry=person.date_of_expiry,
        optional=optional,
    )


def _plain(number: str) -> str:
    return "".join(c for c in number.upper() if c.isascii() and c.isalnum())
