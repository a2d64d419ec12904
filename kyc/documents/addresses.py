"""Owns addresses without a caption: words around a house number say what they are."""

import re

from kyc.documents.dates import MONTHS, date_spans, fold

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
HOUSE = re.compile(r"(?=[^\s]*\d)[\dSOIBZ]{1,3}[A-Z]?(?:[/\-]\d{1,4}[A-Z]?)?")
BRACKETED = re.compile(r"\([^)]*\)")
MEASURES = frozenset({"CM", "M", "KG", "KW", "CC", "OF", "YEARS"})
LEAST_LETTERS, SHORT = 4, 4


def is_address(text: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether a line reads as a street and a number, in any order but with the number not first.

    A line that starts with a number is a numbered field, one with two numbers and a month a date
    that was misread, and one with one of `names` (folded) the holder's name. What stands in
    brackets is an office's number.
    """
    if date_spans(text) or "<" in text or text != text.upper():
        return False
    words = [match.group() for match in WORD.finditer(BRACKETED.sub(" ", fold(text)))]
    numbers = [at for at, word in enumerate(words) if HOUSE.fullmatch(word)]
    spelled = [word for word in words if _letters(word) >= LEAST_LETTERS]
    if not numbers or numbers[0] == 0 or not spelled or any(word in names for word in words):
        return False
    if any(word[:3] in MONTHS and (len(numbers) > 1 or len(word) <= SHORT) for word in words):
        return False
    following = words[numbers[0] + 1 : numbers[0] + 2]
    return not set(following) & MEASURES and _letters("".join(words)) > _digits("".join(words))


def _letters(word: str) -> int:
    return sum(glyph.isalpha() for glyph in word)


def _digits(word: str) -> int:
    return sum(glyph.isdigit() for glyph in word)
