"""Owns further invented layouts: numbers without captions, two columns, names in two scripts."""

from collections.abc import Sequence

from kyc.specimens.captions import Caption, caption
from kyc.specimens.cards import SIZE
from kyc.specimens.chance import dice
from kyc.specimens.drawing import Drawing
from kyc.specimens.entries import Says, heading, notes_of, says
from kyc.specimens.figures import portrait, signature
from kyc.specimens.grounds import guilloche, specimen_mark, specimen_tag
from kyc.specimens.numbers import filled
from kyc.specimens.pen import Note, Pen
from kyc.specimens.people import Person
from kyc.specimens.scripts import in_script
from kyc.specimens.states import State, state_of

_KEPT = (Caption.SURNAME, Caption.GIVEN_NAMES, Caption.BIRTH, Caption.SEX, Caption.EXPIRES)
_COLUMNS = (
    (Caption.SURNAME, Caption.GIVEN_NAMES, Caption.BIRTH, Caption.BIRTHPLACE, Caption.SEX),
    (Caption.NUMBER, Caption.PERSONAL, Caption.ISSUED, Caption.EXPIRES, Caption.HEIGHT),
)
_NATIONAL = (Caption.BIRTH, Caption.SEX, Caption.PERSONAL, Caption.EXPIRES, Caption.ADDRESS)


def draw_bare_card(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """No captions: names and dates, and three numbers, one of them beside the portrait."""
    pen, page = _begun(person, state, seed)
    portrait(pen, (56, 166, 416, 628), person.document_number)
    throw = dice(seed, f"bare:{person.surname}")
    y = 170.0
    for item in _KEPT:
        pen.write((500, y), page.values[item], 44, "strong", note=notes_of(item), width=800)
        y += 78
    pen.write((440, 590), person.document_number, 34, "strong", note=("sensitive", "docno"))
    serial = filled("######-##", throw)
    pen.write((900, 590), serial, 30, note=("sensitive", "serial"))
    if person.personal_number:
        note: Note = ("sensitive", "pno")
        pen.write((60, 660), person.personal_number, 38, "strong", note=note, width=460)
    return _finished(pen, seed)


def draw_two_column_card(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """Captions of the state's language alone, above their values, in two columns."""
    pen, page = _begun(person, state, seed)
    portrait(pen, (56, 166, 350, 560), person.document_number)
    for x, items in zip((390, 880), _COLUMNS, strict=True):
        _column(pen, page, x, items, 440)
    return _finished(pen, seed)


def draw_national_card(person: Person, *, state: str = "BGR", seed: int = 0) -> Drawing:
    """Names, towns and captions in the state's own script, the names once more in Latin."""
    pen, page = _begun(person, state, seed)
    issuer = page.state
    portrait(pen, (56, 166, 416, 628), person.document_number)
    y = 160.0
    for item, name in (
        (Caption.SURNAME, person.surname),
        (Caption.GIVEN_NAMES, person.given_names),
    ):
        own = in_script(issuer.language, name).upper()
        pen.write((470, y), caption(issuer.language, item), 19, ink=pen.ink)
        pen.write((470, y + 20), own, 34, "strong", note=("essential", "name"), width=420)
        pen.write((920, y + 20), name.upper(), 34, note=("essential", "name"), width=400)
        y += 82
    _column(pen, page, 470, _NATIONAL, 420, y)
    pen.write((1000, 30), caption(issuer.language, Caption.NUMBER), 19, ink=pen.ink)
    pen.write((1000, 54), person.document_number, 40, "strong", note=("sensitive", "docno"))
    return _finished(pen, seed)


def _begun(person: Person, state: str, seed: int) -> tuple[Pen, Says]:
    issuer: State = state_of(state)
    pen = Pen(guilloche(SIZE, issuer.tints, issuer.ink, seed), issuer.ink)
    specimen_mark(pen)
    heading(pen, issuer, Caption.IDENTITY_CARD, 960)
    return pen, says(person, issuer, "ID")


def _finished(pen: Pen, seed: int) -> Drawing:
    specimen_tag(pen, (1200, 810), 28)
    signature(pen, (900, 690, 1160, 778), seed)
    return pen.done()


def _column(
    pen: Pen, page: Says, x: float, items: Sequence[Caption], width: float, top: float = 160
) -> None:
    y = top
    for item in items:
        value = _own_script(page, item)
        if value:
            pen.write((x, y), caption_of(page, item), 19, ink=pen.ink, width=width)
            pen.write((x, y + 22), value, 34, "strong", note=notes_of(item), width=width)
            y += 84


def caption_of(page: Says, item: Caption) -> str:
    """The caption in the state's language alone."""
    return page.caption(item).split(" / ")[0]


def _own_script(page: Says, item: Caption) -> str:
    value = page.values[item]
    return in_script(page.state.language, value).upper() if item is Caption.ADDRESS else value
