"""Owns telling a date from a number: the only digits that stay readable by rule."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from kyc.documents.remembered import remembered

GAP = r"[\s.\-/,·:]{1,3}"
LOOSE = r"[\s.\-/,·:]{0,3}"
YEAR = r"(?:19|20|13|14)\d\d"
CENTURY_YEAR = r"(?:19|20)\d\d"
WORD = r"[^\W\d_]"

MONTH_WORDS = (
    "JAN FEB FEV MAR MAA MAI MAJ MRT MRC APR ABR AVR AVG MAY MEI MAG JUN JUL JUI AUG AGO "
    "AOU AUT SEP SET SRP OCT OKT OUT OTT NOV DEC DEZ DES DIC ENE GEN GIU LUG LIP LIS STY "
    "LUT KWI CZE SIE WRZ PAZ GRU OCA SUB NIS HAZ TEM EYL EKI KAS ARA CEP BEP ЯНВ ФЕВ МАР "
    "АПР МАЙ ИЮН ИЮЛ АВГ СЕН ОКТ НОЯ ДЕК СІЧ ЛЮТ БЕР КВІ ТРА ЧЕР ЛИП СЕР ВЕР ЖОВ ЛИС ГРУ "
    "ЯНУ ЮНИ ЮЛИ СЕП НОЕ ΙΑΝ ΦΕΒ ΜΑΡ ΑΠΡ ΜΑΙ ΙΟΥ ΑΥΓ ΣΕΠ ΟΚΤ ΝΟΕ ΔΕΚ JAA VEE JUU SEN HEL "
    "TAM MAL HUH TOU KES HEI ELO SYY LOK SAU VAS KOV BAL GEG BIR RUG RGS SPA LAP GRD"
)
"""First three letters of months as European (and some other) documents print them."""

PATTERNS = (
    rf"(?P<d>[0-3]?\d){GAP}(?P<m>[0-3]?\d){GAP}(?P<y>{YEAR}|\d\d)",
    r"(?P<y>[3-9]\d)[\-/.](?P<m>0[1-9]|1[0-2])[\-/.](?P<d>0[1-9]|[12]\d|3[01])",
    rf"(?P<d>[0-3]\d){GAP}(?P<m>[01]\d)(?P<y>{CENTURY_YEAR})",
    rf"(?P<d>[0-3]\d)(?P<m>[01]\d){GAP}(?P<y>{CENTURY_YEAR})",
    rf"(?P<y>{YEAR}){GAP}(?P<m>[01]?\d){GAP}(?P<d>[0-3]?\d)",
    rf"(?P<d>[0-3]?\d){LOOSE}(?P<word>(?:{WORD}|0){WORD}{{1,9}}"
    rf"(?:\s?[/\-]\s?(?:{WORD}|0){WORD}{{2,9}}|\s{WORD}{{3,5}})?){LOOSE}(?P<y>{CENTURY_YEAR}|\d\d)",
    rf"(?P<d>[0-3]\d)(?P<m>[01]\d)(?P<y>{CENTURY_YEAR})",
    r"(?<!/)(?P<m>0[1-9]|1[0-2])/(?P<y>\d\d)(?!/)",
)
WHOLE = tuple(re.compile(rf"(?<![^\W_]){pattern}(?![^\W_])") for pattern in PATTERNS)
AFTER_LETTERS = re.compile(
    rf"(?<!\d)(?P<d>[0-3]\d)(?P<s>[ .\-/])(?P<m>[01]\d)(?P=s)(?P<y>{CENTURY_YEAR})(?![^\W_])"
)
FIELD_MARK = re.compile(
    r"(?<![^\W_])4[ABCD](?=[0-3]?\d[ .\-/])|(?<=[ .\-/](?:19|20)\d\d)4[ABCD](?![^\W_])"
)
"""A driving licence's 4a to 4d, read as one with the date behind or before it."""

JOINED_AFTER = re.compile(r"\s?[-+/]\s?(?=[^\W_]*\d)[^\W_]{3,}")
JOINED_BEFORE = re.compile(r"(?=[^\W_]*\d)[^\W_]{3,}\s?[-+/]\s?$")

DIGIT = re.compile(r"\d")
Span = tuple[int, int]


def fold(text: str) -> str:
    """Upper case without accents, of the same length, so that positions stay true."""
    if text.isascii():
        return text.upper()
    return "".join(_fold_one(glyph) for glyph in text)


@lru_cache(maxsize=4096)
def _fold_one(glyph: str) -> str:
    """One glyph alone: what is remembered of them is an alphabet and no text."""
    base = unicodedata.normalize("NFKD", glyph)[0].upper()
    return base if len(base) == 1 else glyph


MONTHS = frozenset(fold(MONTH_WORDS).split())


@remembered
def date_spans(text: str) -> list[Span]:
    """Where dates stand in a line of text; a number with a date inside is no date.

    Of dates that overlap the longest is taken.
    """
    if not DIGIT.search(text):
        return []
    folded = FIELD_MARK.sub("\0\0", fold(text))
    spans: list[Span] = []
    for span in sorted(_candidates(folded), key=_length, reverse=True):
        if not any(start < span[1] and span[0] < end for start, end in spans):
            spans.append(span)
    spans.sort()
    return [span for span in spans if not _is_part_of_number(folded, span, spans)]


def _length(span: Span) -> int:
    return span[1] - span[0]


def _candidates(folded: str) -> Iterator[Span]:
    """Every date that can be read, also those that begin inside of another."""
    for pattern in (*WHOLE, AFTER_LETTERS):
        at = 0
        while match := pattern.search(folded, at):
            at = match.start() + 1
            if _is_date(match.groupdict()):
                yield match.span()


def _is_date(groups: dict[str, str | None]) -> bool:
    year = _year(groups["y"] or "")
    if groups.get("word"):
        return 1 <= int(groups["d"] or 0) <= 31 and _names_month(groups["word"] or "")
    month, day = int(groups["m"] or 0), int(groups.get("d") or 1)
    if month > 12 >= day:
        month, day = day, month
    return (1900 <= year <= 2060 or 1300 <= year < 1500) and 1 <= month <= 12 and 1 <= day <= 31


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= 30 else 2000)


def _names_month(words: str) -> bool:
    plain = words.replace("0", "O")
    return any(part.strip()[:3] in MONTHS for part in re.split(r"[\s/\-]", plain))


def _is_part_of_number(folded: str, span: Span, spans: list[Span]) -> bool:
    """A date tied by -, + or / to further digits is a personal number: 12.12.1981-1234."""
    start, end = span
    after = JOINED_AFTER.match(folded, end)
    if after and not any(end <= other <= after.end() for other, _ in spans):
        return True
    before = JOINED_BEFORE.search(folded[:start])
    if before is None:
        return False
    return not any(before.start() < other <= start for _, other in spans)
