"""Owns further driving licences: with a row to be read by machines, with letters for captions."""

from kyc.specimens.captions import CAPTIONS, Caption
from kyc.specimens.cards import SIZE
from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing
from kyc.specimens.entries import Says, notes_of, says
from kyc.specimens.figures import portrait, signature
from kyc.specimens.grounds import guilloche, plain_foot, specimen_mark, specimen_tag
from kyc.specimens.national import licence_row
from kyc.specimens.numbers import filled
from kyc.specimens.pen import Colour, Pen
from kyc.specimens.people import Person
from kyc.specimens.states import State, state_of

_TINTS: tuple[Colour, Colour] = ((244, 226, 234), (232, 238, 246))
_PALE: tuple[Colour, Colour] = ((226, 238, 248), (246, 240, 224))
_INK: Colour = (132, 62, 104)
_BLUE: Colour = (36, 72, 150)
_PITCH = 2.54 * 16
_FOOT = 9 * 16

_NUMBERED: tuple[tuple[str, Caption], ...] = (
    ("1.", Caption.SURNAME),
    ("2.", Caption.GIVEN_NAMES),
    ("3.", Caption.BIRTH),
    ("4a.", Caption.ISSUED),
    ("4b.", Caption.EXPIRES),
    ("5.", Caption.NUMBER),
)
_LETTERED: tuple[tuple[str, Caption], ...] = (
    ("LN", Caption.SURNAME),
    ("FN", Caption.GIVEN_NAMES),
    ("ADD", Caption.ADDRESS),
    ("SEX", Caption.SEX),
    ("HGT", Caption.HEIGHT),
    ("ISS", Caption.ISSUED),
)


def draw_licence_with_row(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """Numbered fields, the portrait on the right, below them one row of 30 (ISO/IEC 18013-3)."""
    issuer = state_of(state)
    pen = Pen(guilloche(SIZE, _TINTS, _INK, seed), _INK)
    plain_foot(pen, _FOOT)
    specimen_mark(pen)
    _title(pen, issuer, _INK)
    portrait(pen, (960, 160, 1300, 600), person.document_number)
    signature(pen, (600, 560, 900, 660), seed)
    _numbered(pen, says(person, issuer))
    specimen_tag(pen, (1130, 650), 28)
    pen.spaced((74, SIZE[1] - 96), licence_row(person, issuer.zone_code), _PITCH)
    return pen.done()


def _numbered(pen: Pen, page: Says) -> None:
    y = 170.0
    for label, item in _NUMBERED:
        pen.write((60, y + 8), label, 28)
        pen.write((140, y), page.values[item], 40, "strong", note=notes_of(item), width=440)
        if item == Caption.BIRTH:
            place = page.values[Caption.BIRTHPLACE]
            pen.write((440, y), place, 40, "strong", note=("sensitive", "pob"), width=460)
        y += 78


def draw_lettered_licence(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """English letters before each value, the number large above them, dates in two places."""
    issuer = state_of(state)
    page = says(person, issuer)
    pen = Pen(guilloche(SIZE, _PALE, _BLUE, seed), _BLUE)
    specimen_mark(pen)
    _title(pen, issuer, _BLUE)
    portrait(pen, (60, 190, 400, 640), person.document_number)
    _before(pen, (450, 160), "DL", page, Caption.NUMBER, 52)
    _before(pen, (900, 160), "EXP", page, Caption.EXPIRES, 44)
    _before(pen, (450, 250), "DOB", page, Caption.BIRTH, 44)
    for at, (label, item) in enumerate(_LETTERED):
        _before(pen, (450, 330 + at * 62), label, page, item, 34)
    pen.write((450, 730), "DD", 24, ink=_BLUE)
    audit = filled("##########@@##", dice(seed, f"audit:{person.document_number}"))
    pen.write((510, 722), audit, 30, note=("sensitive", "serial"))
    signature(pen, (60, 690, 400, 790), seed)
    specimen_tag(pen, (1200, 790), 28)
    return pen.done()


def _title(pen: Pen, issuer: State, ink: Colour) -> None:
    title = CAPTIONS[issuer.language][Caption.DRIVING_LICENCE]
    pen.write((60, 30), issuer.name, 44, "strong", ink, width=640)
    pen.write((60, 92), title, 30, ink=ink, width=640)
    if title != "DRIVING LICENCE":
        pen.write((760, 44), "DRIVING LICENCE", 28, ink=ink, width=500)


def _before(
    pen: Pen, at: tuple[float, float], label: str, page: Says, item: Caption, size: int
) -> None:
    x, y = at
    pen.write((x, y + size * 0.3), label, round(size * 0.65), ink=pen.ink)
    place = (x + 70 + size * 0.5, y)
    width = 330 if y < 300 else 760
    pen.write(place, page.values[item], size, "strong", note=notes_of(item), width=width)
