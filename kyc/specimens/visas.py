"""Owns drawing visas (ICAO 9303 part 7) and cards of 105 by 74 mm (part 6), 12 pixels a mm."""

from dataclasses import dataclass, replace

from kyc.specimens.captions import Caption
from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing
from kyc.specimens.entries import Row, heading, rows, says, single
from kyc.specimens.figures import portrait, signature
from kyc.specimens.grounds import guilloche, plain_foot, specimen_mark, specimen_tag
from kyc.specimens.mrz import td2, visa
from kyc.specimens.national import french_card, french_number
from kyc.specimens.numbers import filled
from kyc.specimens.pen import Pen
from kyc.specimens.people import Person
from kyc.specimens.states import state_of

_MM = 12
_PITCH = 2.54 * _MM
_HALF = 400

_OF_VISA: tuple[Row, ...] = (
    ((0, Caption.SURNAME),),
    ((0, Caption.GIVEN_NAMES),),
    ((0, Caption.BIRTH), (_HALF, Caption.SEX)),
    ((0, Caption.ISSUED), (_HALF, Caption.EXPIRES)),
)
_OF_CARD: tuple[Row, ...] = (
    ((0, Caption.SURNAME),),
    ((0, Caption.GIVEN_NAMES),),
    ((0, Caption.BIRTH), (_HALF, Caption.SEX)),
    ((0, Caption.BIRTHPLACE), (_HALF, Caption.HEIGHT)),
    ((0, Caption.ISSUED), (_HALF, Caption.EXPIRES)),
)


@dataclass(frozen=True)
class _Paper:
    """One kind of paper: its size, its rows of print, and its document code."""

    size: tuple[int, int]
    title: Caption
    table: tuple[Row, ...]
    code: str


_VISA_A = _Paper((120 * _MM, 80 * _MM), Caption.VISA, _OF_VISA, "V")
_VISA_B = _Paper((105 * _MM, 74 * _MM), Caption.VISA, _OF_VISA, "V")
_OF_FRANCE: tuple[Row, ...] = (
    ((0, Caption.SURNAME),),
    ((0, Caption.GIVEN_NAMES),),
    ((0, Caption.SEX), (_HALF, Caption.BIRTH)),
    ((0, Caption.BIRTHPLACE),),
    ((0, Caption.HEIGHT),),
)
_CARD = _Paper((105 * _MM, 74 * _MM), Caption.IDENTITY_CARD, _OF_CARD, "ID")

_FRENCH = _Paper((105 * _MM, 74 * _MM), Caption.IDENTITY_CARD, _OF_FRANCE, "ID")


def draw_visa(person: Person, *, state: str = "UTO", seed: int = 0, small: bool = False) -> Drawing:
    """A visa with a zone of 44 characters (MRV-A), or of 36 (MRV-B) where it is `small`."""
    paper, width = (_VISA_B, 36) if small else (_VISA_A, 44)
    pen = _drawn(person, paper, state, seed)
    serial = filled("@ ########", dice(seed, f"visa:{person.document_number}"))
    pen.write((60, 640), serial, 34, "mrz", (170, 40, 50), ("sensitive", "serial"))
    return _with_zone(pen, visa(person, state, width))


def draw_large_card(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """An identity card of 105 by 74 mm with its zone on the front (TD2)."""
    return _with_zone(_drawn(person, _CARD, state, seed), td2(person, state))


def draw_french_card(person: Person, *, seed: int = 0) -> Drawing:
    """As France issued them until 2021: a number of twelve digits, no dates but that of birth."""
    numbered = replace(person, document_number=french_number(person))
    pen = _drawn(numbered, _FRENCH, "FRA", seed)
    return _with_zone(pen, french_card(numbered, numbered.document_number))


def _drawn(person: Person, paper: _Paper, state: str, seed: int) -> Pen:
    issuer = state_of(state)
    page = says(person, issuer, paper.code)
    pen = Pen(guilloche(paper.size, issuer.tints, issuer.ink, seed), issuer.ink)
    plain_foot(pen, round(23.2 * _MM))
    specimen_mark(pen)
    right = paper.size[0] - 400
    heading(pen, issuer, paper.title, right)
    portrait(pen, (60, 160, 370, 560), person.document_number)
    single(pen, (right + 20, 36), page, Caption.NUMBER, 340, 38)
    rows(pen, (420, 152), page, paper.table, 84, paper.size[0] - 40)
    specimen_tag(pen, (215, 600), 28)
    signature(pen, (820, 560, 1150, 630), seed)
    return pen


def _with_zone(pen: Pen, lines: tuple[str, str]) -> Drawing:
    bottom = pen.image.height
    for line, up in zip(lines, (16.2, 9.85), strict=True):
        pen.spaced((70, bottom - up * _MM), line, _PITCH)
    return pen.done()
