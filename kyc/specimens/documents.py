"""Owns drawing the documents: passport, identity card, residence permit, driving licence."""

from datetime import date

import numpy as np
import zxingcpp
from PIL import Image

from kyc.specimens.drawing import Drawing, Pen, Point
from kyc.specimens.layouts import Layout, layout_of
from kyc.specimens.mrz import td1, td3
from kyc.specimens.ornaments import guilloche, portrait, signature, specimen_mark
from kyc.specimens.people import Person

PASSPORT = (1500, 1056)  # 125 x 88 mm (ICAO 9303 part 4), 12 px a mm
CARD = (1370, 864)  # 85.6 x 54 mm (ISO/IEC 7810 ID-1), 16 px a mm

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def draw_passport(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """The data page, TD3."""
    words = layout_of(state)
    pen = _begin(PASSPORT, words, seed)
    pen.write((60, 40), f"{words.passport} / PASSPORT", 40, "strong")
    pen.write((560, 46), words.country, 30, "strong")
    portrait(pen, (60, 190, 440, 690), person.document_number)
    pen.labelled((490, 120), "Type", "P", ("essential", "type"))
    pen.labelled((640, 120), "Code", state, ("essential", "issuer"))
    number = f"{words.number} / Passport No."
    pen.labelled((1020, 120), number, person.document_number, ("sensitive", "docno"))
    _names(pen, (490, 220), person, words)
    _dates(pen, (490, 440), person, words)
    personal = f"{words.personal} / Personal No."
    pen.labelled((490, 640), personal, person.personal_number, ("sensitive", "personal"))
    signature(pen, (1020, 640, 1380, 740), seed)
    _zone(pen, (60, 860), td3(person, state), 1380)
    return _finish(pen, words)


def draw_identity_card(
    person: Person, *, side: str = "front", state: str = "UTO", seed: int = 0
) -> Drawing:
    """TD1: the front with portrait and card access number, the back with the zone and a code."""
    words = layout_of(state)
    if side == "back":
        return _back(person, words, state, "I<", seed)
    return _front(person, words, words.card, "IDENTITY CARD", seed)


def draw_residence_permit(
    person: Person, *, side: str = "front", state: str = "UTO", seed: int = 0
) -> Drawing:
    """TD1, after the uniform format of Regulation (EC) No 1030/2002."""
    words = layout_of(state)
    if side == "back":
        return _back(person, words, state, "IR", seed)
    return _front(person, words, words.permit, "RESIDENCE PERMIT", seed)


def draw_driving_licence(person: Person, *, state: str = "UTO", seed: int = 0) -> Drawing:
    """The front with numbered fields (Directive 2006/126/EC, annex I)."""
    words = layout_of(state)
    pen = _begin(CARD, words, seed)
    pen.write((300, 30), words.licence, 40, "strong")
    pen.write((300, 84), words.country, 24)
    portrait(pen, (50, 200, 390, 640), person.document_number)
    rows: list[tuple[str, str, tuple[str, str]]] = [
        ("1.", person.surname.upper(), ("essential", "name")),
        ("2.", person.given_names.upper(), ("essential", "name")),
        ("3.", f"{person.date_of_birth:%d.%m.%Y}", ("essential", "dob")),
        ("4a.", f"{person.date_of_issue:%d.%m.%Y}", ("essential", "doi")),
        ("4b.", f"{person.date_of_expiry:%d.%m.%Y}", ("essential", "doe")),
        ("4d.", person.personal_number, ("sensitive", "personal")),
        ("5.", person.document_number, ("sensitive", "docno")),
    ]
    for i, (label, value, (cls, kind)) in enumerate(rows):
        y = 150 + i * 70
        pen.write((430, y + 6), label, 26)
        noted = ("sensitive", kind) if cls == "sensitive" else ("essential", kind)
        pen.write((500, y), value, 36, "strong", note=noted)  # type: ignore[arg-type]  # two literals
    pen.write((430, 650), "9.  AM  B  B1", 34, "strong")
    signature(pen, (430, 720, 760, 810), seed)
    return _finish(pen, words)


def _front(person: Person, words: Layout, title: str, english: str, seed: int) -> Drawing:
    pen = _begin(CARD, words, seed)
    pen.write((50, 30), words.country, 34, "strong")
    pen.write((50, 84), f"{title} / {english}", 26)
    portrait(pen, (50, 190, 400, 650), person.document_number)
    _names(pen, (450, 150), person, words)
    _dates(pen, (450, 350), person, words)
    number = f"{words.number} / Document No."
    pen.labelled((450, 560), number, person.document_number, ("sensitive", "docno"))
    personal = f"{words.personal} / Personal No."
    pen.labelled((880, 560), personal, person.personal_number, ("sensitive", "personal"))
    pen.write((1190, 780), person.card_access_number, 34, "strong", note=("sensitive", "can"))
    signature(pen, (450, 700, 790, 800), seed)
    return _finish(pen, words)


def _back(person: Person, words: Layout, state: str, code: str, seed: int) -> Drawing:
    pen = _begin(CARD, words, seed + 1)
    pen.labelled((60, 60), "Place of birth", person.place_of_birth, ("essential", "pob"))
    pen.labelled((60, 170), "Authority", "Specimen Office", ("essential", "authority"))
    _code(pen, (820, 50), person.document_number + person.personal_number, "PDF417", 480)
    _code(pen, (60, 300), person.personal_number, "QRCode", 190)
    _zone(pen, (60, 550), td1(person, state, code), 1250)
    return _finish(pen, words)


def _begin(size: tuple[int, int], words: Layout, seed: int) -> Pen:
    return Pen(guilloche(size, words.tint, seed))


def _finish(pen: Pen, words: Layout) -> Drawing:
    specimen_mark(pen, pen.image.size, words.tint)
    return pen.done()


def _names(pen: Pen, at: Point, person: Person, words: Layout) -> None:
    x, y = at
    surname = f"{words.surname} / Surname"
    pen.labelled((x, y), surname, person.surname.upper(), ("essential", "name"))
    given = f"{words.given} / Given names"
    pen.labelled((x, y + 95), given, person.given_names.upper(), ("essential", "name"))


def _dates(pen: Pen, at: Point, person: Person, words: Layout) -> None:
    x, y = at
    birth = f"{words.birth} / Date of birth"
    pen.labelled((x, y), birth, _long(person.date_of_birth), ("essential", "dob"))
    pen.labelled((x + 430, y), "Sex", person.sex, ("essential", "sex"))
    issue = f"{words.issue} / Date of issue"
    pen.labelled((x, y + 95), issue, _long(person.date_of_issue), ("essential", "doi"))
    expiry = f"{words.expiry} / Date of expiry"
    pen.labelled((x + 430, y + 95), expiry, _long(person.date_of_expiry), ("essential", "doe"))


def _long(day: date) -> str:
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"


def _zone(pen: Pen, at: Point, lines: tuple[str, ...], width: float) -> None:
    for i, line in enumerate(lines):
        pen.spaced((at[0], at[1] + i * 78), line, 44 if len(line) == 30 else 38, width)


def _code(pen: Pen, at: tuple[int, int], content: str, kind: str, width: int) -> None:
    barcode = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(barcode, scale=4)))
    height = round(drawn.height * width / drawn.width)
    pen.image.paste(drawn.resize((width, height), Image.Resampling.NEAREST).convert("RGB"), at)
    box = (at[0], at[1], at[0] + width, at[1] + height)
    pen.note_box("sensitive", "barcode", box)
