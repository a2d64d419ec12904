"""Owns what a document says: each captioned value, and whether it must be covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kyc.specimens.captions import Caption, caption
from kyc.specimens.drawing import Point
from kyc.specimens.grounds import emblem
from kyc.specimens.pen import Note, Pen
from kyc.specimens.people import Person
from kyc.specimens.states import State, state_of

Row = Sequence[tuple[float, Caption]]
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_FORMS = {"dot": "%d.%m.%Y", "slash": "%d/%m/%Y", "iso": "%Y-%m-%d"}
_NOTES: dict[Caption, Note] = {
    Caption.TYPE: ("essential", "type"),
    Caption.CODE: ("essential", "issuer"),
    Caption.NUMBER: ("sensitive", "docno"),
    Caption.SURNAME: ("essential", "name"),
    Caption.GIVEN_NAMES: ("essential", "name"),
    Caption.NATIONALITY: ("essential", "nat"),
    Caption.BIRTH: ("essential", "dob"),
    Caption.SEX: ("essential", "sex"),
    Caption.BIRTHPLACE: ("sensitive", "pob"),
    Caption.ISSUED: ("essential", "doi"),
    Caption.EXPIRES: ("essential", "doe"),
    Caption.PERSONAL: ("sensitive", "pno"),
    Caption.ADDRESS: ("sensitive", "address"),
    Caption.HEIGHT: ("sensitive", "height"),
}


@dataclass(frozen=True)
class Says:
    """The values of one document, as printed; an empty one is not on it."""

    values: dict[Caption, str]
    state: State

    def caption(self, item: Caption) -> str:
        return caption(self.state.language, item)


def notes_of(item: Caption) -> Note | None:
    """How the value of a caption is labelled; None for what is neither to cover nor to keep."""
    return _NOTES.get(item)


def says(person: Person, state: State, kind: str = "P") -> Says:
    """What this person's document of `state` says."""
    values = {
        Caption.TYPE: kind,
        Caption.CODE: state.zone_code,
        Caption.NUMBER: person.document_number,
        Caption.SURNAME: person.surname.upper(),
        Caption.GIVEN_NAMES: person.given_names.upper(),
        Caption.NATIONALITY: state_of(person.nationality or state.code).zone_code,
        Caption.BIRTH: written(person.date_of_birth, state.dates),
        Caption.SEX: person.sex,
        Caption.BIRTHPLACE: person.place_of_birth.upper(),
        Caption.ISSUED: written(person.date_of_issue, state.dates),
        Caption.EXPIRES: written(person.date_of_expiry, state.dates),
        Caption.AUTHORITY: "SPECIMEN OFFICE",
        Caption.PERSONAL: person.personal_number,
        Caption.ADDRESS: ", ".join(person.address).upper(),
        Caption.HEIGHT: f"{person.height_cm} cm",
    }
    return Says(values, state)


def written(day: date, style: str) -> str:
    """A date as the state prints it."""
    if style == "space":
        return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"
    return day.strftime(_FORMS[style])


def rows(pen: Pen, at: Point, page: Says, table: Sequence[Row], pitch: float, right: float) -> None:
    """Captioned values in a table; each entry reaches to the next one of its row, or to `right`."""
    x, y = at
    for i, row in enumerate(table):
        ends = [x + start for start, _ in row[1:]] + [right]
        for (start, item), end in zip(row, ends, strict=True):
            value = page.values[item]
            if value:
                place, width = (x + start, y + i * pitch), end - x - start - 24
                pen.labelled(place, page.caption(item), value, _NOTES.get(item), width)


def heading(pen: Pen, issuer: State, title: Caption, right: float) -> None:
    """Badge, state and kind of document over a rule; the words end `right` at the latest."""
    name = issuer.name if issuer.name == issuer.english else f"{issuer.name} / {issuer.english}"
    emblem(pen, (102, 73), 44, issuer.ink, seed=sum(map(ord, issuer.code)))
    pen.write((168, 22), name, 42, "strong", issuer.ink, width=right - 168)
    pen.write((168, 80), caption(issuer.language, title), 25, ink=issuer.ink, width=right - 168)
    pen.draw.line((58, 132, pen.image.width - 58, 132), fill=issuer.ink, width=2)


def single(pen: Pen, at: Point, page: Says, item: Caption, width: float, size: int) -> None:
    """One captioned value by itself."""
    pen.labelled(at, page.caption(item), page.values[item], _NOTES.get(item), width, size)
