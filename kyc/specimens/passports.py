"""Owns drawing passports: the data page of 125 by 88 mm (ICAO 9303 part 4), 12 pixels a mm."""

from kyc.specimens.captions import Caption
from kyc.specimens.drawing import Drawing
from kyc.specimens.entries import Row, Says, heading, rows, says, single
from kyc.specimens.figures import portrait, signature
from kyc.specimens.grounds import guilloche, plain_foot, specimen_mark, specimen_tag
from kyc.specimens.mrz import td3
from kyc.specimens.pen import Pen
from kyc.specimens.people import Person
from kyc.specimens.states import state_of

SIZE = (1500, 1056)
_MM = 12
_PITCH = 2.54 * _MM
_WIDE, _NARROW = 470, 150

_INSIDE: tuple[Row, ...] = (
    ((0, Caption.SURNAME),),
    ((0, Caption.GIVEN_NAMES),),
    ((0, Caption.NATIONALITY), (_WIDE, Caption.HEIGHT)),
    ((0, Caption.BIRTH), (_WIDE, Caption.PERSONAL)),
    ((0, Caption.SEX), (_NARROW, Caption.BIRTHPLACE)),
    ((0, Caption.ISSUED), (_WIDE, Caption.AUTHORITY)),
    ((0, Caption.EXPIRES),),
)
_ABOVE: tuple[Row, ...] = (
    ((0, Caption.SURNAME),),
    ((0, Caption.GIVEN_NAMES),),
    ((0, Caption.BIRTH), (_WIDE, Caption.SEX)),
    ((0, Caption.BIRTHPLACE), (_WIDE, Caption.NATIONALITY)),
    ((0, Caption.ISSUED), (_WIDE, Caption.EXPIRES)),
    ((0, Caption.AUTHORITY), (_WIDE, Caption.PERSONAL)),
)


def draw_passport(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """The data page, TD3."""
    issuer = state_of(state)
    page = says(person, issuer)
    pen = Pen(guilloche(SIZE, issuer.tints, issuer.ink, seed), issuer.ink)
    plain_foot(pen, round(23.2 * _MM))
    specimen_mark(pen)
    heading(pen, issuer, Caption.PASSPORT, 830)
    pen.write((60, 136), "SPECIMEN " * 16, 11, ink=issuer.ink, width=390)
    lay_out = _number_above if issuer.layout else _number_inside
    lay_out(pen, page, person, seed)
    for i, line in enumerate(td3(person, state)):
        pen.spaced((70, 846 + i * 6.35 * _MM), line, _PITCH)
    return pen.done()


def _number_inside(pen: Pen, page: Says, person: Person, seed: int) -> None:
    portrait(pen, (60, 172, 450, 674), person.document_number)
    specimen_tag(pen, (255, 718), 30)
    single(pen, (500, 148), page, Caption.TYPE, 120, 32)
    single(pen, (640, 148), page, Caption.CODE, 160, 32)
    single(pen, (970, 148), page, Caption.NUMBER, 460, 38)
    rows(pen, (500, 226), page, _INSIDE, 78, 1460)
    signature(pen, (970, 668, 1420, 772), seed)


def _number_above(pen: Pen, page: Says, person: Person, seed: int) -> None:
    portrait(pen, (60, 172, 420, 632), person.document_number)
    signature(pen, (60, 650, 420, 752), seed)
    single(pen, (860, 36), page, Caption.TYPE, 90, 30)
    single(pen, (950, 36), page, Caption.CODE, 130, 30)
    single(pen, (1090, 36), page, Caption.NUMBER, 360, 40)
    rows(pen, (480, 158), page, _ABOVE, 96, 1460)
    specimen_tag(pen, (1310, 216), 30)
