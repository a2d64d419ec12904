"""Owns comparing a typed name with the zone's: transliteration by ICAO 9303 part 3, section 6."""

import unicodedata
from collections.abc import Iterator
from itertools import product

from kyc.documents.mrz.parse import Mrz

LATIN = {
    "Ä": "AE A",
    "Å": "AA A",
    "Æ": "AE",
    "Ð": "D",
    "Đ": "D DJ",
    "Ə": "E",
    "Ħ": "H",
    "I": "I",
    "ı": "I",
    "Ĳ": "IJ",
    "ĸ": "Q",
    "Ł": "L",
    "Ŋ": "N",
    "Ñ": "N NXX",
    "Ö": "OE O",
    "Ø": "OE O",
    "Œ": "OE",
    "ß": "SS",
    "ẞ": "SS",
    "Þ": "TH",
    "Ŧ": "T",
    "Ü": "UE UXX U",
    "Õ": "O",
}
"""Letters that are more than an accent; several readings where the standard allows several."""

CYRILLIC = {
    "А": "A",
    "Б": "B",
    "В": "V",
    "Г": "G H",
    "Д": "D",
    "Е": "E IE",
    "Ё": "E IO",
    "Ж": "ZH",
    "З": "Z",
    "И": "I Y",
    "Й": "I",
    "І": "I",
    "К": "K",
    "Л": "L",
    "М": "M",
    "Н": "N",
    "О": "O",
    "П": "P",
    "Р": "R",
    "С": "S",
    "Т": "T",
    "У": "U",
    "Ф": "F",
    "Х": "KH H",
    "Ц": "TS C",
    "Ч": "CH",
    "Ш": "SH",
    "Щ": "SHCH SHT",
    "Ъ": "IE A",
    "Ы": "Y",
    "Ь": " IE",
    "Э": "E",
    "Ю": "IU",
    "Я": "IA",
    "Є": "IE",
    "Ї": "I",
    "Ґ": "G",
    "Ў": "U",
    "Ј": "J",
    "Љ": "LJ",
    "Њ": "NJ",
    "Ћ": "C",
    "Ђ": "D",
    "Џ": "DZ",
    "Ѓ": "G",
    "Ќ": "K",
    "Ѕ": "DZ",
}
GREEK = {
    "Α": "A",
    "Β": "V",
    "Γ": "G",
    "Δ": "D",
    "Ε": "E",
    "Ζ": "Z",
    "Η": "I",
    "Θ": "TH",
    "Ι": "I",
    "Κ": "K",
    "Λ": "L",
    "Μ": "M",
    "Ν": "N",
    "Ξ": "X",
    "Ο": "O",
    "Π": "P",
    "Ρ": "R",
    "Σ": "S",
    "Τ": "T",
    "Υ": "Y U",
    "Φ": "F",
    "Χ": "CH",
    "Ψ": "PS",
    "Ω": "O",
}
TABLE = LATIN | CYRILLIC | GREEK
FURTHER = {
    "Ж": "Z",
    "Ч": "C",
    "Ш": "S",
    "Є": "YE",
    "Ї": "YI",
    "Й": "Y",
    "Ю": "YU",
    "Я": "YA",
    "Υ": "V F",
    "Γ": "N",
}
"""What Serbia, what Ukraine at the beginning of words, and what Greece (ELOT 743) write besides.
Not looked up by: a name has few spellings there, and these would take the place of likelier ones.
"""

DROPPED = frozenset("'’`´.,")
MOST_VARIANTS = 512
LEAST_CUT = 15
"""Letters of a surname before it is cut for the sake of given names: half of the shortest field."""


def transliterations(name: str) -> set[str]:
    """Every way in which the zone may spell a name, words parted by single blanks."""
    choices = [_readings(glyph) for glyph in unicodedata.normalize("NFC", name)]
    count = 1
    for at, choice in enumerate(choices):
        count *= len(choice)
        if count > MOST_VARIANTS:
            choices[at:] = [choice[:1] for choice in choices[at:]]
            break
    return {" ".join("".join(spelling).split()) for spelling in product(*choices)}


def spellings(name: str) -> set[str]:
    """At most three of them, for looking up: where letters have several readings, each letter's
    first, each one's shortest, each one's last. A name in letters without any reading is folded.
    """
    composed = unicodedata.normalize("NFC", name)
    choices = [_choices(glyph) for glyph in composed]
    if any(_is_unread(*pair) for pair in zip(composed, choices, strict=True)):
        return {" ".join(unicodedata.normalize("NFKC", name).casefold().split())}
    picked = (
        [choice[0] for choice in choices],
        [min(choice, key=len) for choice in choices],
        [choice[-1] for choice in choices],
    )
    return {" ".join("".join(letters).split()) for letters in picked}


def _is_unread(glyph: str, readings: list[str]) -> bool:
    return readings == [" "] and unicodedata.category(glyph) in {"Lu", "Ll", "Lo"}


def _readings(glyph: str) -> list[str]:
    """Every reading of a letter; a Greek one may have an accent."""
    upper = glyph.upper()
    plain = upper if upper in TABLE else unicodedata.normalize("NFKD", upper)[:1]
    read = _choices(plain if plain in GREEK else glyph)
    return [*read, *FURTHER.get(plain, "").split()]


def _choices(glyph: str) -> list[str]:
    upper = glyph if glyph in TABLE else glyph.upper()
    if upper in TABLE:
        spelled = TABLE[upper]
        return ["", *spelled.split()] if spelled.startswith(" ") else spelled.split()
    if glyph in DROPPED:
        return [""]
    return ["".join(_base_letters(upper)) or " "]


def _base_letters(upper: str) -> Iterator[str]:
    """The letters under the accents; those of another script by the table."""
    for glyph in unicodedata.normalize("NFKD", upper):
        if glyph.isascii() and glyph.isalpha():
            yield glyph
        elif glyph in TABLE:
            yield TABLE[glyph].split()[0]


def names_agree(surname: str, given_names: str, mrz: Mrz) -> bool:
    """Whether the typed name is the zone's: whole surname, and given names in their order.

    A person may leave out further given names; a zone that is full may have cut the name.
    """
    cut = mrz.names_may_be_cut
    surname_cut = cut and (not mrz.given_names or len(mrz.surname) >= LEAST_CUT)
    if not any(_same(typed, mrz.surname, surname_cut) for typed in transliterations(surname)):
        return False
    if not given_names.strip() or (cut and not mrz.given_names):
        return not mrz.given_names or not given_names.strip()
    return any(
        _in_order(typed.split(), mrz.given_names.split(), cut)
        for typed in transliterations(given_names)
    )


def _same(typed: str, printed: str, cut: bool) -> bool:
    typed, printed = typed.replace(" ", ""), printed.replace(" ", "")
    return typed == printed or (cut and len(printed) > 3 and typed.startswith(printed))


def _in_order(typed: list[str], printed: list[str], cut: bool) -> bool:
    """Whether the shorter list of words appears in the longer one, in order."""
    if not typed or not printed:
        return False
    if _same("".join(typed), "".join(printed), cut):
        return True
    rest = iter(printed)
    if all(any(_same(word, other, False) for other in rest) for word in typed):
        return True
    return cut and all(a.startswith(b) for a, b in zip(typed, printed, strict=False))
