"""Owns drawing cards of 85.6 by 54 mm (ISO/IEC 7810 ID-1) with a zone (TD1), 16 pixels a mm."""

from kyc.specimens.captions import Caption
from kyc.specimens.chance import dice
from kyc.specimens.codes import codes
from kyc.specimens.drawing import Drawing
from kyc.specimens.entries import Row, Says, heading, rows, says, single
from kyc.specimens.figures import portrait, signature
from kyc.specimens.grounds import emblem, guilloche, plain_foot, specimen_mark, specimen_tag
from kyc.specimens.mrz import td1
from kyc.specimens.numbers import filled
from kyc.specimens.pen import Pen
from kyc.specimens.people import Person
from kyc.specimens.states import state_of

SIZE = (1370, 864)
_MM = 16
_PITCH = 2.54 * _MM
_HALF = 430

_FRONTS: tuple[tuple[Row, ...], ...] = (
    (
        ((0, Caption.SURNAME),),
        ((0, Caption.GIVEN_NAMES),),
        ((0, Caption.SEX), (150, Caption.NATIONALITY), (_HALF, Caption.BIRTH)),
        ((0, Caption.PERSONAL), (_HALF, Caption.NUMBER)),
        ((0, Caption.ISSUED), (_HALF, Caption.EXPIRES)),
    ),
    (
        ((0, Caption.SURNAME),),
        ((0, Caption.GIVEN_NAMES),),
        ((0, Caption.BIRTH), (_HALF, Caption.NATIONALITY)),
        ((0, Caption.BIRTHPLACE), (_HALF, Caption.SEX)),
        ((0, Caption.EXPIRES), (_HALF, Caption.PERSONAL)),
    ),
)
_BACKS: tuple[tuple[Row, ...], ...] = (
    (
        ((0, Caption.BIRTHPLACE), (_HALF, Caption.AUTHORITY)),
        ((0, Caption.ADDRESS),),
        ((0, Caption.HEIGHT), (_HALF, Caption.ISSUED)),
    ),
    (
        ((0, Caption.ADDRESS),),
        ((0, Caption.AUTHORITY), (_HALF, Caption.HEIGHT)),
        ((0, Caption.ISSUED),),
    ),
)


def draw_identity_card(
    person: Person, *, side: str = "front", state: str = "UTO", seed: int = 0
) -> Drawing:
    """TD1: the front with portrait and card access number, the back with the zone and codes."""
    return _card(person, side, state, (Caption.IDENTITY_CARD, "ID"), seed)


def draw_residence_permit(
    person: Person, *, side: str = "front", state: str = "UTO", seed: int = 0
) -> Drawing:
    """TD1, in the spirit of the uniform format of Regulation (EC) No 1030/2002."""
    return _card(person, side, state, (Caption.RESIDENCE_PERMIT, "IR"), seed)


def _card(person: Person, side: str, state: str, kind: tuple[Caption, str], seed: int) -> Drawing:
    issuer = state_of(state)
    title, code = kind
    permit = title == Caption.RESIDENCE_PERMIT
    tints = (issuer.tints[1], (240, 222, 236)) if permit else issuer.tints
    pen = Pen(guilloche(SIZE, tints, issuer.ink, seed), issuer.ink)
    specimen_mark(pen)
    page = says(person, issuer, code)
    if side == "back":
        _back(pen, page, person, td1(person, state, code), seed)
    else:
        _front(pen, page, person, title, seed)
    return pen.done()


def _front(pen: Pen, page: Says, person: Person, title: Caption, seed: int) -> None:
    layout = page.state.layout
    heading(pen, page.state, title, 970)
    portrait(pen, (56, 166, 416, 628), person.document_number)
    at = (470, 150) if layout else (470, 160)
    rows(pen, at, page, _FRONTS[layout], 94, 1340)
    if layout:
        single(pen, (990, 30), page, Caption.NUMBER, 330, 40)
    specimen_tag(pen, (236, 680), 30)
    signature(pen, (470, 660, 850, 780), seed)
    pen.write((470, 784), page.caption(Caption.SIGNATURE), 18, ink=pen.ink)
    pen.write((1120, 770), "CAN", 22, ink=pen.ink)
    pen.write((1180, 756), person.card_access_number, 38, "strong", note=("sensitive", "can"))
    if layout == 0:
        _chip(pen, (1180, 610))
    else:
        emblem(pen, (1250, 676), 52, pen.ink, seed)


def _back(pen: Pen, page: Says, person: Person, zone: tuple[str, str, str], seed: int) -> None:
    layout = page.state.layout
    rows(pen, (60, 40), page, _BACKS[layout], 94, 880)
    codes(pen, person, page.state.code_2d)
    serial = filled("##-@@@ ####", dice(seed, f"serial:{person.document_number}"))
    pen.write((60, 336), serial, 28, note=("sensitive", "serial"))
    specimen_tag(pen, (730, 360), 30)
    plain_foot(pen, round(23.2 * _MM))
    for i, line in enumerate(zone):
        pen.spaced((68, 560 + i * 6.35 * _MM), line, _PITCH)


def _chip(pen: Pen, at: tuple[int, int]) -> None:
    """Contacts of a chip, as lines on a gold ground."""
    x, y = at
    pen.draw.rounded_rectangle((x, y, x + 130, y + 108), 16, (214, 184, 104), (150, 122, 58), 3)
    for line in ((x, y + 36, x + 130, y + 36), (x, y + 72, x + 130, y + 72),
                 (x + 43, y, x + 43, y + 108), (x + 87, y, x + 87, y + 108)):  # fmt: skip
        pen.draw.line(line, fill=(150, 122, 58), width=2)
    pen.draw.rounded_rectangle(
        (x + 43, y + 30, x + 87, y + 78), 8, (222, 194, 120), (150, 122, 58), 2
    )
