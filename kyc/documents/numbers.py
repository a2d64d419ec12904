"""Owns the default-deny rule for one line of text: every number goes unless it is a date."""

import re
from collections.abc import Iterator

from kyc.documents.dates import Span, date_spans
from kyc.documents.remembered import remembered
from kyc.documents.split_dates import is_cut_date

LEAST_DIGITS = 5
"""Measured: with seven, field recall falls from 0.99 to 0.91."""

ALNUM = r"[^\W_]"
RUN = re.compile(
    rf"(?:(?<!{ALNUM})[A-ZА-ЯΑ-Ω]{{1,3}}[ .\-/]{{1,2}})?"
    rf"(?:{ALNUM}|[#№°º])*\d{ALNUM}*"
    rf"(?:[.\-/+]{ALNUM}+|[ ]{{1,2}}[.\-/+]?[^\W\d_]{{0,3}}\d{ALNUM}*|[ ][A-ZА-ЯΑ-Ω]\b)*"
)
SHORT_SUFFIX = re.compile(rf"(?<!{ALNUM})[-+A]\d{{3}}[0-9A-Z](?!{ALNUM})")
"""The individual part of a Finnish identity code, printed apart from the birth date."""

ZERO_LIKE = re.compile(r"[OQ0D]{4,}")
WORD_WITH_FEW_DIGITS = re.compile(r"[^\W\d_]+\d{1,2}")
SMALL_LETTERS, SMALL_WORD = re.compile(r"[a-z]{2}"), re.compile(r"[a-z]{4}")
DIGITS_TOGETHER = re.compile(r"\d[ .\-]?\d[ .\-]?\d[ .\-]?\d")
"""A slash parts the languages of fine print."""

LETTERS_BETWEEN = re.compile(r"\d[^\W\d_]+\d|[^\W\d_]\d+[^\W\d_]")


NO_WORD = re.compile(
    r"(?<![^\W_])(?:(?!(?:[B-XZ]*Y){2})[B-DF-HJ-NP-TV-Z]{8,}"
    r"|(?=\d*[B-Z]+\d)[0-9B-DF-HJ-NP-TV-Z]{7,})(?![^\W_])"
)
"""A German document number can happen to have no digit or one; no word is that long without a
vowel, or with a single Y; a Polish name may have two."""


@remembered
def number_spans(text: str) -> list[Span]:
    """Where a line holds a number that no rule keeps."""
    if is_cut_date(text):
        return []
    zeroed = ZERO_LIKE.sub(lambda match: "0" * len(match.group()), text)
    blanked = _blank(zeroed, date_spans(zeroed))
    return [*_runs(blanked), *(match.span() for match in SHORT_SUFFIX.finditer(blanked))]


def _blank(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _runs(text: str) -> Iterator[Span]:
    runs = [match.span() for match in RUN.finditer(text) if is_number(match.group())]
    yield from runs
    for match in NO_WORD.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in runs):
            yield match.span()


def is_number(run: str) -> bool:
    """Five digits, or fewer mixed with letters as in licence and residence numbers.

    Small letters with stray digits between them are fine print that was read badly.
    """
    if SMALL_LETTERS.search(run) and not DIGITS_TOGETHER.search(run):
        return False
    packed = "".join(glyph for glyph in run if glyph.isalnum())
    digits = sum(glyph.isdigit() for glyph in packed)
    if SMALL_WORD.search(run) and digits < LEAST_DIGITS:
        return False
    letters = len(packed) - digits
    if digits >= LEAST_DIGITS:
        return True
    if digits >= 3 and letters >= 1 and len(packed) >= 6:
        return not WORD_WITH_FEW_DIGITS.fullmatch(packed)
    if digits >= 2 and letters >= 2 and len(packed) >= 7:
        return bool(LETTERS_BETWEEN.search(packed))
    return False
