"""Owns drawing driving licences: numbered fields (Directive 2006/126/EC, annex I)."""

import math

from kyc.specimens.captions import CAPTIONS, Caption
from kyc.specimens.cards import SIZE
from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing, Point
from kyc.specimens.entries import Says, says
from kyc.specimens.figures import portrait, signature
from kyc.specimens.grounds import guilloche, specimen_mark, specimen_tag
from kyc.specimens.pen import Colour, Note, Pen, font
from kyc.specimens.people import Person
from kyc.specimens.states import State, state_of

_TINTS: tuple[Colour, Colour] = ((250, 226, 230), (228, 234, 240))
_FLAG: Colour = (36, 72, 150)
_STAR: Colour = (250, 206, 60)
_INK: Colour = (150, 60, 90)
_LEFT, _TOP, _STEP = 440, 150, 66

_NUMBERED: tuple[tuple[str, Caption | None, Note | None], ...] = (
    ("1.", Caption.SURNAME, ("essential", "name")),
    ("2.", Caption.GIVEN_NAMES, ("essential", "name")),
    ("3.", Caption.BIRTH, ("essential", "dob")),
    ("4a.", Caption.ISSUED, ("essential", "doi")),
    ("4b.", Caption.EXPIRES, ("essential", "doe")),
    ("4d.", Caption.PERSONAL, ("sensitive", "pno")),
    ("5.", Caption.NUMBER, ("sensitive", "docno")),
    ("8.", Caption.ADDRESS, ("sensitive", "address")),
)


def draw_driving_licence(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """The front with its numbered fields."""
    issuer = state_of(state)
    pen = Pen(guilloche(SIZE, _TINTS, _INK, seed), _INK)
    specimen_mark(pen)
    _heading(pen, issuer)
    portrait(pen, (56, 236, 392, 668), person.document_number)
    _fields(pen, says(person, issuer))
    pen.write((60, 690), "7.", 24)
    signature(pen, (96, 690, 392, 790), seed)
    pen.write((_LEFT, 742), "9.", 28)
    held = dice(seed, "categories").choice(("AM/B", "AM/B/BE", "AM/A1/A2/A/B1/B", "B/C1/C"))
    pen.write((_LEFT + 74, 734), held, 40, "strong")
    specimen_tag(pen, (1200, 790), 30)
    return pen.done()


def _heading(pen: Pen, issuer: State) -> None:
    pen.draw.rounded_rectangle((56, 34, 196, 196), 12, fill=_FLAG)
    for i in range(12):
        turn = i * math.tau / 12
        pen.draw.polygon(_star((126 + 50 * math.sin(turn), 115 - 50 * math.cos(turn)), 10), _STAR)
    pen.draw.text(
        (126, 115), issuer.sign, font=font("strong", 30), fill=(255, 255, 255), anchor="mm"
    )
    title = CAPTIONS[issuer.language][Caption.DRIVING_LICENCE]
    pen.write((230, 34), title, 46, "strong", _INK, width=760)
    pen.write((230, 96), issuer.name, 28, ink=_INK, width=760)
    if title != "DRIVING LICENCE":
        pen.write((1040, 44), "DRIVING LICENCE", 24, ink=_INK, width=270)


def _fields(pen: Pen, page: Says) -> None:
    y = float(_TOP)
    for label, item, note in _NUMBERED:
        value = page.values[item] if item else ""
        if not value:
            continue
        pen.write((_LEFT, y + 8), label, 28)
        pen.write((_LEFT + 74, y), value, 38, "strong", note=note, width=620 if note else 800)
        _beside(pen, page, label, y)
        y += _STEP


def _beside(pen: Pen, page: Says, label: str, y: float) -> None:
    """What shares a line: the birthplace after field 3, the authority (4c) after 4a."""
    if label == "3.":
        place = page.values[Caption.BIRTHPLACE]
        pen.write((_LEFT + 340, y), place, 38, "strong", note=("sensitive", "pob"), width=460)
    if label == "4a.":
        pen.write((_LEFT + 340, y + 8), "4c.", 28)
        pen.write((_LEFT + 414, y), page.values[Caption.AUTHORITY], 38, "strong", width=460)


def _star(centre: Point, radius: float) -> list[Point]:
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.42
        turn = i * math.tau / 10
        points.append((centre[0] + r * math.sin(turn), centre[1] - r * math.cos(turn)))
    return points
